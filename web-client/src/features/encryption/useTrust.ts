import { useCallback, useEffect, useState } from "react";
import type { Trust } from "@/matrix/model";
import { useEncryption, useEncryptionStatus } from "./useEncryption";

/** What is known of someone's keys, looked up again whenever any keys have changed. */
export function useTrust(user: string): { trust: Trust | null; look: () => void } {
  const encryption = useEncryption();
  const status = useEncryptionStatus();
  const [trust, setTrust] = useState<Trust | null>(null);
  const look = useCallback(() => {
    if (status.state === "ready") encryption?.trust(user).then(setTrust, () => undefined);
  }, [encryption, status, user]);
  useEffect(look, [look]);
  return { trust, look };
}
