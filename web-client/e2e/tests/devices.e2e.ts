import { expect, test } from "../world.ts";

test("another device is signed out, after the password was given", async ({ world }) => {
  const ann = await world.person("ann");
  const visitor = await world.visitor(ann);
  const other = await world.visitor(ann);
  await visitor.fromMenu(/^Account of/, "Settings");
  await visitor.dialog("Settings").getByRole("button", { name: "Devices" }).click();
  await visitor.dialog("Settings").getByText("This device").waitFor();
  await visitor.button("Sign out everywhere else").click();
  const confirm = visitor.dialog("Confirm with your password");
  await confirm.getByLabel("Password").fill(ann.password);
  await confirm.getByRole("button", { name: "Confirm" }).click();
  await visitor.dialog("Settings").getByText("This device").waitFor();
  await expect.poll(() => visitor.dialog("Settings").getByRole("listitem").count()).toBe(1);
  // The other device learns it from the server at once.
  await other.page.getByLabel("Username").waitFor();
  await expect(ann.call("GET", "/v3/account/whoami")).rejects.toThrow("M_UNKNOWN_TOKEN");
});
