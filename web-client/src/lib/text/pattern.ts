/** A text as a part of a regular expression that stands for the text itself, with the flag `u` too. */
export function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
