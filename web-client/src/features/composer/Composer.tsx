import { Mic, Pencil, Reply, SendHorizontal, Smile, X } from "lucide-react";
import { type ClipboardEvent, type KeyboardEvent, lazy, type ReactNode, type RefObject, Suspense, type TextareaHTMLAttributes, useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { t } from "@/lib/i18n";
import type { AttachmentsModel } from "@/state/attachments";
import type { ComposerModel } from "@/state/composer";
import { IconButton } from "@/ui/Button";
import { cx } from "@/ui/cx";
import { useValue } from "@/ui/hooks";
import { AddMenu } from "./AddMenu";
import { AttachmentTray } from "./AttachmentTray";
import { LaterMenu } from "./LaterMenu";
import { ScheduledLine } from "./ScheduledLine";
import { Suggestions } from "./Suggestions";
import { useCompletion } from "./useCompletion";

const VoiceRecorder = lazy(() => import("@/features/voice").then((module) => ({ default: module.VoiceRecorder })));
const EmojiPopover = lazy(() => import("@/features/emoji").then((module) => ({ default: module.EmojiPopover })));

interface ComposerProps {
  model: ComposerModel;
  channel: string;
  thread: string | null;
  placeholder: string;
  attachments: AttachmentsModel;
  /** Something was sent: the timeline may go to its end. */
  onSent: () => void;
  onEscape: () => void;
  autoFocus: boolean;
}

export function Composer({ model, attachments, channel, thread, placeholder, onSent, onEscape, autoFocus }: ComposerProps) {
  const files = useValue(attachments.list);
  const onFiles = (added: File[]) => void attachments.add(added).then(() => area.current?.focus());
  const text = useValue(model.text);
  const mode = useValue(model.mode);
  const area = useRef<HTMLTextAreaElement>(null);
  const completion = useCompletion(model, channel, area);
  useEffect(() => {
    if (mode.type !== "new") focusEnd(area.current);
  }, [mode]);
  useEffect(() => {
    if (autoFocus && matchMedia("(pointer: fine)").matches) focusEnd(area.current);
  }, [autoFocus]);

  const [recording, setRecording] = useState(false);
  const ready = text.trim() !== "" || files.some((file) => file.state !== "uploading");
  const voice = !ready && files.length === 0 && mode.type === "new" && "MediaRecorder" in globalThis;
  const send = async () => {
    if (mode.type === "new" && files.length > 0) {
      const caption = text.trim();
      model.setText("");
      // Words that no file took along are not lost.
      void attachments.send(caption).then((left) => left && !model.text.get() && model.setText(left));
      onSent();
    } else if (await model.submit()) onSent();
    area.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // An input method's Enter picks a word; it must not send.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    if (completion.onKeyDown(event)) return;
    if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      void send();
    } else if (event.key === "ArrowUp" && !event.altKey && text === "" && mode.type !== "edit") {
      if (model.editLast()) event.preventDefault();
    } else if (event.key === "Escape") {
      if (!model.cancel()) onEscape();
    }
  };
  const onPaste = (event: ClipboardEvent) => {
    const pasted = [...event.clipboardData.files];
    if (!pasted.length) return;
    event.preventDefault();
    onFiles(pasted);
  };
  return (
    <div className="relative px-4 pb-4 max-[719px]:px-2 max-[719px]:pb-[max(0.5rem,env(safe-area-inset-bottom))]">
      <Suggestions completion={completion} />
      <ScheduledLine channel={channel} thread={thread} />
      <div className="rounded-xl border border-line-strong bg-canvas transition-colors focus-within:border-accent">
        <ModeBar model={model} />
        {files.length > 0 && <AttachmentTray files={files} onRemove={(id) => attachments.remove(id)} />}
        <div className="flex items-end gap-1 p-1.5">
          {recording ? (
            <Suspense>
              <VoiceRecorder attachments={attachments} onEnd={() => setRecording(false)} />
            </Suspense>
          ) : (
            <>
              <AddMenu channel={channel} thread={thread} onFiles={onFiles} />
              <GrowingText
                ref={area}
                value={text}
                aria-label={placeholder}
                placeholder={placeholder}
                enterKeyHint="send"
                aria-autocomplete="list"
                aria-controls={completion.open ? completion.listId : undefined}
                aria-activedescendant={completion.open ? completion.activeId : undefined}
                onChange={(event) => {
                  model.setText(event.target.value);
                  completion.onSelect();
                }}
                onKeyDown={onKeyDown}
                onPaste={onPaste}
                onSelect={completion.onSelect}
                onBlur={completion.close}
              />
              <EmojiButton channel={channel} onPick={(char) => insert(model, area.current, char)} />
              {voice ? (
                <IconButton label={t("Record a voice message")} onClick={() => setRecording(true)}>
                  <Mic size={18} />
                </IconButton>
              ) : (
                <IconButton
                  label={mode.type === "edit" ? t("Save") : t("Send")}
                  disabled={!ready}
                  onClick={send}
                  className={cx(ready && "bg-accent text-on-accent hover:bg-accent-hover hover:text-on-accent")}
                >
                  <SendHorizontal size={17} />
                </IconButton>
              )}
              {mode.type !== "edit" && text.trim() !== "" && files.length === 0 && <LaterMenu model={model} channel={channel} onDone={() => area.current?.focus()} />}
            </>
          )}
        </div>
      </div>
    </div>
  );
}

const TEXT = "col-start-1 row-start-1 px-1 py-1 text-msg leading-6 pointer-coarse:py-2 pointer-coarse:text-base";

/** A text field as high as its text: a hidden copy of it in the same place gives the height. */
function GrowingText({ value, ...rest }: Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "value"> & { value: string; ref: RefObject<HTMLTextAreaElement | null> }) {
  return (
    <div className="grid max-h-[40vh] min-w-0 flex-1 overflow-hidden">
      <div aria-hidden="true" className={`${TEXT} invisible overflow-hidden wrap-break-word whitespace-pre-wrap`}>
        {`${value} `}
      </div>
      <textarea rows={1} value={value} {...rest} className={`${TEXT} max-h-[40vh] resize-none overflow-y-auto bg-transparent wrap-break-word outline-none`} />
    </div>
  );
}

function focusEnd(area: HTMLTextAreaElement | null): void {
  area?.focus();
  area?.setSelectionRange(area.value.length, area.value.length);
}

/** Puts text in at the caret. */
function insert(model: ComposerModel, area: HTMLTextAreaElement | null, added: string): void {
  const text = model.text.get();
  const from = area?.selectionStart ?? text.length;
  const to = area?.selectionEnd ?? text.length;
  flushSync(() => model.setText(text.slice(0, from) + added + text.slice(to)));
  area?.focus();
  area?.setSelectionRange(from + added.length, from + added.length);
}

function ModeBar({ model }: { model: ComposerModel }) {
  const mode = useValue(model.mode);
  if (mode.type === "new") return null;
  const editing = mode.type === "edit";
  const icon: ReactNode = editing ? <Pencil size={13} aria-hidden="true" /> : <Reply size={14} aria-hidden="true" />;
  return (
    <div className="flex items-center gap-2 border-b border-line py-1 ps-3 pe-1.5 text-xs text-ink-2">
      {icon}
      <span className="min-w-0 flex-1 truncate">
        <span className="font-semibold">{editing ? t("Editing") : t("Answer to {name}", { name: mode.message.sender.name })}</span> {!editing && mode.message.body}
      </span>
      <IconButton size="sm" label={editing ? t("Cancel editing") : t("Cancel answer")} onClick={() => model.cancel()}>
        <X size={14} />
      </IconButton>
    </div>
  );
}

function EmojiButton({ channel, onPick }: { channel: string; onPick: (text: string) => void }) {
  const [open, setOpen] = useState(false);
  return (
    <span className="relative">
      <IconButton label={t("Emoji")} onClick={() => setOpen(true)}>
        <Smile size={18} />
      </IconButton>
      {open && (
        <Suspense>
          <EmojiPopover channel={channel} onPick={({ text }) => onPick(text)} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </span>
  );
}
