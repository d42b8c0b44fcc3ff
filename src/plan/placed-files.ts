import type { StageCopy, StageStep } from "../formats/llb/stage-steps.ts";
import type { PlacedFile } from "../rootfs/placed-file.ts";
import { baseName, toAbsPath } from "../rootfs/rootfs.ts";

/** What was put into a tree: `contents` where somebody looked at what a directory or a pattern stands for. */
export interface PlacedCopy extends Pick<StageCopy, "src" | "dest" | "isOfStage"> {
  readonly contents?: readonly string[];
}

/** What the copies of a stage put there for running. What other steps of the stage start is for building. */
export function placedFiles(
  copies: readonly (readonly PlacedCopy[])[],
  steps: readonly StageStep[],
): readonly PlacedFile[] {
  const started = new Set(steps.flatMap((step) => (step.kind === "run" ? startedNames(step.args) : [])));
  const isStarted = (copy: PlacedCopy): boolean => namesOf(copy).some((name) => started.has(name));
  return copies
    .filter((ofOne) => !ofOne.some(isStarted))
    .flat()
    .map(({ src, dest, isOfStage, contents }) => ({
      name: src === "/" ? "" : baseName(toAbsPath(src)),
      dest,
      isOfStage,
      ...(contents === undefined ? {} : { contents }),
    }));
}

/** The names that the programs of a copy have where they are put. */
function namesOf({ src, dest, contents }: PlacedCopy): readonly string[] {
  return [...(contents ?? [src]), ...(dest.endsWith("/") ? [] : [dest])].map((path) => baseName(toAbsPath(path)));
}

const shells = /(?:^|\/)(?:ba|da)?sh$/u;
const before = /^(?:[A-Za-z_]\w*=.*|[!{]|do|elif|else|env|exec|if|source|sudo|then|time|until|while|\.|-.*)$/u;

/** Names of the programs that a step starts, and of the scripts that it gives to a shell. */
function startedNames(args: readonly string[]): readonly string[] {
  const [name = "", ...rest] = args;
  const isText = shells.test(name) && rest.some((arg) => /^-\w*c$/u.test(arg));
  if (!isText) return startedBy(args);
  return (rest.at(-1) ?? "").split(/[\n;&|()`]+/u).flatMap((command) => startedBy(command.trim().split(/\s+/u)));
}

function startedBy(words: readonly string[]): readonly string[] {
  const at = words.findIndex((word) => !before.test(word));
  const name = words[at];
  if (name === undefined) return [];
  const given = shells.test(name) ? startedBy(words.slice(at + 1)) : [];
  return [baseName(toAbsPath(name.replaceAll(/["']/gu, ""))), ...given];
}
