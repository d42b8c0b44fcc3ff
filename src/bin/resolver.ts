import { extname } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { openMounts } from "../adapters/directory/resolver-mounts.ts";
import { forgoSlowerCompiler } from "../adapters/layers/slower-compiler.ts";
import { renderCrash } from "../diagnostics/invariant.ts";
import { isResolverCommand, resolverCommands } from "../plan/resolver-commands.ts";
import { runCommand } from "../resolver/run-command.ts";
import { collectSooner } from "./collect-sooner.ts";
import { withoutExperiments } from "./warnings.ts";

/*
 * The resolver's program, as the frontend runs it inside the engine: `resolver [--base DIR] COMMAND ARGUMENTS`. What a
 * command reads and writes below DIR (/pith) stands in src/resolver/commands.
 */

// One line for whoever builds; the stack of a bundle tells nobody anything.
process.on("uncaughtException", (failure: unknown) => {
  console.error(renderCrash(failure));
  process.exit(70);
});
process.umask(0);
withoutExperiments();
collectSooner();

const { values, positionals } = parseArgs({
  options: { base: { type: "string", default: "/pith" } },
  allowPositionals: true,
});
const [name = "", ...args] = positionals;
const self = process.argv[1] ?? "";
const layerThread = new URL(`./layer-thread${extname(self)}`, pathToFileURL(self));

// The thread that writes layers allows it to closures that take long.
if (name === "resolve") forgoSlowerCompiler();

if (isResolverCommand(name)) void runCommand(openMounts(values.base, layerThread), name, args);
else {
  console.error(`cannot run the command "${name}": not one of ${resolverCommands.join(", ")}`);
  process.exitCode = 64;
}
