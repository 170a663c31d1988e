export { Sidebar } from "./Sidebar";
