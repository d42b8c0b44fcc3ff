import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { projectFolder } from "../../scripts/lib/project.ts";

const file = join(projectFolder, "test/corpus/sizes.json");
const schema = z.record(z.string(), z.number());
const noted = (): Record<string, number> => schema.parse(JSON.parse(readFileSync(file, "utf8")));

/** What a build may have beyond its noted size: a tenth, and a megabyte for updates of the distribution. */
const share = 1.1;
const spare = 1;

/** True where a run notes sizes instead of comparing them: `PITH_SIZES=write npm run corpus`. */
const isWriting = process.env["PITH_SIZES"] === "write";

/**
 * Compares the layers of programs with the sizes in `test/corpus/sizes.json`, in MB. A program that grows is no failure
 * of its image, so nothing else would see it.
 */
export class CorpusSizes {
  readonly #noted = noted();
  readonly #found = new Map<string, number>();

  /** What is wrong with the size of a program, in words; empty where it is as noted, or smaller. */
  failuresOf(title: string, bytes: number): readonly string[] {
    const size = Math.round(bytes / 1e5) / 10;
    this.#found.set(title, size);
    if (isWriting) return [];
    const limit = this.#noted[title];
    if (limit === undefined) return [`${title} has no noted size: run PITH_SIZES=write npm run corpus`];
    return size <= limit * share + spare ? [] : [`has ${String(size)} MB, and was noted with ${String(limit)} MB`];
  }

  /** Keeps what was found, where the run is for that. */
  write(): void {
    if (!isWriting) return;
    const all = Object.entries({ ...this.#noted, ...Object.fromEntries(this.#found) });
    const sorted = Object.fromEntries(all.toSorted(([left], [right]) => (left < right ? -1 : 1)));
    writeFileSync(file, `${JSON.stringify(sorted, undefined, 2)}\n`);
  }
}
