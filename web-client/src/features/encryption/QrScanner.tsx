import { ImageUp } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { t } from "@/lib/i18n";
import { Button } from "@/ui/Button";
import { Problem } from "@/ui/Empty";
import { useLatest } from "@/ui/hooks";
import { readCode } from "./readCode";

/** How often a frame of the camera is looked at. Milliseconds. */
const EVERY_MS = 150;

interface QrScannerProps {
  /** The bytes of the code, in base64. */
  onCode: (code: string) => void;
  onBack: () => void;
}

/** Reads a QR code with the camera, or from a picture where there is none. */
export function QrScanner({ onCode, onBack }: QrScannerProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const [live, setLive] = useState(true);
  const input = useRef<HTMLInputElement>(null);
  const choose = async (file: File | undefined) => {
    if (!file) return;
    const picture = await createImageBitmap(file).catch(() => null);
    const code = picture && readCode(picture, picture.width, picture.height);
    picture?.close();
    if (code) onCode(code);
    else setProblem(t("There is no QR code in this picture, or it is not sharp enough."));
  };
  return (
    <>
      <p className="text-sm text-ink-2">{live ? t("Hold the code of the other device into the camera.") : t("The camera can't be used here. Choose a picture of the other device's code.")}</p>
      {live && <CameraView onCode={onCode} onMissing={() => setLive(false)} />}
      {problem && (
        <div className="mt-3">
          <Problem>{problem}</Problem>
        </div>
      )}
      <div className="mt-5 flex flex-wrap justify-end gap-2">
        <Button onClick={onBack}>{t("Back")}</Button>
        <Button icon={<ImageUp size={15} />} onClick={() => input.current?.click()}>
          {t("Choose a picture")}
        </Button>
      </div>
      <input ref={input} type="file" accept="image/*" hidden aria-label={t("Picture of the code")} onChange={(event) => void choose(event.target.files?.[0])} />
    </>
  );
}

function CameraView({ onCode, onMissing }: { onCode: (code: string) => void; onMissing: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const found = useLatest(onCode);
  const missing = useLatest(onMissing);
  useEffect(() => {
    let stream: MediaStream | null = null;
    let ended = false;
    const timer = setInterval(() => {
      const element = video.current;
      if (!element || element.readyState < HTMLMediaElement.HAVE_CURRENT_DATA) return;
      const code = readCode(element, element.videoWidth, element.videoHeight);
      if (!code) return;
      clearInterval(timer);
      found.current(code);
    }, EVERY_MS);
    const open = async () => {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      if (ended) return stop();
      if (video.current) video.current.srcObject = stream;
      await video.current?.play();
    };
    const stop = () => stream?.getTracks().forEach((track) => track.stop());
    open().catch(() => !ended && missing.current());
    return () => {
      ended = true;
      clearInterval(timer);
      stop();
    };
  }, [found, missing]);
  return (
    // The person's own camera; nothing is said in it.
    // oxlint-disable-next-line jsx-a11y/media-has-caption
    <video ref={video} muted playsInline aria-label={t("Camera")} className="mt-4 aspect-video w-full rounded-xl bg-black object-cover" />
  );
}
