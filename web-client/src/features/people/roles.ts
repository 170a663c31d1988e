import { t } from "@/lib/i18n";

/** The name of a power level; empty for ordinary members. */
export function roleName(power: number): string {
  if (power > 100) return t("Owner");
  if (power >= 100) return t("Admin");
  if (power >= 50) return t("Moderator");
  return "";
}
