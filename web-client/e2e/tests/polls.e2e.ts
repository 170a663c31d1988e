import { expect, test } from "../world.ts";

test("a poll is asked, answered by both, and ended", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  const [one, two] = await world.watching("talk", ann, ben);
  await one.fromMenu("Add to the message", "Ask a poll");
  const dialog = one.dialog("New poll");
  await dialog.getByLabel("Question").fill("Where do we eat?");
  await dialog.getByLabel("Answer 1", { exact: true }).fill("Pizza");
  await dialog.getByLabel("Answer 2", { exact: true }).fill("Soup");
  await dialog.getByRole("button", { name: "Add an answer" }).click();
  await dialog.getByLabel("Answer 3", { exact: true }).fill("At home");
  await dialog.getByRole("button", { name: "Ask" }).click();
  const mine = one.message("Where do we eat?");
  const theirs = two.message("Where do we eat?");
  await theirs.getByRole("radio", { name: /Soup/ }).click();
  await mine.getByText("1 vote", { exact: true }).waitFor();
  await mine.getByRole("radio", { name: /Pizza/ }).click();
  await theirs.getByText("2 votes").waitFor();
  // One who changes their mind has still one vote.
  await theirs.getByRole("radio", { name: /Pizza/ }).click();
  await mine.getByRole("radio", { name: new RegExp(`Pizza 2 ?by`) }).waitFor();
  expect(await theirs.getByRole("button", { name: "End poll" }).count()).toBe(0);
  // What was voted before is there for who comes later, too.
  await two.page.reload();
  await theirs.getByText("2 votes").waitFor();
  await theirs.getByRole("radio", { name: /Pizza/, checked: true }).waitFor();
  await mine.getByRole("button", { name: "End poll" }).click();
  await theirs.getByText("Ended").waitFor();
  expect(await theirs.getByRole("radio", { name: /Soup/ }).isDisabled()).toBe(true);
  const types = (await ann.messages(room)).map(({ type }) => type);
  expect(types.filter((type) => type === "m.poll.response")).toHaveLength(3);
  expect(types).toContain("m.poll.end");
});

test("votes of a secret poll stay secret until it ends; polls of other clients are shown", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  const poll = await ben.send(
    room,
    {
      "org.matrix.msc3381.poll.start": {
        kind: "org.matrix.msc3381.poll.undisclosed",
        max_selections: 2,
        question: { "org.matrix.msc1767.text": "Which days?" },
        answers: [{ id: "mo", "org.matrix.msc1767.text": "Monday" }, { id: "tu", "org.matrix.msc1767.text": "Tuesday" }],
      },
    },
    "org.matrix.msc3381.poll.start",
  );
  await ben.send(room, { "m.relates_to": { rel_type: "m.reference", event_id: poll }, "org.matrix.msc3381.poll.response": { answers: ["mo"] } }, "org.matrix.msc3381.poll.response");
  const visitor = await world.visitor(ann);
  await visitor.open("talk");
  const message = visitor.message("Which days?");
  await message.getByText("1 vote · Shown when it has ended").waitFor();
  await message.getByRole("checkbox", { name: "Monday" }).click();
  await message.getByRole("checkbox", { name: "Tuesday" }).click();
  await message.getByText("2 votes · Shown").waitFor();
  const votes = async () => (await ben.messages(room)).filter(({ type }) => type === "m.poll.response").map(({ content }) => content["m.selections"]);
  await expect.poll(votes).toEqual([["mo", "tu"], ["mo"]]);
  await ben.send(room, { "m.relates_to": { rel_type: "m.reference", event_id: poll }, "org.matrix.msc3381.poll.end": {} }, "org.matrix.msc3381.poll.end");
  await message.getByRole("checkbox", { name: /Monday 2/ }).waitFor();
  await message.getByRole("checkbox", { name: /Tuesday 1/ }).waitFor();
});
