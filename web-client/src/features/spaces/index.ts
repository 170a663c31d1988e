export { SpacePage } from "./SpacePage";
export { ListDialog } from "./ListDialog";
export { NewSpaceDialog } from "./NewSpaceDialog";
