import type { ProcessContext, Yield } from "../../closure/model/closure.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";
import { isLookup } from "./builtins.ts";
import { ofSystem } from "./places.ts";
import type { ScriptLocation } from "./scope.ts";
import type { ShellScript } from "./syntax.ts";
import type { Places } from "./working-places.ts";

/**
 * Programs that a script of the stage's own looks for, as `command -v jq || exit 1` does: it may do without those that
 * the builder lacks, and not without these.
 */
export async function* lookedForNeeds(
  [command = "", ...args]: readonly string[],
  line: number,
  asking: {
    readonly script: Pick<ShellScript, "functions">;
    readonly location: ScriptLocation;
    readonly proc: Pick<ProcessContext, "root">;
    readonly places: Places;
    readonly directories: readonly AbsPath[];
  },
): AsyncIterable<Yield> {
  const { script, location, proc, places, directories } = asking;
  if (!isLookup(command, args) || ofSystem.test(location.path)) return;
  for (const name of args) {
    const isName = /^[A-Za-z][\w.+-]*$/u.test(name) && !script.functions.has(name);
    const path = isName ? await places.findProgram(name, directories) : undefined;
    const found = path === undefined ? undefined : await resolveLinks(proc.root, path);
    if (path === undefined || typeof found !== "object" || found.stat.kind !== "file") continue;
    const why = `looks for ${name} (line ${line})`;
    yield { need: { path, role: "program", evidence: "string", why, args: [], optional: true } };
  }
}
