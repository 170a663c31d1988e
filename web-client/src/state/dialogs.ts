import { type Readable, Value } from "@/lib/observable";
import type { Message, Person } from "@/matrix/model";

/** The dialog that is open, if any; one at a time. */
export type OpenDialog =
  | { type: "switcher" }
  | { type: "create"; space?: string }
  | { type: "new-space" }
  | { type: "list"; space: string }
  | { type: "browse" }
  | { type: "direct" }
  | { type: "invite"; channel: string }
  | { type: "settings"; page?: string }
  | { type: "status" }
  | { type: "poll"; channel: string; thread: string | null }
  | { type: "scheduled" }
  | { type: "send-at"; choose: (at: number) => void }
  | { type: "place"; channel: string; thread: string | null }
  | { type: "history"; channel: string; event: string }
  | { type: "report"; channel: string | null; event: string | null; person?: string; name: string }
  | { type: "person"; person: Person; channel: string | null }
  | { type: "recovery-key" }
  | { type: "channel-emoji"; channel: string }
  | { type: "deactivate" }
  | { type: "export-keys" }
  | { type: "import-keys" }
  | { type: "confirm-device" }
  | { type: "reset-identity" }
  | { type: "verify"; id: string }
  | { type: "lightbox"; messages: readonly Message[]; start: string }
  | { type: "confirm"; title: string; text: string; action: string; danger: boolean; run: () => void }
  | { type: "password"; answer: (password: string | null) => void };

const open = new Value<OpenDialog | null>(null);

export const dialog: Readable<OpenDialog | null> = open;

export function openDialog(next: OpenDialog): void {
  open.set(next);
}

export function closeDialog(): void {
  open.set(null);
}
