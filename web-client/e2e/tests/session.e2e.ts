import { expect, test } from "../world.ts";

test("a wrong password is refused, the right one lets in", async ({ world }) => {
  const ann = await world.person("ann");
  const visitor = await world.visitor();
  const { page } = visitor;
  await visitor.visit();
  await page.getByLabel("Username").fill(ann.name);
  await page.getByLabel("Password", { exact: true }).fill("not the password");
  await visitor.button("Sign in").click();
  await page.getByRole("alert").filter({ hasText: "The username or password is not right." }).waitFor();
  await page.getByLabel("Password", { exact: true }).fill(ann.password);
  await page.getByLabel("Password", { exact: true }).press("Enter");
  await page.getByRole("heading", { name: `Welcome, ${ann.name}` }).waitFor();
});

test("a reload keeps the session and the open channel", async ({ world }) => {
  const ann = await world.person("ann");
  const room = await ann.room({ name: "kept", preset: "public_chat" });
  await ann.say(room, "still here");
  const visitor = await world.visitor(ann);
  await visitor.open("kept");
  await visitor.message("still here").waitFor();
  await visitor.page.reload();
  await visitor.message("still here").waitFor();
  await visitor.live();
  expect(await visitor.page.title()).toBe("kept · ChatSphere");
});

test("signing out ends the session here and on the server", async ({ world }) => {
  const ann = await world.person("ann");
  const visitor = await world.visitor(ann);
  const { page } = visitor;
  const token = await page.evaluate(() => (JSON.parse(localStorage.getItem("chatsphere.session") ?? "{}") as { accessToken: string }).accessToken);
  await visitor.fromMenu(/^Account of/, "Sign out");
  await visitor.dialog("Sign out?").getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Username").waitFor();
  expect(await page.evaluate(() => localStorage.getItem("chatsphere.session"))).toBeNull();
  const answer = await fetch(`${ann.server}/_matrix/client/v3/account/whoami`, { headers: { Authorization: `Bearer ${token}` } });
  expect(answer.status).toBe(401);
  await page.reload();
  await page.getByLabel("Username").waitFor();
});

test("signing out leaves nothing of the account in the browser", async ({ world }) => {
  const { ann, ben, room } = await world.two("secret talk");
  await ben.say(room, "between us");
  const visitor = await world.visitor(ann);
  const { page } = visitor;
  await visitor.open("secret talk");
  await visitor.message("between us").waitFor();
  await visitor.composer.fill("a draft of mine");
  const left = () =>
    page.evaluate(async () => {
      const names = (await indexedDB.databases()).map(({ name }) => name);
      const kept = await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)));
      const cached = kept.flat().filter((path) => path !== "/" && !path.startsWith("/assets/"));
      return { names, cached, local: Object.keys(localStorage), session: Object.keys(sessionStorage) };
    });
  expect((await left()).local.length).toBeGreaterThan(1);
  await visitor.fromMenu(/^Account of/, "Sign out");
  await visitor.dialog("Sign out?").getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel("Username").waitFor();
  expect(await left()).toEqual({ names: [], cached: [], local: [], session: [] });
});
