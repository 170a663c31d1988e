import type { FileKey, SealedFile } from "./address";

/** Bytes. A file is held in memory as a whole, twice, while it is opened. */
export const MAX_SEALED_BYTES = 200_000_000;

/** Types that may be shown. Anything else is for saving alone: a page or a drawing with scripts must not come from here. */
const SHOWN = /^(?:image\/(?:png|jpeg|gif|webp|avif|apng|bmp)|video\/(?:mp4|webm|ogg|quicktime|x-matroska)|audio\/[\w.+-]+)$/;

/** The file's hash is not the one that the sender gave: it was changed on the way. */
export class FileChanged extends Error {}

/** Encrypts a file with a key of its own. `url` of what comes back is for the caller to fill in. */
export async function sealFile(file: Blob): Promise<{ data: Blob; sealed: SealedFile }> {
  const key = await crypto.subtle.generateKey({ name: "AES-CTR", length: 256 }, true, ["encrypt", "decrypt"]);
  // The second half counts blocks and starts at zero, so that it never runs over.
  const iv = new Uint8Array(16);
  crypto.getRandomValues(iv.subarray(0, 8));
  const data = await crypto.subtle.encrypt({ name: "AES-CTR", counter: iv, length: 64 }, key, await file.arrayBuffer());
  const { k = "" } = await crypto.subtle.exportKey("jwk", key);
  return {
    data: new Blob([data], { type: "application/octet-stream" }),
    sealed: {
      v: "v2",
      url: "",
      key: { kty: "oct", alg: "A256CTR", ext: true, key_ops: ["encrypt", "decrypt"], k },
      iv: unpadded(iv),
      hashes: { sha256: unpadded(await sha256(data)) },
    },
  };
}

/** Opens an encrypted file. Throws `FileChanged` when it is not the one that was sent. */
export async function openFile(data: ArrayBuffer, seal: FileKey): Promise<Blob> {
  if (unpadded(await sha256(data)) !== seal.sha256.replace(/=+$/, "")) throw new FileChanged();
  const jwk = { kty: "oct", alg: "A256CTR", ext: true, key_ops: ["decrypt"], k: seal.key };
  const key = await crypto.subtle.importKey("jwk", jwk, { name: "AES-CTR" }, false, ["decrypt"]);
  const clear = await crypto.subtle.decrypt({ name: "AES-CTR", counter: bytes(seal.iv), length: 64 }, key, data);
  return new Blob([clear], { type: SHOWN.test(seal.type) ? seal.type : "application/octet-stream" });
}

async function sha256(data: ArrayBuffer): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", data));
}

function unpadded(data: Uint8Array): string {
  return btoa(String.fromCharCode(...data)).replace(/=+$/, "");
}

function bytes(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
}
