import type { Need, Yield } from "../../closure/model/closure.ts";
import { parseShebang, shebangBytes } from "../../formats/text/shebang.ts";
import { processFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { isModuleSource } from "./module-sources.ts";
import type { NodeContext } from "./node-context.ts";
import { ownDirectory, ownFiles } from "./own-files.ts";
import { packageRootOf } from "./packages.ts";
import { systemShell } from "./system-shell.ts";

const executable = 0o111;
const relativePath = /^(?:\.{1,2}\/)?[\w@+-][\w@+.-]*(?:\/[\w@+.-]+)*$/u;
const isData = /\.(?:[cm]?[jt]sx?|json|css|html?|md)$/u;
const ofShell = /\.(?:ba|da|k|z)?sh$/u;
/** Programs that run scripts of an ending, where their first line names none. */
const interpreters: ReadonlyMap<string, readonly string[]> = new Map([
  ["py", ["python3", "python"]],
  ["rb", ["ruby"]],
  ["pl", ["perl"]],
  ["php", ["php"]],
  ["lua", ["lua"]],
  ["tcl", ["tclsh"]],
]);
const ofOthers = new RegExp(`\\.(${[...interpreters.keys()].join("|")})$`, "u");

/** Texts that may be paths of scripts: `./bin/tick`, `hooks/before.sh`, `score.py`. */
export function scriptTextsIn(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].filter((text) => {
    if (text.length > 200 || !relativePath.test(text) || isData.test(text)) return false;
    return /^\.{1,2}\//u.test(text) || ofShell.test(text) || ofOthers.test(text);
  });
}

/**
 * A script of the application that one of its sources names: what starts it may be a package, as for
 * `{script: "./a.sh"}`, or `run("score.py", {folder})`.
 */
export async function* scriptTextNeeds(text: string, from: AbsPath, context: NodeContext): AsyncIterable<Yield> {
  const places = new Set([parentOf(from), context.proc.workdir].map((base) => toAbsPath(text, base)));
  if (ofOthers.test(text) && !text.startsWith("."))
    for (const path of await filesNamed(text, context)) places.add(path);
  for (const path of places) yield* ownScriptNeeds(path, from, context);
}

/** A file that a source of the application names, where it is a script for another program than this one. */
export async function* ownScriptNeeds(path: AbsPath, from: AbsPath, context: NodeContext): AsyncIterable<Yield> {
  const { proc, tree, packagePaths } = context;
  const home = ownDirectory(context);
  if (home === undefined || !isWithin(path, home) || isModuleSource(path, context)) return;
  if ([path, from].some((one) => packageRootOf(one, packagePaths) !== undefined)) return;
  const real = await tree.realPath(path);
  const stat = real === undefined ? undefined : await proc.root.lstat(real);
  if (real === undefined || stat?.kind !== "file") return;
  const head = await processFiles(proc.root).readBytes(real, { offset: 0, length: shebangBytes });
  const shebang = head === undefined ? undefined : parseShebang(head);
  // Modules of this run-time that are programs are read as such already.
  if (shebang !== undefined && /\b(?:node|bun|deno|tsx)\b/u.test(`${shebang.interpreter} ${shebang.argument}`)) return;
  const own = { role: "program", evidence: "string", why: `could start ${path}`, optional: true } as const;
  if (shebang !== undefined && (stat.mode & executable) !== 0) {
    yield { need: { ...own, path } };
    return;
  }
  const program = ofShell.test(path) ? await systemShell(context) : await interpreterOf(path, context);
  if (program !== undefined) yield { need: { ...own, path: program, args: [path] } satisfies Need };
}

async function interpreterOf(path: AbsPath, { proc }: NodeContext): Promise<AbsPath | undefined> {
  for (const name of interpreters.get(ofOthers.exec(path)?.[1] ?? "") ?? []) {
    const program = await proc.findProgram(name);
    if (program !== undefined) return program;
  }
  return undefined;
}

/** Files of the application of which the path ends so: who is given the name is given the directory as well. */
async function filesNamed(text: string, context: NodeContext): Promise<readonly AbsPath[]> {
  const own = (await ownFiles(context)).filter(({ path, isElsewhere }) => !isElsewhere && path.endsWith(`/${text}`));
  return own.map(({ path }) => path);
}
