import { expect, test } from "vitest";
import { fileAddress, parseAddress } from "./address";
import { FileChanged, openFile, sealFile } from "./seal";

test("a file comes out as it went in, under a key of its own", async () => {
  const file = new Blob(["the plans"], { type: "image/png" });
  const [first, second] = [await sealFile(file), await sealFile(file)];
  expect(first.sealed.key.k).not.toBe(second.sealed.key.k);
  const address = fileAddress(undefined, { ...first.sealed, url: "mxc://example.org/abc" }, "image/png");
  const { mxc, seal } = parseAddress(address ?? "");
  expect(mxc).toBe("mxc://example.org/abc");
  const data = await first.data.arrayBuffer();
  expect(new TextDecoder().decode(data)).not.toContain("plans");
  const opened = await openFile(data, seal ?? { key: "", iv: "", sha256: "", type: "" });
  expect(await opened.text()).toBe("the plans");
  expect(opened.type).toBe("image/png");
});

test("a file that was changed on the way is refused", async () => {
  const { data, sealed } = await sealFile(new Blob(["the plans"]));
  const changed = new Uint8Array(await data.arrayBuffer());
  changed[0] = (changed[0] ?? 0) ^ 1;
  const seal = { key: sealed.key.k, iv: sealed.iv, sha256: sealed.hashes.sha256, type: "" };
  await expect(openFile(changed.buffer, seal)).rejects.toThrow(FileChanged);
});

test("what could run is only for saving", async () => {
  for (const type of ["text/html", "image/svg+xml", "application/xhtml+xml", "image/png; x=text/html", ""]) {
    const { data, sealed } = await sealFile(new Blob(["<script>"]));
    const opened = await openFile(await data.arrayBuffer(), { key: sealed.key.k, iv: sealed.iv, sha256: sealed.hashes.sha256, type });
    expect(opened.type).toBe("application/octet-stream");
  }
});

test("the example of the spec has the address of its file", () => {
  const file = {
    v: "v2",
    url: "mxc://example.org/FHyPlCeYUSFFxlgbQYZmoEoe",
    key: { alg: "A256CTR", ext: true, k: "aWF6-32KGYaC3A_FEUCk1Bt0JA37zP0wrStgmdCaW-0", key_ops: ["encrypt", "decrypt"], kty: "oct" },
    iv: "w+sE15fzSc0AAAAAAAAAAA",
    hashes: { sha256: "fdSLu/YkRx3Wyh3KQabP3rd6+SFiKg5lsJZQHtkSAYA" },
  };
  expect(parseAddress(fileAddress(null, file, "image/jpeg") ?? "")).toEqual({
    mxc: "mxc://example.org/FHyPlCeYUSFFxlgbQYZmoEoe",
    seal: { key: "aWF6-32KGYaC3A_FEUCk1Bt0JA37zP0wrStgmdCaW-0", iv: "w+sE15fzSc0AAAAAAAAAAA", sha256: "fdSLu/YkRx3Wyh3KQabP3rd6+SFiKg5lsJZQHtkSAYA", type: "image/jpeg" },
  });
});

test("what names no file has no address", () => {
  for (const file of [null, {}, { v: "v1" }, { v: "v2", url: "https://example.org/x" }, { v: "v2", url: "mxc://a/b", key: { k: 1 }, iv: "x", hashes: {} }]) expect(fileAddress("https://x", file, "")).toBeNull();
});
