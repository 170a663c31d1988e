import type { SealedFile } from "@/lib/files/address";
import { t } from "@/lib/i18n";
import { type Readable, Value } from "@/lib/observable";
import { formatSize } from "@/lib/size";
import { RequestFailed, type Upload } from "@/matrix/api";
import type { Recording } from "@/lib/recorder";
import { threadRelation } from "./content";
import type { OutgoingContent } from "./outbox";
import type { Workspace } from "./workspace";

export interface Attachment {
  id: number;
  file: File;
  /** A blob address for pictures, else `null`. */
  preview: string | null;
  state: "ready" | "uploading" | "failed";
  /** From 0 to 1. */
  progress: number;
  error: string | null;
  /** What a voice message says of itself. */
  voice?: Pick<Recording, "duration" | "waveform">;
}

/** Files chosen for one channel or thread: shown first, uploaded when the person sends. */
export class AttachmentsModel {
  readonly #workspace: Workspace;
  readonly #place: { channel: string; thread: string | null };
  readonly #list = new Value<readonly Attachment[]>([]);
  readonly #running = new Map<number, Upload>();
  #next = 1;

  constructor(workspace: Workspace, place: { channel: string; thread: string | null }) {
    this.#workspace = workspace;
    this.#place = place;
  }

  get list(): Readable<readonly Attachment[]> {
    return this.#list;
  }

  /** Takes files in. One that the server would refuse is refused here, before any upload. */
  async add(files: readonly File[]): Promise<void> {
    const limits = await this.#workspace.matrix.get()?.uploadLimits();
    const max = limits?.maxSize ?? Number.POSITIVE_INFINITY;
    for (const file of files) {
      if (file.size > max) {
        const text = t("{name} is {size}. Files may have {max} at most.", { name: file.name, size: formatSize(file.size), max: formatSize(max) });
        this.#workspace.toasts.show(text, { tone: "problem", ms: 8000 });
        continue;
      }
      const preview = file.type.startsWith("image/") ? URL.createObjectURL(file) : null;
      this.#list.update((list) => [...list, { id: this.#next++, file, preview, state: "ready", progress: 0, error: null }]);
    }
  }

  /** Takes one away; ends its upload. */
  remove(id: number): void {
    this.#running.get(id)?.cancel();
    this.#running.delete(id);
    const found = this.#list.get().find((one) => one.id === id);
    if (found?.preview) URL.revokeObjectURL(found.preview);
    this.#list.update((list) => list.filter((one) => one.id !== id));
  }

  /**
   * Uploads what is there and sends each; `caption` goes with the first that gets through. Those that fail stay, to be
   * tried again. Gives back the caption when nothing took it along.
   */
  async send(caption: string): Promise<string> {
    let words = caption;
    for (const one of this.#list.get().filter(({ state }) => state !== "uploading")) {
      if (await this.#sendOne(one, words)) words = "";
    }
    return words;
  }

  /** Sends a recording at once; one that fails stays, as files do. */
  async sendVoice({ file, duration, waveform }: Recording): Promise<void> {
    const one: Attachment = { id: this.#next++, file, preview: null, state: "ready", progress: 0, error: null, voice: { duration, waveform } };
    this.#list.update((list) => [...list, one]);
    await this.#sendOne(one, "");
  }

  async #sendOne(one: Attachment, caption: string): Promise<boolean> {
    const matrix = this.#workspace.matrix.get();
    if (!matrix) return false;
    const { channel, thread } = this.#place;
    const encrypted = this.#workspace.channel(channel)?.encrypted ?? false;
    this.#change(one.id, { state: "uploading", progress: 0, error: null });
    const described = describe(one.file);
    const upload: Uploading = (file, name, share) => {
      const running = matrix.upload(file, name, (fraction) => share && this.#change(one.id, { progress: fraction }));
      this.#running.set(one.id, running);
      return running.done;
    };
    try {
      const place = encrypted ? await uploadSealed(one.file, upload) : { url: await upload(one.file, one.file.name, true) };
      if (!this.#list.get().some(({ id }) => id === one.id)) return false;
      const content = mediaContent(one.file, place, caption, await described);
      if (one.voice) Object.assign(content, voiceContent(one.voice, content.info as object));
      if (thread) content["m.relates_to"] = threadRelation(thread);
      this.#workspace.outbox.add({ channel, thread, type: "m.room.message", content });
      this.remove(one.id);
      return true;
    } catch (error) {
      const cancelled = error instanceof RequestFailed && error.code === "CANCELLED";
      if (!cancelled) this.#change(one.id, { state: "failed", error: error instanceof Error ? error.message : String(error) });
      return false;
    } finally {
      this.#running.delete(one.id);
    }
  }

  #change(id: number, change: Partial<Attachment>): void {
    this.#list.update((list) => list.map((one) => (one.id === id ? { ...one, ...change } : one)));
  }
}

/** Sends bytes to the server; `share`: they make up the progress that is shown. */
type Uploading = (file: Blob, name: string, share: boolean) => Promise<string>;

/** Where the file of a message is. */
interface Place {
  url?: string;
  file?: SealedFile;
  info?: object;
}

/** Encrypts a file, and a small picture of it where that helps, and uploads both without their names. */
async function uploadSealed(file: File, upload: Uploading): Promise<Place> {
  const [{ sealFile }, { thumbnailOf }] = await Promise.all([import("@/lib/files/seal"), import("@/lib/files/thumbnail")]);
  const send = async (blob: Blob, share: boolean): Promise<SealedFile> => {
    const { data, sealed } = await sealFile(blob);
    return { ...sealed, url: await upload(data, "encrypted", share) };
  };
  const small = await thumbnailOf(file);
  const thumbnail = small && {
    thumbnail_file: await send(small.blob, false),
    thumbnail_info: { w: small.w, h: small.h, mimetype: small.blob.type, size: small.blob.size },
  };
  return { file: await send(file, true), info: thumbnail ?? {} };
}

interface Described {
  w?: number;
  h?: number;
  duration?: number;
}

/** Size of a picture, or size and length of a film. Empty for what the browser cannot read. */
async function describe(file: File): Promise<Described> {
  if (file.type.startsWith("image/")) {
    const bitmap = await createImageBitmap(file).catch(() => null);
    if (!bitmap) return {};
    const size = { w: bitmap.width, h: bitmap.height };
    bitmap.close();
    return size;
  }
  if (file.type.startsWith("video/") || file.type.startsWith("audio/")) return describePlayable(file);
  return {};
}

function describePlayable(file: File): Promise<Described> {
  return new Promise((resolve) => {
    const element = document.createElement(file.type.startsWith("video/") ? "video" : "audio");
    const url = URL.createObjectURL(file);
    const finish = (described: Described) => {
      URL.revokeObjectURL(url);
      resolve(described);
    };
    element.onloadedmetadata = () => {
      const duration = Number.isFinite(element.duration) ? { duration: Math.round(element.duration * 1000) } : {};
      finish(element instanceof HTMLVideoElement ? { w: element.videoWidth, h: element.videoHeight, ...duration } : duration);
    };
    element.onerror = () => finish({});
    setTimeout(() => finish({}), 3000);
    element.preload = "metadata";
    element.src = url;
  });
}

function mediaContent(file: File, { info, ...place }: Place, caption: string, described: Described): OutgoingContent {
  const family = file.type.split("/")[0];
  const msgtype = family === "image" ? "m.image" : family === "video" ? "m.video" : family === "audio" ? "m.audio" : "m.file";
  return {
    msgtype,
    body: caption || file.name,
    filename: file.name,
    ...place,
    info: { mimetype: file.type || "application/octet-stream", size: file.size, ...described, ...info },
    "m.mentions": {},
  };
}

/** The loudest that a waveform can say (MSC1767). */
const LOUDEST = 1024;

/** What makes audio a voice message (MSC3245). */
function voiceContent({ duration, waveform }: Pick<Recording, "duration" | "waveform">, info: object): object {
  return {
    info: { ...info, duration },
    "org.matrix.msc1767.audio": { duration, waveform: waveform.map((level) => Math.round(level * LOUDEST)) },
    "org.matrix.msc3245.voice": {},
  };
}
