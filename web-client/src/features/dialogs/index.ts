export { Dialogs } from "./Dialogs";
