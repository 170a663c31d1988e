import { expect, test } from "../world.ts";

/** A short film, recorded by the browser itself. */
const film = async () => {
  const canvas = document.createElement("canvas");
  canvas.width = 160;
  canvas.height = 90;
  const pen = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/webm" });
  const parts: Blob[] = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const ended = new Promise((resolve) => (recorder.onstop = resolve));
  recorder.start();
  for (let frame = 0; frame < 20; frame++) {
    if (pen) pen.fillStyle = `hsl(${frame * 18} 70% 50%)`;
    pen?.fillRect(0, 0, 160, 90);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  recorder.stop();
  await ended;
  return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
};

test("a film is sent with its size, and played by another", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  const [one, two] = await world.watching("talk", ann, ben);
  const bytes = await one.page.evaluate(film);
  await one.page.getByLabel("Files to attach").setInputFiles({ name: "film.webm", mimeType: "video/webm", buffer: Buffer.from(bytes) });
  await one.button("Send").click();
  await two.button("Play video film.webm").click();
  const video = two.timeline.locator("video");
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.currentTime)).toBeGreaterThan(0.1);
  const sent = (await ben.messages(room)).find(({ content }) => content.msgtype === "m.video");
  expect(sent?.content.info).toMatchObject({ w: 160, h: 90, mimetype: "video/webm" });
});

test("a place is shared and leads to a map", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  const one = await world.visitor(ann, { permissions: ["geolocation"], geolocation: { latitude: 52.51864, longitude: 13.40832, accuracy: 20 } });
  const two = await world.visitor(ben);
  await one.open("talk");
  await two.open("talk");
  await one.fromMenu("Add to the message", "Share your location");
  const dialog = one.dialog("Share your location");
  await dialog.getByText("52.51864, 13.40832").waitFor();
  await dialog.getByLabel("Description").fill("In front of the museum");
  await dialog.getByRole("button", { name: "Share" }).click();
  const place = two.message("In front of the museum").getByRole("link", { name: /In front of the museum/ });
  await place.waitFor();
  expect(await place.getAttribute("href")).toContain("openstreetmap.org/?mlat=52.51864&mlon=13.40832");
  const sent = (await ben.messages(room)).find(({ content }) => content.msgtype === "m.location");
  expect(sent?.content.geo_uri).toBe("geo:52.518640,13.408320;u=20");
});
