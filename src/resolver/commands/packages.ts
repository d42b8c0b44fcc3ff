import type { Command } from "../command.ts";
import { readPackages } from "../package-versions.ts";

/** `packages` reads `roots/0`, a builder, and writes `packages.json`: versions and digests of its packages by name. */
export const packages: Command = {
  async run(step) {
    const found = await readPackages(step.tree(0), step.plugins.packages);
    return [{ name: "packages.json", text: `${JSON.stringify(found)}\n` }];
  },
};
