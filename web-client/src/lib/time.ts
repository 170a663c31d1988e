import { locale, t } from "./i18n";

const formats = new Map<string, Intl.DateTimeFormat>();

function format(kind: string, options: Intl.DateTimeFormatOptions, ts: number): string {
  const key = `${locale()} ${kind}`;
  let made = formats.get(key);
  if (!made) {
    made = new Intl.DateTimeFormat(locale(), options);
    formats.set(key, made);
  }
  return made.format(ts);
}

/** Hours and minutes, such as 14:05 or 2:05 PM. `ts` is in milliseconds, here and below. */
export function clockTime(ts: number): string {
  return format("time", { hour: "numeric", minute: "2-digit" }, ts);
}

/** The whole date and time, for tooltips. */
export function fullTime(ts: number): string {
  return format("full", { dateStyle: "full", timeStyle: "short" }, ts);
}

/** A number that is the same for two times on one local day, and grows by one a day. */
export function dayNumber(ts: number): number {
  const date = new Date(ts);
  return Math.floor(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000);
}

/** Today, Yesterday, a weekday within the week, else the date; the year only when it is another one. */
export function dayLabel(ts: number, now: number): string {
  const days = dayNumber(now) - dayNumber(ts);
  if (days === 0) return t("Today");
  if (days === 1) return t("Yesterday");
  const sameYear = new Date(ts).getFullYear() === new Date(now).getFullYear();
  if (sameYear) return format("day", { weekday: "long", day: "numeric", month: "long" }, ts);
  return format("date", { day: "numeric", month: "long", year: "numeric" }, ts);
}

/** A short label for lists: the time today, else the day. */
export function shortLabel(ts: number, now: number): string {
  const days = dayNumber(now) - dayNumber(ts);
  if (days === 0) return clockTime(ts);
  if (days === 1) return t("Yesterday");
  return format("short", { day: "numeric", month: "short" }, ts);
}

/** When something will be: "Today, 14:05", "Tomorrow, 09:00", else with the date. */
export function comingLabel(ts: number, now: number): string {
  const days = dayNumber(ts) - dayNumber(now);
  if (days === 0) return t("Today, {time}", { time: clockTime(ts) });
  if (days === 1) return t("Tomorrow, {time}", { time: clockTime(ts) });
  const year = new Date(ts).getFullYear() === new Date(now).getFullYear() ? {} : ({ year: "numeric" } as const);
  return format(`coming ${"year" in year}`, { weekday: "short", day: "numeric", month: "short", ...year, hour: "numeric", minute: "2-digit" }, ts);
}

/** How long ago, in one unit: "just now", "5 min ago", "3 h ago", then the day. */
export function ago(ts: number, now: number): string {
  const minutes = Math.floor((now - ts) / 60_000);
  if (minutes < 1) return t("just now");
  if (minutes < 60) return t("{count} min ago", { count: minutes });
  if (minutes < 24 * 60) return t("{count} h ago", { count: Math.floor(minutes / 60) });
  return dayLabel(ts, now);
}

/** A length of sound or film, such as 0:07 or 12:34. */
export function playTime(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

/** Hours and minutes in a time zone such as Europe/Berlin. */
export function timeIn(zone: string, ts: number): string {
  return format(`time ${zone}`, { hour: "numeric", minute: "2-digit", timeZone: zone }, ts);
}
