import type { Command } from "../command.ts";
import { readPackageVersions } from "../package-versions.ts";

/** `packages` reads `roots/0`, a builder, and writes `packages.json`: the versions of its packages by name. */
export const packages: Command = {
  async run(step) {
    const versions = await readPackageVersions(step.tree(0), step.plugins.packages);
    return [{ name: "packages.json", text: `${JSON.stringify(versions)}\n` }];
  },
};
