import { findings } from "../axe.ts";
import { sealedTour } from "../sealed-tour.ts";
import { expect, test } from "../world.ts";

for (const colorScheme of ["light", "dark"] as const) {
  test(`every screen of encryption can be used by everyone, ${colorScheme}`, async ({ world }) => {
    // Animations begin transparent, which would count as too little contrast.
    const arrive = () => world.visitor(undefined, { colorScheme, reducedMotion: "reduce" });
    await sealedTour((name) => world.person(name), arrive, false, async (visitor, what) => expect({ [what]: await findings(visitor) }).toEqual({ [what]: [] }));
  });
}
