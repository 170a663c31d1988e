// The door of this folder for everyone who needs the SDK; loaded on demand.
export { startSession } from "./session";
