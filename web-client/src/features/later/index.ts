export { ScheduledDialog } from "./ScheduledDialog";
export { SendAtDialog } from "./SendAtDialog";
