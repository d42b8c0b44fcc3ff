import type { Yield } from "../../closure/model/closure.ts";
import { parseShebang, shebangBytes } from "../../formats/text/shebang.ts";
import { processFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { isModuleSource } from "./module-sources.ts";
import type { NodeContext } from "./node-context.ts";
import { packageRootOf } from "./packages.ts";
import { systemShell } from "./system-shell.ts";

const executable = 0o111;
const relativePath = /^(?:\.{1,2}\/)?[\w@+-][\w@+.-]*(?:\/[\w@+.-]+)*$/u;
const isData = /\.(?:[cm]?[jt]sx?|json|css|html?|md)$/u;
const ofShell = /\.(?:ba|da|k|z)?sh$/u;

/** Texts that may be paths of scripts: `./bin/tick`, `hooks/before.sh`. */
export function scriptTextsIn(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].filter(
    (text) =>
      text.length <= 200 &&
      relativePath.test(text) &&
      !isData.test(text) &&
      (/^\.{1,2}\//u.test(text) || ofShell.test(text)),
  );
}

/** A script of the application that one of its sources names: what starts it may be a package, as for `{script: "./a.sh"}`. */
export async function* scriptTextNeeds(text: string, from: AbsPath, context: NodeContext): AsyncIterable<Yield> {
  for (const base of new Set([parentOf(from), context.proc.workdir])) {
    yield* ownScriptNeeds(toAbsPath(text, base), from, context);
  }
}

/** A file that a source of the application names, where it is a script for another program than this one. */
export async function* ownScriptNeeds(path: AbsPath, from: AbsPath, context: NodeContext): AsyncIterable<Yield> {
  const { proc, tree, packagePaths } = context;
  const home = proc.appRoot ?? proc.workdir;
  if (home === "/" || !isWithin(path, home) || isModuleSource(path, context)) return;
  if ([path, from].some((one) => packageRootOf(one, packagePaths) !== undefined)) return;
  const real = await tree.realPath(path);
  const stat = real === undefined ? undefined : await proc.root.lstat(real);
  if (real === undefined || stat?.kind !== "file") return;
  const head = await processFiles(proc.root).readBytes(real, { offset: 0, length: shebangBytes });
  const shebang = head === undefined ? undefined : parseShebang(head);
  // Modules of this run-time that are programs are read as such already.
  if (shebang !== undefined && /\b(?:node|bun|deno|tsx)\b/u.test(`${shebang.interpreter} ${shebang.argument}`)) return;
  const own = { role: "program", evidence: "string", why: `could start ${path}`, optional: true } as const;
  if (shebang !== undefined && (stat.mode & executable) !== 0) yield { need: { ...own, path } };
  else if (ofShell.test(path)) yield { need: { ...own, path: await systemShell(context), args: [path] } };
}
