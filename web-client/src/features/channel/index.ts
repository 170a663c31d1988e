export { ChannelPage } from "./ChannelPage";
export { SidePanel } from "./SidePanel";
