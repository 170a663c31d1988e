import { expect, test } from "../world.ts";

interface Manifest {
  name: string;
  start_url: string;
  display: string;
  icons: { src: string; sizes: string; purpose: string }[];
}

test("the client can be installed, and opens without a connection", async ({ world }) => {
  const ann = await world.person("ann");
  const room = await ann.room({ name: "talk", preset: "public_chat" });
  await ann.say(room, "kept for the road");
  const visitor = await world.visitor(ann);
  const { page } = visitor;
  await visitor.open("talk");
  await visitor.message("kept for the road").waitFor();
  const manifest = await page.evaluate(async () => {
    const link = document.querySelector<HTMLLinkElement>('link[rel="manifest"]');
    return (await (await fetch(link?.href ?? "")).json()) as Manifest;
  });
  expect(manifest).toMatchObject({ name: "ChatSphere", start_url: "/", display: "standalone" });
  for (const { src, sizes } of manifest.icons.filter((icon) => icon.src.endsWith(".png"))) {
    const size = await page.evaluate(async (address) => {
      const bitmap = await createImageBitmap(await (await fetch(address)).blob());
      return `${bitmap.width}x${bitmap.height}`;
    }, src);
    expect(size).toBe(sizes);
  }
  expect(manifest.icons.map(({ purpose }) => purpose)).toContain("maskable");
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
  const kept = (key: string) => page.evaluate((name) => localStorage.getItem(name) !== null, key);
  await expect.poll(() => kept(`chatsphere.snapshot.timeline.${room}`)).toBe(true);
  // Once more with the worker in charge, so that it has all parts.
  await page.reload();
  await visitor.message("kept for the road").waitFor();
  await visitor.live();
  await visitor.context.setOffline(true);
  await page.reload();
  await page.getByText("kept for the road").waitFor();
});
