import { locale } from "@/lib/i18n";

/** A time that is offered for sending. Milliseconds. */
export interface SendTime {
  name: "In 1 hour" | "Tomorrow" | "Monday";
  at: number;
}

const HOUR_MS = 3_600_000;
const MORNING = 9;
const MONDAY = 1;

/** The times that are offered. Monday only when that is not tomorrow. */
export function sendTimes(now: number): SendTime[] {
  const tomorrow = morning(now, 1);
  const days = (MONDAY - new Date(now).getDay() + 7) % 7 || 7;
  const times: SendTime[] = [
    { name: "In 1 hour", at: now + HOUR_MS },
    { name: "Tomorrow", at: tomorrow },
  ];
  return days === 1 ? times : [...times, { name: "Monday", at: morning(now, days) }];
}

function morning(now: number, days: number): number {
  const date = new Date(now);
  date.setDate(date.getDate() + days);
  return date.setHours(MORNING, 0, 0, 0);
}

/** The time zone that times are in, as people know it: "Europe/Berlin, GMT+2". */
export function zoneName(ts: number): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const offset = new Intl.DateTimeFormat(locale(), { timeZoneName: "shortOffset" }).formatToParts(ts).find(({ type }) => type === "timeZoneName")?.value;
  return offset && timeZone !== "UTC" ? `${timeZone}, ${offset}` : timeZone;
}

/** A time as a `datetime-local` field holds it, in the local time zone. */
export function fieldOf(ts: number): string {
  const date = new Date(ts);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The time in a `datetime-local` field; `null` for none. */
export function timeOf(field: string): number | null {
  const ts = new Date(field).getTime();
  return Number.isNaN(ts) ? null : ts;
}

/** The next full hour that is half an hour away at least. */
export function nextHour(now: number): number {
  return new Date(now + HOUR_MS / 2 + HOUR_MS).setMinutes(0, 0, 0);
}
