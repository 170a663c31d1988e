export { PlaceBody } from "./PlaceBody";
export { PlaceDialog } from "./PlaceDialog";
