import { lazy, Suspense } from "react";
import type { Channel } from "@/matrix/model";
import type { Panel } from "@/state/router";

const MembersPanel = lazy(() => import("@/features/people").then((module) => ({ default: module.MembersPanel })));
const DetailsPanel = lazy(() => import("@/features/people").then((module) => ({ default: module.DetailsPanel })));
const PinsPanel = lazy(() => import("@/features/pins").then((module) => ({ default: module.PinsPanel })));
const SearchPanel = lazy(() => import("@/features/search").then((module) => ({ default: module.SearchPanel })));
const ThreadsPanel = lazy(() => import("@/features/thread").then((module) => ({ default: module.ThreadsPanel })));

const PANELS = { members: MembersPanel, details: DetailsPanel, threads: ThreadsPanel, pins: PinsPanel, search: SearchPanel } as const;

export function SidePanel({ channel, panel }: { channel: Channel; panel: Panel }) {
  const Shown = PANELS[panel];
  return (
    <Suspense>
      <Shown channel={channel} />
    </Suspense>
  );
}
