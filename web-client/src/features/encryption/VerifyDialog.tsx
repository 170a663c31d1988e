import { ShieldCheck, ShieldX } from "lucide-react";
import { type ReactNode, useState } from "react";
import { t } from "@/lib/i18n";
import type { Verification } from "@/matrix/model";
import { closeDialog } from "@/state/dialogs";
import { Button } from "@/ui/Button";
import { Dialog } from "@/ui/Dialog";
import { Spinner } from "@/ui/Spinner";
import { useValueOf, useWorkspace } from "@/ui/workspace";
import { EmojiGrid } from "./EmojiGrid";
import { Methods } from "./Methods";

const NONE: readonly Verification[] = [];

/** A verification from its beginning to its end, in one place. */
export function VerifyDialog({ id }: { id: string }) {
  const workspace = useWorkspace();
  const now = useValueOf((matrix) => matrix.encryption.verifications, NONE).find((one) => one.id === id);
  const [kept, setKept] = useState(now);
  // What has ended is forgotten after a while; the dialog still says how.
  if (now && now !== kept) setKept(now);
  const run = now ?? kept;
  const ended = !run || run.state === "done" || run.state === "cancelled";
  const close = () => {
    closeDialog();
    if (!ended) void workspace.attempt((matrix) => matrix.encryption.cancelVerification(id));
  };
  return (
    <Dialog title={titleOf(run)} onClose={close}>
      <div className="px-5 pb-5">{run && <Step run={run} onClose={close} />}</div>
    </Dialog>
  );
}

function titleOf(run: Verification | undefined): string {
  if (run?.own) return t("Confirm a device");
  return run ? t("Compare keys with {name}", { name: run.person.name }) : t("Compare keys");
}

function Step({ run, onClose }: { run: Verification; onClose: () => void }) {
  const workspace = useWorkspace();
  const agree = (same: boolean) => void workspace.attempt((matrix) => matrix.encryption.agree(run.id, same));
  const accept = () => void workspace.attempt((matrix) => matrix.encryption.acceptVerification(run.id));
  switch (run.state) {
    case "asked":
      return (
        <Words text={run.own ? t("Another device of yours asks to be confirmed. Go on only if you have just signed in there.") : t("{name} asks to compare keys with you. Do it while you speak with each other.", { name: run.person.name })}>
          <Button onClick={onClose}>{t("Decline")}</Button>
          <Button look="primary" onClick={accept}>
            {t("Go on")}
          </Button>
        </Words>
      );
    case "ready":
      return <Methods run={run} />;
    case "compare":
      return (
        <Words text={run.own ? t("Are these the same on both devices, in the same order?") : t("Are these the same for both of you, in the same order?")} content={<EmojiGrid emoji={run.emoji} />}>
          <Button look="grave" onClick={() => agree(false)}>
            {t("They differ")}
          </Button>
          <Button look="primary" onClick={() => agree(true)}>
            {t("They are the same")}
          </Button>
        </Words>
      );
    case "scanned":
      return (
        <Words text={t("The code was scanned. Does the other device say that it has worked?")}>
          <Button look="grave" onClick={() => agree(false)}>
            {t("No")}
          </Button>
          <Button look="primary" onClick={() => agree(true)}>
            {t("Yes")}
          </Button>
        </Words>
      );
    case "done":
      return (
        <Words icon={<ShieldCheck size={40} className="text-accent-text" aria-hidden="true" />} text={run.own ? t("Confirmed. This device and the other one trust each other.") : t("You and {name} know each other's keys now.", { name: run.person.name })}>
          <Button look="primary" autoFocus onClick={onClose}>
            {t("Done")}
          </Button>
        </Words>
      );
    case "cancelled":
      return (
        <Words icon={<ShieldX size={40} className="text-danger" aria-hidden="true" />} text={t("This came to no end: one side stopped it, it took too long, or what was compared differed. If it differed, be careful: somebody may be listening in.")}>
          <Button autoFocus onClick={onClose}>
            {t("Close")}
          </Button>
        </Words>
      );
    default:
      return <Words icon={<Spinner className="size-6 text-ink-3" />} text={waitingFor(run)} />;
  }
}

function waitingFor(run: Verification): string {
  if (run.state === "waiting") return t("Waiting for the other side…");
  return run.own ? t("Open ChatSphere, or another Matrix client, on a device of yours and accept there.") : t("Waiting for {name} to accept…", { name: run.person.name });
}

function Words({ icon, text, content, children }: { icon?: ReactNode; text: string; content?: ReactNode; children?: ReactNode }) {
  return (
    <>
      {icon && <div className="flex justify-center py-4">{icon}</div>}
      <p role="status" className={icon ? "text-center text-sm text-ink-2" : "text-sm text-ink-2"}>
        {text}
      </p>
      {content}
      {children && <div className="mt-5 flex justify-end gap-2">{children}</div>}
    </>
  );
}
