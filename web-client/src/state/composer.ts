import { type Readable, Value } from "@/lib/observable";
import type { EmojiPack, Message } from "@/matrix/model";
import { contentOf } from "./content";
import { emoticonsOf } from "./emoji-pack";
import type { OutgoingContent } from "./outbox";
import type { TimelineModel } from "./timeline";
import type { Workspace } from "./workspace";

export type ComposerMode = { type: "new" } | { type: "reply"; message: Message } | { type: "edit"; message: Message };

/** Tell the others "typing" at most this often, and that it ended after this long without a key. */
const TYPING_EVERY_MS = 8000;
const TYPING_END_MS = 5000;

type Markdown = typeof import("@/lib/text/markdown");

/** What is being written in one channel or thread. The text is a draft until it is sent, and drafts survive reloads. */
export class ComposerModel {
  readonly #workspace: Workspace;
  readonly #timeline: TimelineModel;
  readonly #text: Value<string>;
  readonly #mode = new Value<ComposerMode>({ type: "new" });
  readonly #mentions = new Map<string, string>();
  #markdown: Markdown | null = null;
  #beforeEdit = "";
  #typingSent = 0;
  #typingTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(workspace: Workspace, timeline: TimelineModel) {
    this.#workspace = workspace;
    this.#timeline = timeline;
    const { channel, thread } = timeline.place;
    const draft = workspace.drafts.read(channel, thread);
    this.#text = new Value(draft.text);
    for (const [label, id] of draft.mentions ?? []) this.#mentions.set(label, id);
    if (draft.replyTo) this.#mode.set({ type: "reply", message: draft.replyTo });
  }

  get text(): Readable<string> {
    return this.#text;
  }
  get mode(): Readable<ComposerMode> {
    return this.#mode;
  }

  setText(text: string): void {
    // Not before the first letter: opening a channel must not wait for it.
    if (!this.#markdown) void this.#loadMarkdown();
    this.#text.set(text);
    if (this.#mode.get().type === "edit") return;
    this.#saveDraft();
    this.#signalTyping(text.trim() !== "" && !text.startsWith("/"));
  }

  /** Remembers that `label` in the text means this person. */
  addMention(label: string, id: string): void {
    this.#mentions.set(label, id);
  }

  reply(message: Message): void {
    if (this.#mode.get().type === "edit") this.#text.set(this.#beforeEdit);
    this.#mode.set({ type: "reply", message });
    this.#saveDraft();
  }

  edit(message: Message): void {
    if (this.#mode.get().type !== "edit") this.#beforeEdit = this.#text.get();
    this.#mode.set({ type: "edit", message });
    this.#text.set(message.kind === "emote" ? `/me ${message.body}` : message.body);
  }

  /** Begins to edit one's last message. False when there is none. */
  editLast(): boolean {
    const last = this.#timeline.view.get().messages.findLast((message) => isEditable(message));
    if (last) this.edit(last);
    return last !== undefined;
  }

  /** Ends an edit or answer. False when there was none. */
  cancel(): boolean {
    const mode = this.#mode.get();
    if (mode.type === "new") return false;
    if (mode.type === "edit") this.#text.set(this.#beforeEdit);
    this.#mode.set({ type: "new" });
    this.#saveDraft();
    return true;
  }

  /** Sends what is written. False when there is nothing to send. */
  async submit(): Promise<boolean> {
    const text = this.#text.get().trim();
    if (!text) return false;
    const { channel, thread } = this.#timeline.place;
    const mode = this.#mode.get();
    const content = await this.#content(text, mode);
    if (mode.type === "edit") {
      const { message } = mode;
      this.cancel();
      if (text !== message.body) void this.#workspace.attempt((connected) => connected.edit(channel, message.id, content));
      return true;
    }
    this.#workspace.outbox.add({ channel, thread, type: "m.room.message", content });
    this.#empty();
    return true;
  }

  /** Has the server send what is written at `at`. False when that did not work; the text is still here then. */
  async schedule(at: number): Promise<boolean> {
    const written = this.#text.get();
    const content = await this.#content(written.trim(), this.#mode.get());
    const done = await this.#workspace.attempt(async () => {
      await this.#workspace.scheduled.add(this.#timeline.place.channel, content, at);
      return true;
    });
    // What was typed meanwhile stays.
    if (done && this.#text.get() === written) this.#empty();
    return done === true;
  }

  close(): void {
    this.#signalTyping(false);
  }

  async #content(text: string, mode: ComposerMode): Promise<OutgoingContent> {
    const markdown = this.#markdown ?? (await this.#loadMarkdown());
    const { channel, thread } = this.#timeline.place;
    return contentOf({
      text,
      mentions: this.#mentions,
      mayCallRoom: this.#workspace.matrix.get()?.rights(channel).get().notifyRoom ?? false,
      replyTo: mode.type === "reply" ? mode.message : undefined,
      thread: mode.type === "edit" ? undefined : (thread ?? undefined),
      threadLast: this.#timeline.view.get().messages.findLast((message) => message.id.startsWith("$"))?.id,
      toHtml: markdown.toHtml,
      emoticons: emoticonsOf(this.#packs()),
    });
  }

  #empty(): void {
    this.#mode.set({ type: "new" });
    this.#mentions.clear();
    this.#text.set("");
    this.#saveDraft();
    this.#signalTyping(false);
  }

  #packs(): readonly EmojiPack[] {
    try {
      return this.#workspace.matrix.get()?.emojiPacks(this.#timeline.place.channel).get() ?? [];
    } catch {
      // The channel is gone, and the message with it.
      return [];
    }
  }

  async #loadMarkdown(): Promise<Markdown> {
    this.#markdown = await import("@/lib/text/markdown");
    return this.#markdown;
  }

  #saveDraft(): void {
    const { channel, thread } = this.#timeline.place;
    const mode = this.#mode.get();
    this.#workspace.drafts.write(channel, thread, {
      text: this.#text.get(),
      ...(this.#mentions.size ? { mentions: [...this.#mentions] } : {}),
      ...(mode.type === "reply" ? { replyTo: mode.message } : {}),
    });
  }

  #signalTyping(typing: boolean): void {
    const matrix = this.#workspace.matrix.get();
    if (!matrix || this.#timeline.place.thread) return;
    if (this.#typingTimer) clearTimeout(this.#typingTimer);
    this.#typingTimer = typing ? setTimeout(() => this.#signalTyping(false), TYPING_END_MS) : null;
    const now = Date.now();
    if (typing && now - this.#typingSent < TYPING_EVERY_MS) return;
    if (!typing && this.#typingSent === 0) return;
    this.#typingSent = typing ? now : 0;
    matrix.setTyping(this.#timeline.place.channel, typing);
  }
}

/** Whether one may edit this message: one's own, with text, and on the server. */
export function isEditable(message: Message): boolean {
  return message.own && message.id.startsWith("$") && (message.kind === "text" || message.kind === "emote" || message.kind === "notice");
}
