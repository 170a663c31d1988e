import { expect, test } from "../world.ts";

test("pronouns and local time are said by one and seen by another", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  await ann.say(room, "hello");
  const [one, two] = [await world.visitor(ann), await world.visitor(ben)];
  await one.fromMenu(/^Account of/, "Settings");
  const settings = one.dialog("Settings");
  await settings.getByLabel("Pronouns").fill("she/her");
  await settings.getByLabel("Time zone").selectOption("Asia/Tokyo");
  await settings.getByRole("button", { name: "Update details" }).click();
  await one.page.getByText("Saved").waitFor();
  await two.open("talk");
  await two.message("hello").getByRole("button", { name: ann.name }).click();
  const person = two.dialog(ann.name);
  await person.getByText("she/her").waitFor();
  const time = new Intl.DateTimeFormat("en-GB", { hour: "numeric", minute: "2-digit", timeZone: "Asia/Tokyo" });
  const now = Date.now();
  // The minute may turn in between.
  const texts = [now - 60_000, now, now + 60_000].map((ts) => `${time.format(ts)} local time`);
  expect(texts).toContain(await person.getByText("local time").textContent());
  // What is taken back is gone.
  await settings.getByLabel("Pronouns").fill("");
  await settings.getByRole("button", { name: "Update details" }).click();
  await expect.poll(async () => Object.keys(await ben.call("GET", `/v3/profile/${encodeURIComponent(ann.userId)}`)).sort()).toEqual(["displayname", "m.tz"]);
});

test("a person, a message and a channel are reported", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  await ben.say(room, "something nasty");
  const visitor = await world.visitor(ann);
  const { page } = visitor;
  await visitor.open("talk");
  const sent: string[] = [];
  page.on("response", (answer) => {
    if (/\/report/.test(answer.url()) && answer.request().method() === "POST") sent.push(`${answer.status()} ${decodeURIComponent(new URL(answer.url()).pathname)}`);
  });
  const report = async (title: RegExp, words: string) => {
    await visitor.dialog(title).getByRole("textbox").fill(words);
    await visitor.dialog(title).getByRole("button", { name: "Report" }).click();
    await visitor.dialog(title).waitFor({ state: "detached" });
  };
  await visitor.message("something nasty").getByRole("button", { name: ben.name }).click();
  await visitor.dialog(ben.name).getByRole("button", { name: "Report" }).click();
  await report(/^Report ben/, "rude to everyone");
  await visitor.ofMessage("something nasty", "Report");
  await report(/^Report a message/, "this one");
  await visitor.fromMenu("Channel menu", "Details");
  await visitor.panel("Details").getByRole("button", { name: "Report" }).click();
  await report(/^Report talk/, "all of it");
  expect(sent.map((line) => line.replace(/\/\$[^/]+/, "/$event"))).toEqual([
    `200 /_matrix/client/v3/users/${ben.userId}/report`,
    `200 /_matrix/client/v3/rooms/${room}/report/$event`,
    `200 /_matrix/client/v3/rooms/${room}/report`,
  ]);
});

test("invitations of an ignored person are not shown", async ({ world }) => {
  const ann = await world.person("ann");
  const ben = await world.person("ben");
  const visitor = await world.visitor(ann);
  await ben.room({ name: "come along", preset: "private_chat", invite: [ann.userId] });
  await visitor.channels.getByText("come along").waitFor();
  await ann.call("PUT", `/v3/user/${encodeURIComponent(ann.userId)}/account_data/m.ignored_user_list`, { ignored_users: { [ben.userId]: {} } });
  await visitor.channels.getByText("come along").waitFor({ state: "detached" });
});
