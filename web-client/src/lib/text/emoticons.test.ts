import { expect, test } from "vitest";
import { withEmoticons } from "./emoticons";

const PARTY = '<img data-mx-emoticon src="mxc://x/p" alt=":party:" title=":party:" height="32" />';
const ALL = new Map([["party", "mxc://x/p"], ["c++", "mxc://x/c"], ["party-parrot/2", "mxc://x/b"]]);

test("names between colons become pictures, others stay words", () => {
  expect(withEmoticons(null, "hooray :party: at 10:30: <now>\n:unknown:", ALL)).toBe(`hooray ${PARTY} at 10:30: &lt;now&gt;<br />:unknown:`);
  expect(withEmoticons(null, "10:30:party:", ALL)).toBe(`10:30${PARTY}`);
  expect(withEmoticons("<strong>:party:</strong>", "**:party:**", ALL)).toBe(`<strong>${PARTY}</strong>`);
  expect(withEmoticons(null, ":c++:", ALL)).toContain('alt=":c++:"');
  expect(withEmoticons(null, ":party-parrot/2:", ALL)).toContain('alt=":party-parrot/2:"');
});

test("code and attributes are left alone", () => {
  expect(withEmoticons("<code>:party:</code>", "`:party:`", ALL)).toBe("<code>:party:</code>");
  const link = '<a href="https://x/:party:">:here:</a>';
  expect(withEmoticons(link, "[:here:](https://x/:party:)", ALL)).toBe(link);
});

test("a text without any stays as it is", () => {
  expect(withEmoticons(null, "plain", ALL)).toBeNull();
  expect(withEmoticons(null, ":party", ALL)).toBeNull();
});
