export { Timeline } from "./Timeline";
export { type TimelineActions, TimelineActionsContext } from "./actions";
export { Formatted } from "./Formatted";
