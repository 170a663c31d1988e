import jsQR from "jsqr";

/** Larger frames are no easier to read. Pixels. */
const MAX_SIDE = 900;

/** The bytes of a QR code in a picture, in base64; `null` when there is none. */
export function readCode(source: CanvasImageSource, width: number, height: number): string | null {
  const scale = Math.min(1, MAX_SIDE / Math.max(width, height));
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  if (w === 0 || h === 0) return null;
  const canvas = document.createElement("canvas");
  canvas.width = w;
  canvas.height = h;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return null;
  context.drawImage(source, 0, 0, w, h);
  const found = jsQR(context.getImageData(0, 0, w, h).data, w, h);
  return found ? btoa(String.fromCharCode(...found.binaryData)) : null;
}
