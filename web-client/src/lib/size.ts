import { locale } from "./i18n";

const UNITS = ["B", "kB", "MB", "GB"] as const;

/** Bytes as people read them: 1.2 MB. */
export function formatSize(bytes: number): string {
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  const value = bytes / 1000 ** power;
  return `${new Intl.NumberFormat(locale(), { maximumFractionDigits: value < 10 && power > 0 ? 1 : 0 }).format(value)} ${UNITS[power]}`;
}
