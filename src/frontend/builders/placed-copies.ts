import { endingIn, readDefinition } from "../../formats/llb/definition.ts";
import type { Definition } from "../../formats/llb/graph.ts";
import { readStageSteps, type StageCopy } from "../../formats/llb/stage-steps.ts";
import type { BuildOptions } from "../../plan/options.ts";
import { type PlacedCopy, placedFiles } from "../../plan/placed-files.ts";
import { matchGlob } from "../../rootfs/glob.ts";
import { isNamePattern, type PlacedFile } from "../../rootfs/placed-file.ts";
import { baseName, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
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
  const path = toAbsPath(src);
  const name = baseName(path);
  const beside = path === "/" ? [] : ((await ref?.readDirectory(parentOf(path))) ?? []);
  if (isNamePattern(name)) return { ...copy, contents: beside.filter((one) => isFile(one) && matchGlob(name, one)) };
  if (path !== "/" && !beside.includes(`${name}/`)) return copy;
  return { ...copy, contents: ((await ref?.readDirectory(path)) ?? []).filter(isFile) };
}

function isFile(name: string): boolean {
  return !name.endsWith("/");
}
