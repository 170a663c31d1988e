const BEGIN = "-----BEGIN MEGOLM SESSION DATA-----";
const END = "-----END MEGOLM SESSION DATA-----";
const VERSION = 1;
/** How often the passphrase is hashed: it takes a moment, which makes guessing slow. */
const ROUNDS = 500_000;
/** A file that asks for more would only hold up the browser. */
const MAX_ROUNDS = 20_000_000;
/** Characters on a line. */
const WIDTH = 76;
/** Bytes before the content: version, salt, counter and rounds; and after it: a keyed hash of all that. */
const HEAD = 1 + 16 + 16 + 4;
const MAC = 32;

/** It is no file of exported keys, or a damaged one. */
export class NoKeyFile extends Error {}

/** The passphrase is another one, or the file was changed. */
export class WrongPassphrase extends Error {}

/** Locks exported keys with a passphrase (Matrix spec, "Key exports"). */
export async function lockKeys(json: string, passphrase: string, rounds = ROUNDS): Promise<string> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const counter = crypto.getRandomValues(new Uint8Array(16));
  // So that the lower half, in which blocks are counted, does not run over.
  counter[8] = (counter[8] ?? 0) & 0x7f;
  const { cipher, mac } = await keysFrom(passphrase, salt, rounds);
  const content = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-CTR", counter, length: 64 }, cipher, new TextEncoder().encode(json)));
  const file = new Uint8Array(HEAD + content.length + MAC);
  file[0] = VERSION;
  file.set(salt, 1);
  file.set(counter, 17);
  new DataView(file.buffer).setUint32(33, rounds);
  file.set(content, HEAD);
  const signed = file.subarray(0, HEAD + content.length);
  file.set(new Uint8Array(await crypto.subtle.sign("HMAC", mac, signed)), signed.length);
  return [BEGIN, ...(toBase64(file).match(new RegExp(`.{1,${WIDTH}}`, "g")) ?? []), END, ""].join("\n");
}

/** Opens what `lockKeys`, or another client, has locked. Throws `NoKeyFile` and `WrongPassphrase`. */
export async function openKeys(text: string, passphrase: string): Promise<string> {
  const file = fileIn(text);
  const rounds = new DataView(file.buffer).getUint32(33);
  if (file[0] !== VERSION || rounds === 0 || rounds > MAX_ROUNDS) throw new NoKeyFile();
  const { cipher, mac } = await keysFrom(passphrase, file.subarray(1, 17), rounds);
  const signed = file.subarray(0, file.length - MAC);
  if (!(await crypto.subtle.verify("HMAC", mac, file.subarray(file.length - MAC), signed))) throw new WrongPassphrase();
  const content = await crypto.subtle.decrypt({ name: "AES-CTR", counter: file.subarray(17, 33), length: 64 }, cipher, signed.subarray(HEAD));
  return new TextDecoder().decode(content);
}

function fileIn(text: string): Uint8Array<ArrayBuffer> {
  const from = text.indexOf(BEGIN);
  const to = text.indexOf(END, from);
  if (from < 0 || to < 0) throw new NoKeyFile();
  try {
    const file = Uint8Array.from(atob(text.slice(from + BEGIN.length, to).replace(/\s+/g, "")), (char) => char.charCodeAt(0));
    if (file.length <= HEAD + MAC) throw new NoKeyFile();
    return file;
  } catch {
    throw new NoKeyFile();
  }
}

async function keysFrom(passphrase: string, salt: Uint8Array<ArrayBuffer>, iterations: number): Promise<{ cipher: CryptoKey; mac: CryptoKey }> {
  const secret = await crypto.subtle.importKey("raw", new TextEncoder().encode(passphrase), "PBKDF2", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-512", salt, iterations }, secret, 512);
  return {
    cipher: await crypto.subtle.importKey("raw", bits.slice(0, 32), "AES-CTR", false, ["encrypt", "decrypt"]),
    mac: await crypto.subtle.importKey("raw", bits.slice(32), { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]),
  };
}

function toBase64(bytes: Uint8Array): string {
  let text = "";
  // A few at a time: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 0x2000) text += String.fromCharCode(...bytes.subarray(at, at + 0x2000));
  return btoa(text);
}
