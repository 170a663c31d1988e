import { MapPin } from "lucide-react";
import { type FormEvent, useCallback, useEffect, useState } from "react";
import { t } from "@/lib/i18n";
import { threadRelation } from "@/state/content";
import { closeDialog } from "@/state/dialogs";
import { placeContent } from "@/state/place";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Problem } from "@/ui/Empty";
import { Field } from "@/ui/Field";
import { Spinner } from "@/ui/Spinner";
import { useWorkspace } from "@/ui/workspace";

/** Shares where one is, once. The browser asks for leave; nothing is sent before one says so. */
export function PlaceDialog({ channel, thread }: { channel: string; thread: string | null }) {
  const { outbox } = useWorkspace();
  const { found, problem, look } = usePosition();
  const [words, setWords] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!found) return;
    const content = placeContent(found.latitude, found.longitude, found.accuracy, words.trim(), Date.now());
    if (thread) content["m.relates_to"] = threadRelation(thread);
    outbox.add({ channel, thread, type: "m.room.message", content });
    closeDialog();
  };
  return (
    <Dialog title={t("Share your location")} description={t("Everyone in this channel sees where you are now. It does not follow you.")} onClose={closeDialog}>
      <form onSubmit={submit} className="space-y-4 px-5 pb-5">
        {problem && <Problem action={<Button onClick={look}>{t("Try again")}</Button>}>{problem}</Problem>}
        {!found && !problem && (
          <p role="status" className="flex items-center gap-2 py-2 text-sm text-ink-2">
            <Spinner /> {t("Looking for where you are…")}
          </p>
        )}
        {found && (
          <p className="flex items-center gap-2 rounded-lg border border-line bg-sunken px-3 py-2.5 text-sm">
            <MapPin size={16} className="text-accent-text" aria-hidden="true" />
            {found.latitude.toFixed(5)}, {found.longitude.toFixed(5)}
            <span className="text-ink-3">{t("within {metres} m", { metres: Math.round(found.accuracy) })}</span>
          </p>
        )}
        <Field label={t("Description")} hint={t("Optional, for example: the meeting point.")} maxLength={200} value={words} onChange={(event) => setWords(event.target.value)} />
        <div className="flex justify-end gap-2">
          <Button onClick={closeDialog}>{t("Cancel")}</Button>
          <Button type="submit" look="primary" disabled={!found}>
            {t("Share")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function usePosition() {
  const [found, setFound] = useState<GeolocationCoordinates | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const ask = useCallback(() => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => setFound(coords),
      (error) => setProblem(error.code === error.PERMISSION_DENIED ? t("This browser was told not to tell where you are. Allow it in the browser's settings for this page.") : t("Your location can't be found now.")),
      { enableHighAccuracy: true, timeout: 20_000, maximumAge: 60_000 },
    );
  }, []);
  useEffect(ask, [ask]);
  const look = () => {
    setProblem(null);
    ask();
  };
  return { found, problem, look };
}
