export { MembersPanel } from "./MembersPanel";
export { DetailsPanel } from "./DetailsPanel";
export { PersonDialog } from "./PersonDialog";
