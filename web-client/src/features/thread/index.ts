export { ThreadPanel } from "./ThreadPanel";
export { ThreadsPanel } from "./ThreadsPanel";
