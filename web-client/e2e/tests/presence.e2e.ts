import type { Page } from "playwright-core";
import { expect, test } from "../world.ts";

const MINUTE = 60_000;

test("after five minutes without a sign of life one is away; any tab counts", async ({ world }) => {
  const ann = await world.person("ann");
  const ben = await world.person("ben");
  const room = await ann.room({ preset: "trusted_private_chat", is_direct: true, invite: [ben.userId] });
  await ben.join(room);
  await ben.call("PUT", `/v3/user/${encodeURIComponent(ben.userId)}/account_data/m.direct`, { [ann.userId]: [room] });
  const watcher = await world.visitor(ben);
  await watcher.open(ann.name);
  const one = await world.visitor(undefined);
  await one.page.clock.install();
  await one.signIn(ann);
  await watcher.page.getByText("Online").waitFor();
  // A second tab of the same browser, in which something happens after four minutes.
  const second = await one.context.newPage();
  await second.clock.install();
  await second.goto(one.page.url());
  await second.getByRole("navigation", { name: "Channels" }).waitFor();
  await second.getByText("Connecting…").waitFor({ state: "detached" });
  for (const page of [one.page, second]) await page.clock.fastForward(4 * MINUTE);
  const lastActive = (page: Page) => page.evaluate(() => localStorage.getItem("chatsphere.status.active"));
  await second.keyboard.press("Shift");
  // It takes a moment until one tab sees what another has kept.
  await expect.poll(async () => (await lastActive(one.page)) === (await lastActive(second))).toBe(true);
  for (const page of [one.page, second]) await page.clock.fastForward(2 * MINUTE);
  expect(await watcher.page.getByText("Away").count()).toBe(0);
  for (const page of [one.page, second]) await page.clock.fastForward(4 * MINUTE);
  await watcher.page.getByText("Away").waitFor();
  await one.page.keyboard.press("Shift");
  await watcher.page.getByText("Online").waitFor();
});

test("who goes is offline at once, with when they were last seen", async ({ world }) => {
  const ann = await world.person("ann");
  const ben = await world.person("ben");
  const room = await ann.room({ preset: "trusted_private_chat", is_direct: true, invite: [ben.userId] });
  await ben.join(room);
  await ben.call("PUT", `/v3/user/${encodeURIComponent(ben.userId)}/account_data/m.direct`, { [ann.userId]: [room] });
  const [one, watcher] = [await world.visitor(ann), await world.visitor(ben)];
  await watcher.open(ann.name);
  await watcher.page.getByText("Online").waitFor();
  await one.fromMenu(/^Account of/, "Sign out");
  await one.dialog("Sign out?").getByRole("button", { name: "Sign out" }).click();
  await watcher.page.getByText(/^Last seen|^Offline/).waitFor();
});
