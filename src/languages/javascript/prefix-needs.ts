import type { Yield } from "../../closure/model/closure.ts";
import { type AbsPath, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import type { NodeContext } from "./node-context.ts";
import { packageRootOf } from "./packages.ts";

/**
 * A file of settings that an installed package names from the prefix which the interpreter lies in:
 * `resolve(prefix, "etc/toolrc")` means `/usr/local/etc/toolrc` for `/usr/local/bin/node`.
 */
export async function* prefixNeeds(text: string, from: AbsPath, context: NodeContext): AsyncIterable<Yield> {
  if (!/^\/?etc(?:\/[\w@-][\w@.-]{0,63}){1,4}$/u.test(text)) return;
  const { proc, tree, packagePaths } = context;
  if (packageRootOf(from, packagePaths) === undefined) return;
  for (const program of new Set([proc.program, proc.realProgram])) {
    const prefix = parentOf(parentOf(program));
    // From the root itself, the text is a path of its own.
    if (prefix === "/") continue;
    const path = toAbsPath(text.replace(/^\//u, ""), prefix);
    if ((await tree.kindOf(path)) !== "file") continue;
    yield { need: { path, role: "file", evidence: "string", why: `names ${text} of its prefix`, optional: true } };
  }
}
