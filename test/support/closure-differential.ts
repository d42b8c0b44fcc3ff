import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AssemblySource } from "../../src/app/assembly-sources.ts";
import type { CorpusProgram, Level } from "./corpus.ts";
import { closureLines, type OpenedProgram, withProgram } from "./corpus-closure.ts";
import { directoryTree, packShuffled, withLayersTree, withSteps } from "./corpus-trees.ts";

/** A program whose closure depends on where its builder is read from. */
interface ClosureDifference {
  readonly name: string;
  readonly level: Level;
  readonly differences: readonly string[];
}

/**
 * Resolves programs, all of one root, twice each: in the builder's directory as the system lists it, and in an index of archives with members in
 * another order, which lists directories in yet another one. The check of the finished image resolves each once more in a planned
 * tree. Steps of builders run by chroot(8).
 */
export async function compareClosures(
  root: string,
  programs: readonly CorpusProgram[],
): Promise<{ readonly closures: number; readonly lines: number; readonly different: readonly ClosureDifference[] }> {
  const folder = mkdtempSync(join(tmpdir(), "pith-closures-"));
  const different: ClosureDifference[] = [];
  let closures = 0;
  let lines = 0;
  try {
    const archive = join(folder, "root.tar");
    await packShuffled(root, archive);
    await withBoth(root, [archive], async (trees) => {
      for (const program of programs) {
        for (const level of program.levels) {
          const found = await withProgram(program, level, async (opened) =>
            opened.steps.length === 0
              ? compareIn(trees, opened)
              : withSteps(root, opened, async ({ whole, changed }) => {
                  const over = join(folder, "changed.tar");
                  await packShuffled(changed, over);
                  return withBoth(whole, [archive, over], async (stepped) => compareIn(stepped, opened));
                }),
          );
          closures++;
          lines += found.lines;
          if (found.differences.length > 0) different.push({ name: program.name, level, ...found });
        }
      }
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { closures, lines, different };
}

interface Trees {
  readonly directory: AssemblySource;
  readonly layers: AssemblySource;
}

async function withBoth<T>(
  hostPath: string,
  archives: readonly string[],
  use: (trees: Trees) => Promise<T>,
): Promise<T> {
  const directory = await directoryTree(hostPath);
  return withLayersTree(archives, directory, async (layers) => use({ directory, layers }));
}

async function compareIn(
  { directory, layers }: Trees,
  opened: OpenedProgram,
): Promise<{ readonly lines: number; readonly differences: readonly string[] }> {
  const one = await closureLines(opened, directory);
  return { lines: one.length, differences: differencesOf(one, await closureLines(opened, layers)) };
}

/** The first lines of either that the other has not, cut where they get long; or that the order differs. */
function differencesOf(one: readonly string[], other: readonly string[]): readonly string[] {
  if (one.length === other.length && one.every((line, index) => line === other[index])) return [];
  const known = new Set(one);
  const told = new Set(other);
  const missing = one.filter((line) => !told.has(line)).map((line) => `- ${line.slice(0, 400)}`);
  const added = other.filter((line) => !known.has(line)).map((line) => `+ ${line.slice(0, 400)}`);
  return ["the lines, or their order", ...missing.slice(0, 10), ...added.slice(0, 10)];
}
