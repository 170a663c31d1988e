/** A point on earth, in degrees; the accuracy in metres, 0 when it is not known. */
export interface GeoPoint {
  latitude: number;
  longitude: number;
  accuracy: number;
}

/** Reads a `geo:` address (RFC 5870); `null` for what is none, or not on earth. */
export function parseGeo(uri: string): GeoPoint | null {
  const parts = /^geo:(-?\d+(?:\.\d+)?),(-?\d+(?:\.\d+)?)(?:,-?\d+(?:\.\d+)?)?(;.*)?$/i.exec(uri);
  if (!parts) return null;
  const [latitude, longitude] = [Number(parts[1]), Number(parts[2])];
  if (Math.abs(latitude) > 90 || Math.abs(longitude) > 180) return null;
  const accuracy = Number(/;u=(\d+(?:\.\d+)?)/i.exec(parts[3] ?? "")?.[1] ?? 0);
  return { latitude, longitude, accuracy };
}

/** The place on a map that anyone can open. */
export function mapAddress({ latitude, longitude }: GeoPoint): string {
  return `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
}
