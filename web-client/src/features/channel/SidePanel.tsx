import { lazy, Suspense } from "react";
import type { Channel } from "@/matrix/model";
import type { Panel } from "@/state/router";

const MembersPanel = lazy(() => import("@/features/people").then((module) => ({ default: module.MembersPanel })));
const DetailsPanel = lazy(() => import("@/features/people").then((module) => ({ default: module.DetailsPanel })));
const ThreadsPanel = lazy(() => import("@/features/thread").then((module) => ({ default: module.ThreadsPanel })));

export function SidePanel({ channel, panel }: { channel: Channel; panel: Panel }) {
  const Shown = panel === "members" ? MembersPanel : panel === "details" ? DetailsPanel : ThreadsPanel;
  return (
    <Suspense>
      <Shown channel={channel} />
    </Suspense>
  );
}
