import { expect, test } from "vitest";
import { planOver } from "../../../src/resolver/overlay-image.ts";
import { binary, type ClosureCase, closureOf } from "../../support/closure.ts";
import { fixtureRoot } from "../../support/fixture.ts";

const root = `
//- /usr/bin/env 0755 elf=x86_64
//- /usr/bin/box 0755 elf=x86_64
//- /etc/a
one
//- /etc/b
two
//- /etc/link -> a
`;
const include = { kind: "include", pointer: "/closure/include/0", view: "main", path: "/etc/*" } as const;

async function planned(below: ClosureCase, above: ClosureCase): Promise<readonly string[]> {
  const baseImage = fixtureRoot(below.root);
  const plans = await planOver((await closureOf(above)).entries, {
    baseImage: {
      entries: (await closureOf(below)).entries.map((entry) => ({ ...entry, folder: entry.layer })),
      read: async ({ path }) => baseImage.readFile(path),
    },
    trees: new Map([["builder:main", fixtureRoot(above.root)]]),
  });
  return plans.flatMap((plan) => plan.entries.map((entry) => `${plan.name} ${entry.path}`));
}

test("the layer over an image has what the image has not, or not so, and the directories above it", async () => {
  const below = { root, roots: [binary("/usr/bin/env"), include] };
  const changed = root.replace("\none\n", "\nONE\n").replace("-> a", "-> b");
  expect(
    await planned(below, { root: changed, roots: [...below.roots, binary("/usr/bin/box", { index: 1 })] }),
  ).toEqual(["tools /etc", "tools /etc/a", "tools /etc/link", "tools /usr", "tools /usr/bin", "tools /usr/bin/box"]);
});

test("nothing over an image that is the same, or that has more", async () => {
  const below = { root, roots: [binary("/usr/bin/env"), include] };
  expect(await planned(below, below)).toEqual([]);
  expect(await planned(below, { root, roots: [binary("/usr/bin/env")] })).toEqual([]);
});
