import { beforeAll, describe, expect, it } from "vitest";
import { corpusImages, ensureCorpusImageRoots } from "../../scripts/lib/corpus-images.ts";
import { compareClosures } from "../support/closure-differential.ts";
import { chosenPrograms, corpusPrograms, hasOneBuilder, imagesOf } from "../support/corpus.ts";
import { compareLoaders, glibcLoader } from "../support/loader-differential.ts";

/* The roots that the programs of the corpus come from. */
describe("in the roots of the corpus", () => {
  let roots: ReadonlyMap<string, string> = new Map();
  beforeAll(async () => {
    roots = await ensureCorpusImageRoots(imagesOf(corpusPrograms()));
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
    expect(compared).toBeGreaterThan(3000);
  });

  it.each(corpusImages().map(({ name }) => name))(
    "every closure is the same from a directory and from layers, in any order of directories: %s",
    { timeout: 1_200_000 },
    async (name) => {
      const programs = chosenPrograms("classic").filter((one) => one.image === name && hasOneBuilder(one));
      const { closures, lines, different } = await compareClosures(roots.get(name) ?? "", programs);
      process.stdout.write(`${name}: ${closures} closures (${lines} lines) compared, ${different.length} differ\n`);
      expect(different).toEqual([]);
    },
  );
});
