import { type Readable, Value } from "@/lib/observable";

export interface Toast {
  id: number;
  text: string;
  tone: "plain" | "problem";
  action?: { label: string; run: () => void };
}

/** Short notices at the edge of the screen; each leaves by itself. */
export class Toasts {
  readonly #list = new Value<readonly Toast[]>([]);
  #next = 1;

  get list(): Readable<readonly Toast[]> {
    return this.#list;
  }

  show(text: string, more: { tone?: Toast["tone"]; action?: Toast["action"]; ms?: number } = {}): number {
    const id = this.#next++;
    const toast: Toast = { id, text, tone: more.tone ?? "plain", ...(more.action ? { action: more.action } : {}) };
    this.#list.update((list) => [...list.slice(-2), toast]);
    setTimeout(() => this.dismiss(id), more.ms ?? (more.action ? 8000 : 5000));
    return id;
  }

  /** Says that something went wrong, in the error's own words. */
  problem(error: unknown): void {
    this.show(error instanceof Error ? error.message : String(error), { tone: "problem" });
  }

  dismiss(id: number): void {
    this.#list.update((list) => list.filter((toast) => toast.id !== id));
  }
}
