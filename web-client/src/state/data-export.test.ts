import { expect, test } from "vitest";
import type { Matrix } from "@/matrix/api";
import type { Channel } from "@/matrix/model";
import { DataExport } from "./data-export";

const channel = (id: string, membership: Channel["membership"] = "join") => ({ id, name: id, topic: "", kind: "public", members: 2, membership }) as Channel;
const event = (sender: string, body: string) => ({ sender, content: { body } });

function matrixWith(pages: Readonly<Record<string, readonly object[][]>>, onPage = () => undefined as unknown): Matrix {
  return {
    userId: "@me:x",
    ownData: () => Promise.resolve({ profile: { displayname: "Me" }, devices: [], settings: {} }),
    history: (id: string, from: string | null) => {
      onPage();
      const index = Number(from ?? 0);
      return Promise.resolve({ events: pages[id]?.[index] ?? [], next: pages[id]?.[index + 1] ? String(index + 1) : null });
    },
  } as unknown as Matrix;
}

const NOW = new Date("2026-01-02T03:04:05Z");
const PAGES = { a: [[event("@me:x", "three"), event("@ann:x", "two")], [event("@ann:x", "one")]], b: [[]] };

test("all pages of all joined channels are in the file", async () => {
  const file = await new DataExport().run(matrixWith(PAGES), [channel("a"), channel("b"), channel("c", "invite")], false, NOW);
  const read = JSON.parse((await file?.text()) ?? "");
  expect(read).toMatchObject({ account: "@me:x", exported: "2026-01-02T03:04:05.000Z", profile: { displayname: "Me" } });
  expect(read.channels.map((one: { id: string }) => one.id)).toEqual(["a", "b"]);
  expect(read.channels[0].events.map((one: { content: { body: string } }) => one.content.body)).toEqual(["three", "two", "one"]);
});

test("only one's own, when asked so; progress is told", async () => {
  const run = new DataExport();
  const told: number[] = [];
  run.progress.subscribe(() => told.push(run.progress.get()?.events ?? -1));
  const file = await run.run(matrixWith(PAGES), [channel("a")], true, NOW);
  expect(JSON.parse((await file?.text()) ?? "").channels[0].events).toHaveLength(1);
  expect(told).toEqual([0, 0, 1, -1]);
});

test("a cancelled one gives no file and asks no more", async () => {
  const run = new DataExport();
  let asked = 0;
  const file = await run.run(matrixWith(PAGES, () => (asked++, run.cancel())), [channel("a"), channel("b")], false, NOW);
  expect(file).toBeNull();
  expect(asked).toBe(1);
  expect(run.progress.get()).toBeNull();
});
