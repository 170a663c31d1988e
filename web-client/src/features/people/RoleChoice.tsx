import { useId } from "react";
import { t } from "@/lib/i18n";
import type { Member, Rights } from "@/matrix/model";
import { inputLook } from "@/ui/Field";
import { useWorkspace } from "@/ui/workspace";
import { roleName } from "./roles";

const ROLES = [100, 50, 0] as const;

/** The role of a member, to be changed by who stands higher. One cannot give more than one has. */
export function RoleChoice({ channel, member, rights }: { channel: string; member: Member; rights: Rights }) {
  const workspace = useWorkspace();
  const id = useId();
  const mine = member.id === workspace.userId;
  const able = rights.roles && member.power <= 100 && (mine || member.power < rights.power);
  if (!able) return null;
  const choices = new Set<number>([...ROLES.filter((power) => power <= rights.power), member.power]);
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {t("Role")}
      </label>
      <select id={id} className={inputLook} value={member.power} onChange={(event) => void workspace.attempt((matrix) => matrix.setPower(channel, member.id, Number(event.target.value)))}>
        {[...choices].sort((a, b) => b - a).map((power) => (
          <option key={power} value={power}>
            {roleName(power) || t("Member")}
          </option>
        ))}
      </select>
    </div>
  );
}
