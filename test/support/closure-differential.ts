import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AssemblyRoot } from "../../src/assembler/assembly-trees.ts";
import type { CorpusProgram, Level } from "./corpus.ts";
import { closureLines, withProgram } from "./corpus-closure.ts";
import { directoryTree, packShuffled, withLayersTree, withSteps } from "./corpus-trees.ts";

/** A program whose closure depends on where its builder is read from, or holds less at a level that ships more. */
interface ClosureDifference {
  readonly name: string;
  readonly level: Level;
  readonly differences: readonly string[];
}

interface Comparison {
  readonly closures: number;
  readonly lines: number;
  readonly different: readonly ClosureDifference[];
}

/**
 * Resolves programs, all of one root, at all of their levels, twice each: in the builder's directory as the system
 * lists it, and in an index of archives with members in another order, which lists directories in yet another one. The
 * check of the finished image resolves each once more in a planned tree. What ships at `reachable` has to ship at
 * `safe` too, where both are resolved. Steps of builders run by chroot(8).
 */
export async function compareClosures(root: string, programs: readonly CorpusProgram[]): Promise<Comparison> {
  const folder = mkdtempSync(join(tmpdir(), "pith-closures-"));
  const found: Comparison[] = [];
  try {
    const archive = join(folder, "root.tar");
    await packShuffled(root, archive);
    await withBoth(root, [archive], async (trees) => {
      for (const program of programs) {
        const inTrees = await withProgram(program, "safe", async (opened) =>
          opened.steps.length === 0
            ? compareLevels(trees, program)
            : withSteps(root, opened, async ({ whole, changed }) => {
                const over = join(folder, "changed.tar");
                await packShuffled(changed, over);
                return withBoth(whole, [archive, over], async (stepped) => compareLevels(stepped, program));
              }),
        );
        found.push(inTrees);
      }
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    closures: found.reduce((sum, { closures }) => sum + closures, 0),
    lines: found.reduce((sum, { lines }) => sum + lines, 0),
    different: found.flatMap(({ different }) => different),
  };
}

async function compareLevels(trees: Trees, program: CorpusProgram): Promise<Comparison> {
  const { name, levels } = program;
  const different: ClosureDifference[] = [];
  const shipped = new Map<Level, ReadonlySet<string>>();
  let lines = 0;
  for (const level of levels) {
    const told = await withProgram(program, level, async (opened) => {
      const one = await closureLines(opened, trees.directory);
      return { one, differences: differencesOf(one, await closureLines(opened, trees.layers)) };
    });
    lines += told.one.length;
    shipped.set(level, new Set(told.one.flatMap((line) => /^\{"path":"[^"]*"/u.exec(line)?.[0] ?? [])));
    if (told.differences.length > 0) different.push({ name, level, differences: told.differences });
  }
  const least = shipped.get("reachable");
  const most = shipped.get("safe");
  const lost = least === undefined || most === undefined ? [] : [...least].filter((path) => !most.has(path));
  if (lost.length > 0) different.push({ name, level: "safe", differences: ["lacks", ...lost.slice(0, 20)] });
  return { closures: levels.length, lines, different };
}

interface Trees {
  readonly directory: AssemblyRoot;
  readonly layers: AssemblyRoot;
}

async function withBoth<T>(
  hostPath: string,
  archives: readonly string[],
  use: (trees: Trees) => Promise<T>,
): Promise<T> {
  const directory = await directoryTree(hostPath);
  return withLayersTree(archives, directory, async (layers) => use({ directory, layers }));
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
