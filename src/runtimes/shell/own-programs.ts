import type { ProcessContext } from "../../closure/model/closure.ts";
import { madeOnce } from "../../rootfs/made-once.ts";
import { type AbsPath, baseName, type RootFs } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import { managed } from "./working-directory.ts";

/** In a larger application a name says less. */
const largest = 20_000;
/** More files of one name are not meant by it. */
const fewFiles = 3;
const behindVariable = /^"?\$\{?\w+\}?"?\/([\w.+-]+)"?$/u;
const anyoneRuns = 0o111;

type Programs = ReadonlyMap<string, readonly AbsPath[]>;

const known = new WeakMap<RootFs, Map<string, Promise<Programs>>>();

/** Programs of the application by a name of which only the run tells the directory: `"$DIR/machine"`. */
export async function programsOfApplication(
  text: string,
  { root, appRoot }: Pick<ProcessContext, "root" | "appRoot">,
): Promise<readonly AbsPath[]> {
  const name = behindVariable.exec(text)?.[1];
  if (name === undefined || appRoot === undefined) return [];
  const ofRoot = known.get(root) ?? new Map<string, Promise<Programs>>();
  known.set(root, ofRoot);
  const programs = await madeOnce(ofRoot, appRoot, async () => readPrograms(root, appRoot));
  const found = programs.get(name) ?? [];
  return found.length > fewFiles ? [] : found;
}

async function readPrograms(root: RootFs, appRoot: AbsPath): Promise<Programs> {
  const programs = new Map<string, readonly AbsPath[]>();
  let count = 0;
  for await (const { path, stat } of walk(root, appRoot, (one) => !managed.includes(baseName(one)))) {
    count++;
    if (count > largest) return new Map();
    if (stat.kind !== "file" || (stat.mode & anyoneRuns) === 0) continue;
    programs.set(baseName(path), [...(programs.get(baseName(path)) ?? []), path]);
  }
  return programs;
}
