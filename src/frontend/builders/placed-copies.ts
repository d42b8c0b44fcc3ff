import { endingIn, readDefinition } from "../../formats/llb/definition.ts";
import type { Definition } from "../../formats/llb/graph.ts";
import { readStageSteps, type StageCopy } from "../../formats/llb/stage-steps.ts";
import type { BuildOptions } from "../../plan/options.ts";
import { type PlacedCopy, placedFiles } from "../../plan/placed-files.ts";
import { installed } from "../../rootfs/author-directory.ts";
import { matchGlob } from "../../rootfs/glob.ts";
import { isNamePattern, type PlacedFile } from "../../rootfs/placed-file.ts";
import { type AbsPath, baseName, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { isSystemDirectory } from "../../rootfs/system-directories.ts";
import type { Engine } from "../engine.ts";

interface Looking {
  readonly engine: Pick<Engine, "solve">;
  readonly options: Pick<BuildOptions, "cacheImports">;
}

/**
 * What `COPY` and `ADD` put into a stage for running. Into a directory that many share, only a look at where it came
 * from tells what; the engine makes that tree for the stage anyway.
 */
export async function readPlacedFiles(
  { engine, options }: Looking,
  definition: Definition,
): Promise<readonly PlacedFile[]> {
  const steps = readStageSteps(readDefinition(definition));
  const copies = await Promise.all(
    steps.map(async (step) => {
      if (step.kind === "run") return [];
      return Promise.all(step.copies.map(async (copy) => withContents({ engine, options }, definition, copy)));
    }),
  );
  return placedFiles(copies, steps);
}

async function withContents(
  { engine, options }: Looking,
  definition: Definition,
  { src, dest, from, isOfStage }: StageCopy,
): Promise<PlacedCopy> {
  const copy = { src, dest, isOfStage };
  if (from === undefined || !isSystemDirectory(toAbsPath(dest))) return copy;
  const { ref } = await engine.solve(endingIn(definition, from), { cacheImports: options.cacheImports });
  const list = async (directory: AbsPath): Promise<readonly string[]> => (await ref?.readDirectory(directory)) ?? [];
  const path = toAbsPath(src);
  const name = baseName(path);
  const beside = path === "/" ? [] : await list(parentOf(path));
  if (isNamePattern(name)) return { ...copy, contents: beside.filter((one) => isFile(one) && matchGlob(name, one)) };
  if (path !== "/" && !beside.includes(`${name}/`)) return copy;
  const inside = await list(path);
  if (isOfStage) return { ...copy, contents: inside.filter(isFile) };
  return { ...copy, contents: await placedBelow({ list, path, inside, place: toAbsPath(dest) }) };
}

interface Below {
  readonly list: (directory: AbsPath) => Promise<readonly string[]>;
  readonly path: AbsPath;
  readonly inside: readonly string[];
  /** Where the directory's content is put. */
  readonly place: AbsPath;
}

/**
 * The files and directories that a directory brings to one that many share: `etc/desk` and `usr/local/bin/backup` of
 * `COPY rootfs/ /`. Packages of a language are for those who load them.
 */
async function placedBelow({ list, path, inside, place }: Below): Promise<readonly string[]> {
  const found = inside.filter(isFile);
  for (const name of inside.filter((one) => !isFile(one)).map((one) => one.slice(0, -1))) {
    const directory = toAbsPath(name, place);
    if (installed.test(`${directory}/`)) continue;
    if (!isSystemDirectory(directory)) {
      found.push(name);
      continue;
    }
    const below = toAbsPath(name, path);
    const more = await placedBelow({ list, path: below, inside: await list(below), place: directory });
    found.push(...more.map((one) => `${name}/${one}`));
  }
  return found;
}

function isFile(name: string): boolean {
  return !name.endsWith("/");
}
