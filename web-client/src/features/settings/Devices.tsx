import { Monitor, ShieldAlert, ShieldCheck, Smartphone } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { t } from "@/lib/i18n";
import { ago } from "@/lib/time";
import type { Device } from "@/matrix/model";
import { openDialog } from "@/state/dialogs";
import { Button } from "@/ui/Button";
import { Problem } from "@/ui/Empty";
import { useMinute, useValue } from "@/ui/hooks";
import { Spinner } from "@/ui/Spinner";
import { useValueOf, useWorkspace } from "@/ui/workspace";

const askPassword = () => new Promise<string | null>((answer) => openDialog({ type: "password", answer }));

/** Where one is signed in, and the way to end it there. */
export function Devices() {
  const workspace = useWorkspace();
  const matrix = useValue(workspace.matrix);
  const [devices, setDevices] = useState<readonly Device[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const load = useCallback(() => {
    matrix?.devices().then(
      (found) => setDevices([...found].sort((a, b) => Number(b.current) - Number(a.current) || b.lastSeen - a.lastSeen)),
      (error: Error) => setProblem(error.message),
    );
  }, [matrix]);
  useEffect(load, [load]);
  const status = useValueOf((connected) => connected.encryption.status, null);
  const [trusted, setTrusted] = useState<Readonly<Record<string, boolean>> | null>(null);
  // The status is a new one when a device was confirmed or has come.
  useEffect(() => {
    if (matrix && status?.state === "ready") matrix.encryption.trust(matrix.userId).then((trust) => setTrusted(trust.devices), () => undefined);
  }, [matrix, status]);
  const remove = async (ids: string[]) => {
    await workspace.attempt((connected) => connected.removeDevices(ids, askPassword));
    openDialog({ type: "settings", page: "devices" });
    load();
  };
  if (problem) return <Problem>{problem}</Problem>;
  if (!devices) return <Spinner className="mx-auto mt-10 text-ink-3" />;
  const others = devices.filter((device) => !device.current);
  return (
    <div>
      <h3 className="text-sm font-semibold">{t("Where you are signed in")}</h3>
      <p className="mt-1 text-sm text-ink-2">{t("Sign out what you don't know or use any more.")}</p>
      <ul className="mt-4 divide-y divide-line rounded-xl border border-line">
        {devices.map((device) => (
          <DeviceLine key={device.id} device={device} trusted={trusted?.[device.id]} mayConfirm={status?.verified === true} onRemove={() => void remove([device.id])} />
        ))}
      </ul>
      {others.length > 0 && (
        <Button look="grave" className="mt-4" onClick={() => void remove(others.map((device) => device.id))}>
          {t("Sign out everywhere else")}
        </Button>
      )}
    </div>
  );
}

interface DeviceLineProps {
  device: Device;
  /** Whether the person has confirmed it; unknown for one that never encrypted. */
  trusted: boolean | undefined;
  /** This device can confirm others. */
  mayConfirm: boolean;
  onRemove: () => void;
}

function DeviceLine({ device, trusted, mayConfirm, onRemove }: DeviceLineProps) {
  const workspace = useWorkspace();
  const confirm = async () => {
    if (device.current) return openDialog({ type: "confirm-device" });
    const id = await workspace.attempt((matrix) => matrix.encryption.verifyOwn(device.id));
    if (id) openDialog({ type: "verify", id });
  };
  const now = useMinute();
  const Icon = /android|ios|iphone/i.test(device.name) ? Smartphone : Monitor;
  return (
    <li className="flex items-center gap-3 px-4 py-3">
      <Icon size={18} className="shrink-0 text-ink-3" aria-hidden="true" />
      <div className="min-w-0 flex-1">
        <p className="flex items-center gap-1.5 text-sm font-medium">
          <span className="truncate">{device.name}</span>
          {trusted === true && <ShieldCheck size={14} className="shrink-0 text-accent-text" role="img" aria-label={t("Confirmed")} />}
          {trusted === false && <ShieldAlert size={14} className="shrink-0 text-warn" role="img" aria-label={t("Not confirmed")} />}
        </p>
        <p className="truncate text-xs text-ink-3">
          {device.current ? t("This device") : device.lastSeen ? ago(device.lastSeen, now) : t("Never seen")}
          {device.address && ` · ${device.address}`} · {device.id}
        </p>
      </div>
      {trusted === false && (device.current || mayConfirm) && (
        <Button className="h-8" onClick={confirm} aria-label={t("Confirm {name}", { name: device.name })}>
          {t("Confirm")}
        </Button>
      )}
      {!device.current && (
        <Button className="h-8" onClick={onRemove} aria-label={t("Sign out {name}", { name: device.name })}>
          {t("Sign out")}
        </Button>
      )}
    </li>
  );
}
