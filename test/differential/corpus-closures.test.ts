import { beforeAll, describe, expect, it } from "vitest";
import { type CorpusImage, chosenImages, ensureCorpusImageRoots } from "../../scripts/lib/corpus-images.ts";
import { compareClosures } from "../support/closure-differential.ts";
import { type CorpusProgram, chosenPrograms, hasOneBuilder, inImage, packagesOf } from "../support/corpus.ts";

/* The roots that the programs of the corpus come from. */
describe("in the roots of the corpus", () => {
  let roots: ReadonlyMap<string, string> = new Map();
  beforeAll(async () => {
    roots = await ensureCorpusImageRoots(new Set(chosenImages().map(({ name }) => name)));
  });

  it.each(chosenImages())(
    "every closure is the same from a directory and from layers, in any order of directories: $name",
    { timeout: 1_200_000 },
    async (image) => {
      const { name } = image;
      const programs = chosenPrograms().filter(hasOneBuilder).flatMap(programIn(image));
      const { closures, lines, different } = await compareClosures(roots.get(name) ?? "", programs);
      process.stdout.write(`${name}: ${closures} closures (${lines} lines) compared, ${different.length} differ\n`);
      expect(different).toEqual([]);
    },
  );
});

/** A program as the root of an image has it, where nothing needs to be installed for it. */
function programIn({ name, allPackagesOf }: CorpusImage): (program: CorpusProgram) => readonly CorpusProgram[] {
  return (program) => {
    if (allPackagesOf.includes(program.image)) return [inImage(program, name)];
    return program.image === name && packagesOf(program).length === 0 ? [program] : [];
  };
}
