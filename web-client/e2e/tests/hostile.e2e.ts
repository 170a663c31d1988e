import { nastyBodies } from "../nasty.ts";
import { expect, test } from "../world.ts";

const BODIES = 2500;
const AT_ONCE = 40;

/** What a message may consist of on the page: each element with the attributes that it may have. */
const ANY = ["class", "title", "role", "tabindex", "dir"];
const MAY: Readonly<Record<string, readonly string[]>> = {
  a: ["href", "target", "rel"], img: ["src", "alt"], ol: ["start"], button: ["type", "aria-expanded"],
  ...Object.fromEntries("b blockquote br caption code del details div em h1 h2 h3 h4 h5 h6 hr i li p pre s span strong sub summary sup table tbody td th thead tr u ul".split(" ").map((tag) => [tag, []])),
};

declare global {
  interface Window {
    /** What a script in a message would call. */
    pwned: () => void;
    ran: boolean;
  }
}

test("thousands of hostile messages run nothing, load nothing, and show nothing but what is allowed", async ({ world }) => {
  const { ann, ben, room } = await world.two("talk");
  const bodies = nastyBodies(BODIES, 20261126);
  // The policy of the page would stop most of it: here the client must do without that help.
  const visitor = await world.visitor(ann, { bypassCSP: true });
  const { page } = visitor;
  const { origin } = new URL(page.url());
  const foreign: string[] = [];
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith(`blob:${origin}/`)) foreign.push(url);
  });
  page.on("dialog", (dialog) => {
    visitor.problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.evaluate(() => {
    window.ran = false;
    window.pwned = () => {
      window.ran = true;
    };
  });
  for (let sent = 0; sent < bodies.length; sent += AT_ONCE) {
    await Promise.all(bodies.slice(sent, sent + AT_ONCE).map((body, index) => ben.say(room, `body ${sent + index}`, { format: "org.matrix.custom.html", formatted_body: `<b>n${sent + index}</b>${body}` })));
  }
  await visitor.open("talk");
  const seen = new Set<string>();
  const strange = new Set<string>();
  const start = visitor.timeline.getByText("This is the beginning of talk.");
  await visitor.timeline.locator("article").first().waitFor();
  for (let step = 0; step < 4000 && (await start.count()) === 0; step++) {
    const { numbers, wrong } = await visitor.timeline.evaluate(look, { may: MAY, any: ANY });
    for (const number of numbers) seen.add(number);
    for (const one of wrong) strange.add(one);
  }
  await start.waitFor();
  const { numbers, wrong } = await visitor.timeline.evaluate(look, { may: MAY, any: ANY });
  for (const number of numbers) seen.add(number);
  for (const one of wrong) strange.add(one);
  expect([...strange]).toEqual([]);
  expect(foreign).toEqual([]);
  expect(await page.evaluate(() => window.ran)).toBe(false);
  expect(await page.evaluate(() => document.querySelectorAll("iframe, object, embed, script:not([src]), style, base, form [action], meta[http-equiv]").length)).toBe(0);
  // All of them have been on the page.
  expect(seen.size).toBe(BODIES);
});

test("the page itself takes no text where markup or a script could be", async ({ world }) => {
  const { ann, room } = await world.two("talk");
  const visitor = await world.visitor(ann);
  const refused = await visitor.page.evaluate(() => {
    const sinks: Record<string, () => unknown> = {
      innerHTML: () => (document.createElement("div").innerHTML = "<b>x</b>"),
      srcdoc: () => (document.createElement("iframe").srcdoc = "x"),
      script: () => (document.createElement("script").src = "/sw.js"),
      policy: () => (globalThis as unknown as { trustedTypes: { createPolicy(name: string, rules: object): object } }).trustedTypes.createPolicy("another", {}),
    };
    return Object.entries(sinks).flatMap(([name, sink]) => {
      try {
        sink();
        return [];
      } catch (error) {
        return error instanceof TypeError ? [name] : [];
      }
    });
  });
  expect(refused).toEqual(["innerHTML", "srcdoc", "script", "policy"]);
  // The browser tells of each of these refusals; only they are expected.
  expect(visitor.problems.splice(0).every((problem) => /TrustedTypes?|TrustedHTML|TrustedScript|trusted-types/i.test(problem))).toBe(true);
  // Both ways of a message that need markup read work all the same: writing one, and showing it.
  await visitor.open("talk");
  await visitor.write("**bold** &amp; &copy; plain");
  await visitor.message("bold & © plain").locator("strong", { hasText: "bold" }).waitFor();
  await visitor.sent("bold & © plain");
  const sent = (await ann.messages(room)).find(({ content }) => String(content.body).startsWith("**bold**"));
  expect(sent?.content.formatted_body).toBe("<strong>bold</strong> &amp; © plain");
});

/** In the page: what stands there now, and a screen further up. */
function look(scroller: HTMLElement | SVGElement, { may, any }: { may: Readonly<Record<string, readonly string[]>>; any: readonly string[] }): Promise<{ numbers: string[]; wrong: string[] }> {
  const wrong: string[] = [];
  const numbers: string[] = [];
  for (const body of scroller.querySelectorAll(".prose-msg")) {
    const number = body.querySelector("b")?.textContent;
    if (number && /^n\d+$/.test(number)) numbers.push(number);
    for (const element of body.querySelectorAll("*")) {
      const allowed = may[element.localName];
      if (!allowed || element.namespaceURI !== "http://www.w3.org/1999/xhtml") wrong.push(`<${element.localName}>`);
      for (const { name, value } of element.attributes) {
        if (![...(allowed ?? []), ...any].includes(name)) wrong.push(`${element.localName} ${name}`);
        if (name === "class" && /fixed|absolute|inset|z-50/.test(value)) wrong.push(`class ${value}`);
        if (name === "href" && !/^(https?|ftp|mailto|magnet|matrix|geo|tel|xmpp|sip):/i.test(value)) wrong.push(`href ${value}`);
        if (name === "src" && !value.startsWith("blob:")) wrong.push(`src ${value}`);
      }
    }
  }
  return new Promise((resolve) => {
    scroller.scrollTop = Math.max(0, scroller.scrollTop - scroller.clientHeight * 0.9);
    requestAnimationFrame(() => requestAnimationFrame(() => resolve({ numbers, wrong })));
  });
}
