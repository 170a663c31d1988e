import { Monitor, Smartphone } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { t } from "@/lib/i18n";
import { ago } from "@/lib/time";
import type { Device } from "@/matrix/model";
import { openDialog } from "@/state/dialogs";
import { Button } from "@/ui/Button";
import { Problem } from "@/ui/Empty";
import { useMinute, useValue } from "@/ui/hooks";
import { Spinner } from "@/ui/Spinner";
import { useWorkspace } from "@/ui/workspace";

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
          <DeviceLine key={device.id} device={device} onRemove={() => void remove([device.id])} />
        ))}
      </ul>
      {others.length > 0 && (
        <Button className="mt-4 text-danger" onClick={() => void remove(others.map((device) => device.id))}>
          {t("Sign out everywhere else")}
        </Button>
      )}
    </div>
  );
}

function DeviceLine({ device, onRemove }: { device: Device; onRemove: () => void }) {
  const now = useMinute();
  const Icon = /android|ios|iphone/i.test(device.name) ? Smartphone : Monitor;
  return (
    <li className="flex items-center gap-3 px-4 py-3">
      <Icon size={18} className="shrink-0 text-ink-3" aria-hidden="true" />
      <div className="min-w-0 flex-1">
        <p className="truncate text-sm font-medium">{device.name}</p>
        <p className="truncate text-xs text-ink-3">
          {device.current ? t("This device") : device.lastSeen ? ago(device.lastSeen, now) : t("Never seen")}
          {device.address && ` · ${device.address}`} · {device.id}
        </p>
      </div>
      {!device.current && (
        <Button className="h-8" onClick={onRemove} aria-label={t("Sign out {name}", { name: device.name })}>
          {t("Sign out")}
        </Button>
      )}
    </li>
  );
}
