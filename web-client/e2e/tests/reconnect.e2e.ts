import { expect, test } from "../world.ts";

test("without the server one can go on writing, and all is sent when it is back", async ({ world }) => {
  const server = await world.server();
  const ann = await world.person("ann", server.url);
  const room = await ann.room({ name: "talk", preset: "public_chat" });
  const visitor = await world.visitor(ann, {}, server.client);
  const { page } = visitor;
  await visitor.open("talk");
  await visitor.write("before");
  await visitor.message("before").waitFor();
  await server.stop();
  await page.getByText("No connection.").waitFor();
  await visitor.write("first while away");
  await visitor.write("second while away");
  await visitor.message("second while away").waitFor();
  await visitor.message("first while away").getByText("Will be sent when the connection is back.").waitFor();
  await server.start();
  await page.getByText("No connection.").waitFor({ state: "detached" });
  const spoken = async () => (await ann.messages(room)).filter(({ type }) => type === "m.room.message").map(({ content }) => content.body).toReversed();
  await expect.poll(spoken).toEqual(["before", "first while away", "second while away"]);
  await page.getByText("Will be sent when").first().waitFor({ state: "detached" });
});
