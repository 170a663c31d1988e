/** What opens an encrypted file: spec "Sending encrypted attachments". Key, counter and hash are base64. */
export interface FileKey {
  key: string;
  iv: string;
  sha256: string;
  /** The type of what is inside, as the sender says. */
  type: string;
}

/** An encrypted file as an event names it. */
export interface SealedFile {
  v: "v2";
  url: string;
  key: { kty: "oct"; alg: "A256CTR"; ext: true; key_ops: string[]; k: string };
  iv: string;
  hashes: { sha256: string };
}

const MXC = /^mxc:\/\/[^/?#]+\/[^/?#]+$/;

/** The address by which an event's file is shown: an mxc address, for encrypted files with their key after a "#". `null`: no file. */
export function fileAddress(url: unknown, file: unknown, type: string): string | null {
  if (typeof url === "string" && MXC.test(url)) return url;
  const sealed = file as Partial<SealedFile> | null | undefined;
  const [k, iv, sha256] = [sealed?.key?.k, sealed?.iv, sealed?.hashes?.sha256];
  if (sealed?.v !== "v2" || typeof sealed.url !== "string" || !MXC.test(sealed.url)) return null;
  if (![k, iv, sha256].every((part) => typeof part === "string" && /^[\w+/=-]{10,100}$/.test(part))) return null;
  return `${sealed.url}#${new URLSearchParams({ key: k as string, iv: iv as string, sha256: sha256 as string, type }).toString()}`;
}

/** Parts an address into the file's place and, if it is encrypted, its key. */
export function parseAddress(address: string): { mxc: string; seal: FileKey | null } {
  const [mxc = "", secret] = address.split("#", 2);
  if (secret === undefined) return { mxc, seal: null };
  const parts = new URLSearchParams(secret);
  const part = (name: string) => parts.get(name) ?? "";
  return { mxc, seal: { key: part("key"), iv: part("iv"), sha256: part("sha256"), type: part("type") } };
}
