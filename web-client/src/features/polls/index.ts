export { PollBody } from "./PollBody";
export { PollDialog } from "./PollDialog";
