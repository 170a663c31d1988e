import { RequestFailed, type Upload } from "./api";
import type { Tokens } from "./tokens";
import { type FileKey, parseAddress } from "@/lib/files/address";
import { t } from "@/lib/i18n";

/** How many pictures are kept in memory after nobody shows them. */
const KEEP = 200;

interface Held {
  url: Promise<string>;
  ready: string | null;
}

/**
 * Pictures and files of the homeserver as blob addresses. Media needs the access token (spec v1.11), which an `img`
 * cannot send, so each is fetched once and kept; the least recently shown ones are let go.
 */
export class MediaStore {
  readonly #held = new Map<string, Held>();
  readonly #tokens: Tokens;

  constructor(tokens: Tokens) {
    this.#tokens = tokens;
  }

  /** The blob address if it is here already. */
  peek(mxc: string, width?: number, height?: number): string | null {
    return this.#held.get(keyOf(mxc, width, height))?.ready ?? null;
  }

  /** The file, or with a size its thumbnail (`height` also given: cropped to that). Rejects when it cannot be had. */
  url(mxc: string, width?: number, height?: number): Promise<string> {
    const key = keyOf(mxc, width, height);
    const found = this.#held.get(key);
    if (found) {
      this.#held.delete(key);
      this.#held.set(key, found);
      return found.url;
    }
    const held: Held = { url: this.#load(mxc, width, height), ready: null };
    this.#held.set(key, held);
    held.url.then(
      (url) => (held.ready = url),
      () => this.#held.delete(key),
    );
    this.#trim();
    return held.url;
  }

  async #load(address: string, width?: number, height?: number): Promise<string> {
    const { mxc, seal } = parseAddress(address);
    return seal ? this.#open(mxc, seal) : this.#fetch(mxc, width, height);
  }

  /** An encrypted file: the server can make no thumbnail of it, and it is opened here. */
  async #open(mxc: string, seal: FileKey): Promise<string> {
    const { FileChanged, MAX_SEALED_BYTES, openFile } = await import("@/lib/files/seal");
    const response = await this.#download(mxc);
    if (Number(response.headers.get("Content-Length")) > MAX_SEALED_BYTES) {
      await response.body?.cancel();
      throw new RequestFailed(t("This file is too large to be decrypted in the browser."));
    }
    const file = await openFile(await response.arrayBuffer(), seal).catch((error: unknown) => {
      throw new RequestFailed(error instanceof FileChanged ? t("This file is not the one that was sent.") : t("This file can't be decrypted."));
    });
    return URL.createObjectURL(file);
  }

  async #fetch(mxc: string, width?: number, height?: number): Promise<string> {
    if (width) {
      const query = `?width=${width}&height=${height ?? width}&method=${height ? "crop" : "scale"}`;
      const response = await this.#tokens.fetch(this.#place("thumbnail", mxc) + query);
      if (response.ok) return URL.createObjectURL(await response.blob());
      // Some media has no thumbnail; then the whole file serves.
    }
    return URL.createObjectURL(await (await this.#download(mxc)).blob());
  }

  async #download(mxc: string): Promise<Response> {
    const response = await this.#tokens.fetch(this.#place("download", mxc));
    if (!response.ok) throw new RequestFailed(t("This file can't be loaded."), "", response.status);
    return response;
  }

  #place(kind: "download" | "thumbnail", mxc: string): string {
    const path = /^mxc:\/\/([^/]+)\/([^/?#]+)$/.exec(mxc);
    if (!path) throw new RequestFailed("not a media address");
    return `${this.#tokens.session.baseUrl}/_matrix/client/v1/media/${kind}/${path[1]}/${path[2]}`;
  }

  #trim(): void {
    for (const [key, held] of this.#held) {
      if (this.#held.size <= KEEP) return;
      if (!held.ready) continue;
      URL.revokeObjectURL(held.ready);
      this.#held.delete(key);
    }
  }

  /** Sends a file, with progress from 0 to 1. */
  upload(file: Blob, name: string, progress: (fraction: number) => void): Upload {
    const request = new XMLHttpRequest();
    let cancelled = false;
    const done = this.#tokens.fresh().then((token) => {
      if (cancelled) throw new RequestFailed(t("Cancelled"), "CANCELLED");
      return new Promise<string>((resolve, reject) => {
        const base = this.#tokens.session.baseUrl;
        request.open("POST", `${base}/_matrix/media/v3/upload?filename=${encodeURIComponent(name)}`);
        request.setRequestHeader("Authorization", `Bearer ${token}`);
        request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
        request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
        request.onload = () => settle(request, resolve, reject);
        request.onerror = () => reject(new RequestFailed(t("The upload was interrupted. Check your connection.")));
        request.onabort = () => reject(new RequestFailed(t("Cancelled"), "CANCELLED"));
        request.send(file);
      });
    });
    return {
      done,
      cancel: () => {
        cancelled = true;
        request.abort();
      },
    };
  }
}

function settle(request: XMLHttpRequest, resolve: (mxc: string) => void, reject: (error: Error) => void): void {
  let answer: { content_uri?: string; errcode?: string; error?: string } = {};
  try {
    answer = JSON.parse(request.responseText) as typeof answer;
  } catch {
    // A proxy's error page; the status below says enough.
  }
  if (answer.content_uri) return resolve(answer.content_uri);
  const tooLarge = request.status === 413 || answer.errcode === "M_TOO_LARGE";
  const text = tooLarge ? t("This file is larger than the server allows.") : (answer.error ?? t("The upload failed."));
  reject(new RequestFailed(text, answer.errcode, request.status));
}

function keyOf(mxc: string, width = 0, height = 0): string {
  return `${mxc} ${width}x${height}`;
}
