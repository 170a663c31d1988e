import { lazy, Suspense } from "react";
import { t } from "@/lib/i18n";
import { Sidebar } from "@/features/channels";
import { dialog } from "@/state/dialogs";
import { cx } from "@/ui/cx";
import { useValue } from "@/ui/hooks";
import { Toaster } from "@/ui/Toaster";
import { useChannel, useRoute, useWorkspace } from "@/ui/workspace";
import { Welcome } from "./Welcome";
import { channelPage } from "./channelPage";
import { InviteView, MissingChannel } from "./OtherPlaces";
import { useShortcuts } from "./useShortcuts";
import { useTitle } from "./useTitle";

const SpacePage = lazy(() => import("@/features/spaces").then((module) => ({ default: module.SpacePage })));
const Dialogs = lazy(() => import("@/features/dialogs").then((module) => ({ default: module.Dialogs })));

/** The signed-in client: the channel list, the open channel, and what lies over them. */
export function Shell() {
  useShortcuts();
  useTitle();
  const route = useRoute();
  const open = useValue(dialog);
  const inChannel = route.channel !== null;
  return (
    <div className="grid h-full grid-cols-[272px_minmax(0,1fr)] max-[719px]:grid-cols-1">
      <a href="#main" className="sr-only focus:not-sr-only focus:absolute focus:top-2 focus:left-2 focus:z-50 focus:rounded-lg focus:bg-accent focus:px-3 focus:py-2 focus:text-on-accent">
        {t("Skip to messages")}
      </a>
      <div className={cx("min-h-0 border-e border-line", inChannel && "max-[719px]:hidden")}>
        <Sidebar />
      </div>
      <main id="main" className={cx("min-h-0 min-w-0", !inChannel && "max-[719px]:hidden")}>
        <Suspense>
          <Place />
        </Suspense>
      </main>
      <Suspense>{open && <Dialogs open={open} />}</Suspense>
      <Toaster />
    </div>
  );
}

function Place() {
  const route = useRoute();
  const matrix = useValue(useWorkspace().matrix);
  const channel = useChannel(route.channel);
  const page = useValue(channelPage);
  if (!route.channel) return <Welcome />;
  if (channel?.membership === "join" && channel.kind === "space") return <SpacePage key={channel.id} space={channel} />;
  if (channel?.membership === "join") return page && <page.ChannelPage channel={channel} />;
  if (channel?.membership === "invite") return <InviteView channel={channel} />;
  return <MissingChannel key={route.channel} id={route.channel} known={matrix !== null} knocked={channel?.membership === "knock"} />;
}
