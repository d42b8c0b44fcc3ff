import { beforeAll, describe, expect, it } from "vitest";
import { ensureCorpusRoot } from "../../scripts/lib/corpus-root.ts";
import { compareLoaders, glibcLoader, muslLoader, type RealLoader } from "../support/loader-differential.ts";

/*
 * Every ELF object of a root with many programs, listed by the real loaders and by ours. The root is Debian's, for
 * x86-64 and entered by chroot(8): the project is defined on such machines only, by `scripts/test.ts`.
 */
describe("the simulated loaders open what the real ones open, in their order", () => {
  let rootDirectory = "";
  beforeAll(async () => {
    rootDirectory = await ensureCorpusRoot();
  });

  it.each<[string, RealLoader]>([
    ["glibc", glibcLoader],
    ["musl", muslLoader],
  ])("%s", async (name, loader) => {
    const directories = ["/usr", "/opt"];
    const { found, compared, differences } = await compareLoaders({ rootDirectory, directories, sample: 1e6, loader });
    process.stdout.write(`${name}: ${compared} of ${found} objects compared, ${differences.length} differ\n`);
    expect(differences).toEqual([]);
    expect(compared).toBeGreaterThan(1500);
  });
});
