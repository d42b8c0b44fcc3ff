import type { ProcessContext } from "../../closure/model/closure.ts";
import { type ModuleTree, moduleTree } from "../../languages/javascript/module-tree.ts";
import { type AbsPath, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";

/**
 * The arguments that start an application when nobody gives any: what its package.json says (`scripts.start` when it is
 * a plain `node X`, `main`, a single `bin`), else the names that npm and Node look for. Empty when there is none.
 */
export async function defaultNodeArgs(proc: ProcessContext): Promise<readonly string[]> {
  const directory = proc.appRoot ?? proc.workdir;
  const tree = moduleTree(proc.root);
  const json = await tree.packageIn(directory);
  const start = plainStart(json?.start);
  // npm runs the script in the package's directory, so that its words are right only there.
  if (start !== undefined && directory === proc.workdir) return start;
  const names = [json?.main, ...(json?.bin.length === 1 ? json.bin : []), "index.js", "index.mjs", "index.cjs"];
  for (const name of [...names, "server.js", "app.js", "main.js"]) {
    const file = name === undefined ? undefined : await programAt(tree, toAbsPath(`${directory}/${name}`));
    if (file !== undefined)
      return [isWithin(file, proc.workdir) && proc.workdir !== "/" ? file.slice(proc.workdir.length + 1) : file];
  }
  return [];
}

async function programAt(tree: ModuleTree, path: AbsPath): Promise<AbsPath | undefined> {
  for (const candidate of [path, `${path}.js`, `${path}/index.js`]) {
    const file = toAbsPath(candidate);
    if ((await tree.kindOf(file)) === "file") return file;
  }
  return undefined;
}

/** The words after `node`; undefined when a shell would have to read the text. */
function plainStart(text: string | undefined): readonly string[] | undefined {
  const words = text?.trim().split(/\s+/u);
  if (words === undefined || words[0] !== "node" || words.length < 2) return undefined;
  return words.every((word) => /^[\w./:=@,+-]+$/u.test(word)) ? words.slice(1) : undefined;
}
