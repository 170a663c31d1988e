export { PinsPanel } from "./PinsPanel";
