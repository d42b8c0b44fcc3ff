import { BuildError } from "../diagnostics/diagnostic.ts";
import type { ResolverCommand } from "../plan/resolver-commands.ts";
import type { Command } from "./command.ts";
import { diff } from "./commands/diff.ts";
import { explain } from "./commands/explain.ts";
import { manifest } from "./commands/manifest.ts";
import { missing } from "./commands/missing.ts";
import { packages } from "./commands/packages.ts";
import { reasons } from "./commands/reasons.ts";
import { resolve } from "./commands/resolve.ts";
import type { ResolverMounts } from "./mounts.ts";
import { allPlugins } from "./plugins.ts";

/** Those that bring much of their own are loaded for those who ask: a build resolves and prints nothing. */
const commands: Readonly<Record<ResolverCommand, () => Command | Promise<Command>>> = {
  resolve: () => resolve,
  manifest: () => manifest,
  explain: () => explain,
  diff: () => diff,
  sbom: async () => (await import("./commands/sbom.ts")).sbom,
  reasons: () => reasons,
  missing: () => missing,
  packages: () => packages,
  vex: async () => (await import("./commands/vex.ts")).vex,
  report: async () => (await import("./commands/report.ts")).report,
};

/** Runs a command and writes the files that it makes. */
export async function runCommand(
  mounts: ResolverMounts,
  name: ResolverCommand,
  args: readonly string[],
): Promise<void> {
  const command = await commands[name]();
  const { healthProbe } = mounts;
  const plugins = { ...allPlugins(), ...(healthProbe === undefined ? {} : { healthProbe }) };
  try {
    for (const file of await command.run({ ...mounts, plugins }, args)) mounts.write(file);
  } catch (failure) {
    if (command.leavesFindings !== true || !(failure instanceof BuildError)) throw failure;
    mounts.write({ name: "findings.json", text: JSON.stringify(failure.diagnostics) });
  }
}
