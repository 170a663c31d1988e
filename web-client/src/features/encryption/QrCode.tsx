import { useMemo } from "react";
import { encode } from "uqr";
import { t } from "@/lib/i18n";

/** White around the code, in modules; scanners want it. */
const QUIET = 4;

/** A QR code of bytes, given in base64; dark on white in every theme, or it could not be scanned. */
export function QrCode({ data }: { data: string }) {
  const { size, path } = useMemo(() => {
    const bytes = Array.from(atob(data), (char) => char.charCodeAt(0));
    const code = encode(bytes, { ecc: "L", border: 0 });
    const dots = code.data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : [])));
    return { size: code.size + 2 * QUIET, path: dots.join("") };
  }, [data]);
  return (
    <svg role="img" aria-label={t("QR code")} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges" className="mx-auto mt-4 block w-56 rounded-xl border border-line bg-white">
      <path d={path} fill="#000" />
    </svg>
  );
}
