import { SendHorizontal, Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { t } from "@/lib/i18n";
import { Recorder } from "@/lib/recorder";
import { playTime } from "@/lib/time";
import type { AttachmentsModel } from "@/state/attachments";
import { IconButton } from "@/ui/Button";
import { useWorkspace } from "@/ui/workspace";

const SHOWN = 48;

interface VoiceRecorderProps {
  attachments: AttachmentsModel;
  onEnd: () => void;
}

/** Records a voice message in the place of the text: to be sent, or thrown away. */
export function VoiceRecorder({ attachments, onEnd }: VoiceRecorderProps) {
  const { toasts } = useWorkspace();
  const recorder = useRef<Recorder | null>(null);
  const [levels, setLevels] = useState<readonly { at: number; level: number }[]>([]);
  const end = useRef(onEnd);
  useEffect(() => {
    let gone = false;
    Recorder.start((level, at) => setLevels((before) => [...before.slice(1 - SHOWN), { at, level }])).then(
      (started) => {
        if (gone) started.cancel();
        else recorder.current = started;
      },
      () => {
        toasts.show(t("There is no microphone, or this page may not use it."), { tone: "problem" });
        end.current();
      },
    );
    return () => {
      gone = true;
      recorder.current?.cancel();
    };
  }, [toasts]);
  const send = async () => {
    const recording = await recorder.current?.stop();
    recorder.current = null;
    if (recording) void attachments.sendVoice(recording);
    onEnd();
  };
  return (
    <div className="flex min-w-0 flex-1 items-center gap-2" role="group" aria-label={t("Recording")}>
      <IconButton label={t("Throw away")} onClick={onEnd}>
        <Trash2 size={17} />
      </IconButton>
      <span className="shimmer size-2.5 shrink-0 rounded-full bg-danger-solid" aria-hidden="true" />
      <time role="timer" className="text-sm tabular-nums">
        {playTime((levels.at(-1)?.at ?? 0) / 1000)}
      </time>
      <span className="flex h-8 min-w-0 flex-1 items-center justify-end gap-0.5 overflow-hidden" aria-hidden="true">
        {levels.map(({ at, level }) => (
          <span key={at} className="w-1 shrink-0 rounded-full bg-accent" style={{ height: `${Math.max(10, level * 100)}%` }} />
        ))}
      </span>
      <IconButton label={t("Send voice message")} disabled={levels.length === 0} onClick={send} className="bg-accent text-on-accent hover:bg-accent-hover hover:text-on-accent">
        <SendHorizontal size={17} />
      </IconButton>
    </div>
  );
}
