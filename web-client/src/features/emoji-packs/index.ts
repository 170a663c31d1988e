export { ChannelEmojiDialog } from "./ChannelEmojiDialog";
export { OwnEmoji } from "./OwnEmoji";
