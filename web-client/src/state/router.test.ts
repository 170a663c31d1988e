import { expect, test } from "vitest";
import { formatRoute, parseRoute, type Route } from "./router";

test.each<Route>([
  { channel: null, event: null, thread: null, panel: null },
  { channel: "!a:example.org", event: null, thread: null, panel: "members" },
  { channel: "!a/b:example.org", event: "$e?x", thread: "$root", panel: null },
])("a route survives the address bar", (route) => {
  const [path = "", search = ""] = formatRoute(route).split("?");
  expect(parseRoute(path, search)).toEqual(route);
});

test("nonsense leads home", () => {
  expect(parseRoute("/c/", "?panel=evil")).toEqual({ channel: null, event: null, thread: null, panel: null });
});
