import { signedIn } from "../../perf/measure.ts";
import { expect, test } from "../world.ts";

test("on a first visit one can write before the SDK has come, and nothing is asked twice", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  await ben.say(room, "said before");
  // What a service worker fetches can't be held here.
  const visitor = await world.visitor(undefined, { ...(await signedIn(await world.visitor(ann))), serviceWorkers: "block" });
  const { page } = visitor;
  let release = () => undefined as void;
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/assets/sdk-*.js", async (route) => {
    await held;
    await route.continue();
  });
  const asked: string[] = [];
  page.on("request", (request) => {
    const { pathname, searchParams } = new URL(request.url());
    if (pathname.startsWith("/_matrix") && !searchParams.has("since")) asked.push(pathname.replace("/_matrix/client", "").replace(/%40.*/, ""));
  });
  await visitor.visit(`/c/${encodeURIComponent(room)}`);
  await visitor.channel("talk").waitFor();
  await page.getByRole("heading", { name: "talk", level: 1 }).waitFor();
  await visitor.write("written early");
  await page.getByText("written early").last().waitFor();
  expect(await page.getByText("Connecting…").count()).toBe(1);
  expect(asked.sort()).toEqual(["/v3/profile/", "/v3/pushrules/", "/v3/sync", "/versions"]);
  release();
  await visitor.message("said before").waitFor();
  await visitor.sent("written early");
  for (const path of ["/v3/pushrules/", "/v3/sync", "/versions"]) expect(asked.filter((one) => one === path)).toEqual([path]);
  expect((await ben.messages(room)).filter(({ content }) => content.body === "written early")).toHaveLength(1);
});

test("when the server can't be asked ahead, the client says so and goes on when it can", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  await ben.say(room, "said before");
  const visitor = await world.visitor(undefined, await signedIn(await world.visitor(ann)));
  let down = true;
  await visitor.page.route("**/_matrix/**", (route) => (down ? route.abort() : route.continue()));
  await visitor.visit(`/c/${encodeURIComponent(room)}`);
  await visitor.channels.getByText(/Connecting…|No connection/).waitFor();
  down = false;
  await visitor.message("said before").waitFor();
});
