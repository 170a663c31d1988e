// @vitest-environment node
import { OlmMachine, initAsync } from "@matrix-org/matrix-sdk-crypto-wasm";
import { expect, test } from "vitest";
import { lockKeys, NoKeyFile, openKeys, WrongPassphrase } from "./key-file";

const KEYS = JSON.stringify([{ algorithm: "m.megolm.v1.aes-sha2", note: "ünïcode ".repeat(400) }]);

test("what is locked opens with the passphrase alone", async () => {
  const file = await lockKeys(KEYS, "a fine passphrase", 1000);
  expect(file).toMatch(/^-----BEGIN MEGOLM SESSION DATA-----\n(?:[\w+/=]{1,76}\n)+-----END MEGOLM SESSION DATA-----\n$/);
  expect(await openKeys(`before\r\n${file.replaceAll("\n", "\r\n")}after`, "a fine passphrase")).toBe(KEYS);
  await expect(openKeys(file, "another one")).rejects.toThrow(WrongPassphrase);
});

test("changed and foreign files are told from a wrong passphrase where they can be", async () => {
  const file = await lockKeys("[]", "x", 1000);
  const lines = file.split("\n");
  const changed = [lines[0], (lines[1] ?? "").replace(/.{4}$/, "AAAA"), ...lines.slice(2)].join("\n");
  await expect(openKeys(changed, "x")).rejects.toThrow(WrongPassphrase);
  await expect(openKeys("hello", "x")).rejects.toThrow(NoKeyFile);
  await expect(openKeys(`${lines[0]}\n!!!\n${lines.at(-2)}`, "x")).rejects.toThrow(NoKeyFile);
  await expect(openKeys(`${lines[0]}\nAAAA\n${lines.at(-2)}`, "x")).rejects.toThrow(NoKeyFile);
});

test("another implementation reads our files, and we read its", async () => {
  await initAsync();
  expect(OlmMachine.decryptExportedRoomKeys(await lockKeys("[]", "between us", 1000), "between us")).toBe("[]");
  expect(await openKeys(OlmMachine.encryptExportedRoomKeys("[]", "between us", 1000), "between us")).toBe("[]");
});
