export { useConversation } from "./useConversation";
export { useTimelineActionsFor } from "./useTimelineActionsFor";
export { NoComposer, useObstacle } from "./NoComposer";
