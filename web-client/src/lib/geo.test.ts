import { expect, test } from "vitest";
import { mapAddress, parseGeo } from "./geo";

test.each([
  ["geo:52.5186,13.4083;u=12", { latitude: 52.5186, longitude: 13.4083, accuracy: 12 }],
  ["geo:-33.9,151.2", { latitude: -33.9, longitude: 151.2, accuracy: 0 }],
  ["geo:48.1,11.5,520", { latitude: 48.1, longitude: 11.5, accuracy: 0 }],
  ["geo:91,0", null],
  ["geo:x,y", null],
  ["https://example.org", null],
])("%s", (uri, point) => {
  expect(parseGeo(uri)).toEqual(point);
});

test("the map is opened at the place", () => {
  expect(mapAddress({ latitude: 1.5, longitude: -2, accuracy: 0 })).toBe("https://www.openstreetmap.org/?mlat=1.5&mlon=-2#map=16/1.5/-2");
});
