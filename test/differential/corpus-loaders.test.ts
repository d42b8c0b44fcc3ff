import { beforeAll, describe, expect, it } from "vitest";
import { chosenImages, ensureCorpusImageRoots } from "../../scripts/lib/corpus-images.ts";
import { compareLoaders, glibcLoader } from "../support/loader-differential.ts";

/* The roots that the programs of the corpus come from. */
describe("in the roots of the corpus", () => {
  let roots: ReadonlyMap<string, string> = new Map();
  beforeAll(async () => {
    roots = await ensureCorpusImageRoots(new Set(chosenImages().map(({ name }) => name)));
  });

  it("the simulated loader opens what glibc's opens, in its order", { timeout: 1_200_000 }, async () => {
    let compared = 0;
    const different: unknown[] = [];
    for (const [name, rootDirectory] of roots) {
      const directories = ["/usr", "/opt", "/srv"];
      const answer = await compareLoaders({ rootDirectory, directories, sample: 1e6, loader: glibcLoader });
      process.stdout.write(`${name}: ${answer.compared} objects compared, ${answer.differences.length} differ\n`);
      compared += answer.compared;
      different.push(...answer.differences.map((difference) => ({ name, ...difference })));
    }
    expect(different).toEqual([]);
    const isWhole = process.env["PITH_CORPUS"] === undefined;
    expect(compared).toBeGreaterThan(isWhole ? 3000 : 0);
  });
});
