import { Value } from "@/lib/observable";

type Module = typeof import("@/features/channel");

/** The page of a channel, `null` until it has loaded: asked for at once, as most come for one. */
export const channelPage = new Value<Module | null>(null);

// Not by `lazy`: React holds back for a while what it waits for after it has drawn something else.
void import("@/features/channel").then((module) => channelPage.set(module));
