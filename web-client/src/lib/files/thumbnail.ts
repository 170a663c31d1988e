/** Large enough for the timeline on a sharp screen. Pixels. */
const MAX_WIDTH = 800;
const MAX_HEIGHT = 600;
/** Smaller pictures are shown as they are. Bytes. */
const WORTH_IT = 150_000;

export interface Thumbnail {
  blob: Blob;
  w: number;
  h: number;
}

/** A small picture of a picture or film, for servers that can't look into the file; `null` where none is needed or can be had. */
export async function thumbnailOf(file: Blob): Promise<Thumbnail | null> {
  try {
    if (file.type.startsWith("image/")) return await ofPicture(file);
    if (file.type.startsWith("video/")) return await ofFilm(file);
  } catch {
    // What the browser can't draw has no small picture.
  }
  return null;
}

async function ofPicture(file: Blob): Promise<Thumbnail | null> {
  // One frame of a moving picture would stand still.
  if (file.size < WORTH_IT || file.type === "image/gif" || file.type === "image/apng") return null;
  const bitmap = await createImageBitmap(file);
  try {
    return await draw(bitmap, bitmap.width, bitmap.height);
  } finally {
    bitmap.close();
  }
}

async function ofFilm(file: Blob): Promise<Thumbnail | null> {
  const film = document.createElement("video");
  const url = URL.createObjectURL(file);
  try {
    film.muted = true;
    film.preload = "auto";
    film.src = url;
    await new Promise<void>((resolve, reject) => {
      film.onseeked = () => resolve();
      film.onerror = () => reject(new Error("not a film"));
      film.onloadeddata = () => {
        film.currentTime = Math.min(1, film.duration / 2 || 0);
      };
      setTimeout(() => reject(new Error("too slow")), 5000);
    });
    return await draw(film, film.videoWidth, film.videoHeight);
  } finally {
    film.removeAttribute("src");
    URL.revokeObjectURL(url);
  }
}

async function draw(source: CanvasImageSource, width: number, height: number): Promise<Thumbnail | null> {
  const scale = Math.min(1, MAX_WIDTH / width, MAX_HEIGHT / height);
  const [w, h] = [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
  const canvas = new OffscreenCanvas(w, h);
  canvas.getContext("2d")?.drawImage(source, 0, 0, w, h);
  return { blob: await canvas.convertToBlob({ type: "image/webp", quality: 0.8 }), w, h };
}
