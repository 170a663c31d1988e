import { expect, test } from "vitest";
import { fieldOf, nextHour, sendTimes, timeOf } from "./send-times";

const local = (text: string) => new Date(text).getTime();
const offered = (now: string) => sendTimes(local(now)).map(({ name, at }) => `${name} ${fieldOf(at)}`);

test("an hour, tomorrow and Monday morning are offered, in local time", () => {
  // A Thursday.
  expect(offered("2026-11-26T16:20:30")).toEqual(["In 1 hour 2026-11-26T17:20", "Tomorrow 2026-11-27T09:00", "Monday 2026-11-30T09:00"]);
});

test("on a Monday the next one is meant, and on a Sunday tomorrow is enough", () => {
  expect(offered("2026-11-30T08:00")[2]).toBe("Monday 2026-12-07T09:00");
  expect(offered("2026-11-29T23:30")).toEqual(["In 1 hour 2026-11-30T00:30", "Tomorrow 2026-11-30T09:00"]);
});

test("a field gives back the time that it was given, and nothing for nonsense", () => {
  expect(timeOf(fieldOf(local("2027-01-05T07:08")))).toBe(local("2027-01-05T07:08"));
  expect(timeOf("2027-01-05T07:08:09")).toBe(local("2027-01-05T07:08:09"));
  expect(timeOf("")).toBeNull();
});

test("the next hour is not a moment away", () => {
  expect(fieldOf(nextHour(local("2026-11-26T16:20")))).toBe("2026-11-26T17:00");
  expect(fieldOf(nextHour(local("2026-11-26T16:50")))).toBe("2026-11-26T18:00");
});
