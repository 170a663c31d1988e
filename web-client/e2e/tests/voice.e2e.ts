import { expect, test } from "../world.ts";

test("a voice message is recorded, sent, and heard by another", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  const one = await world.visitor(ann, { permissions: ["microphone"] });
  const two = await world.visitor(ben);
  await one.open("talk");
  await two.open("talk");
  await one.button("Record a voice message").click();
  const recording = one.page.getByRole("group", { name: "Recording" });
  await recording.getByText("0:02").waitFor();
  await one.button("Send voice message").click();
  await recording.waitFor({ state: "detached" });
  const voice = two.timeline.getByRole("group", { name: "Voice message" });
  await voice.getByText("0:00 / 0:0").waitFor();
  await voice.getByRole("button", { name: "Play" }).click();
  await voice.getByRole("button", { name: "Pause" }).waitFor();
  await expect.poll(() => voice.locator("audio").evaluate((audio: HTMLAudioElement) => audio.currentTime)).toBeGreaterThan(0.3);
  await voice.getByRole("button", { name: "Speed: 1" }).click();
  expect(await voice.locator("audio").evaluate((audio: HTMLAudioElement) => audio.playbackRate)).toBe(1.5);
  const sent = (await ben.messages(room)).find(({ content }) => content.msgtype === "m.audio");
  expect(sent?.content["org.matrix.msc3245.voice"]).toEqual({});
  const said = sent?.content["org.matrix.msc1767.audio"] as { duration: number; waveform: number[] } | undefined;
  expect(said?.duration).toBeGreaterThan(1900);
  // The test's microphone beeps.
  expect(Math.max(...(said?.waveform ?? []))).toBeGreaterThan(50);
});

test("a recording is thrown away, and without a microphone one is told so", async ({ world }) => {
  const ann = await world.person("ann");
  const room = await ann.room({ name: "talk", preset: "public_chat" });
  const visitor = await world.visitor(ann, { permissions: ["microphone"] });
  await visitor.open("talk");
  await visitor.button("Record a voice message").click();
  await visitor.page.getByRole("timer").filter({ hasText: "0:01" }).waitFor();
  await visitor.button("Throw away").click();
  await visitor.composer.waitFor();
  await visitor.write("rather in words");
  await visitor.sent("rather in words");
  expect((await ann.messages(room)).filter(({ content }) => content.msgtype === "m.audio")).toEqual([]);
  await visitor.page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  });
  await visitor.button("Record a voice message").click();
  await visitor.page.getByText("There is no microphone, or this page may not use it.").waitFor();
  await visitor.composer.waitFor();
});
