export { EmojiPopover } from "./EmojiPopover";
