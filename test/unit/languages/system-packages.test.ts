import { expect, test } from "vitest";
import type { SystemPackage } from "../../../src/closure/model/closure.ts";
import { PackageLookup } from "../../../src/languages/system-packages.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { fixtureRoot } from "../../support/fixture.ts";

const index = toAbsPath("/usr/share/wiki/index.php");
const sources = [index, toAbsPath("/usr/share/wiki/run.php")];

test("of many processes of a program, the first takes a package whole", async () => {
  const root = fixtureRoot("");
  const wiki: SystemPackage = { name: "wiki", source: "wiki", files: sources, directories: [], dependencies: () => [] };
  const taken = new Set<string>();
  const isFirstToTake = (name: string): boolean => !taken.has(name) && taken.add(name).has(name);
  const systemPackage = (): Promise<SystemPackage> => Promise.resolve(wiki);
  const process = { root, systemPackage, isFirstToTake };
  expect(await new PackageLookup(process).take(index)).toEqual(sources);
  expect(await new PackageLookup(process).take(index)).toEqual([]);
  expect(await new PackageLookup({ root, systemPackage }).take(index)).toEqual(sources);
});

test("tests in a package's own directory are for its makers", async () => {
  const root = fixtureRoot(
    "//- /usr/share/wiki/data.txt\n//- /usr/share/wiki/t/001.t\n//- /usr/share/wiki/testsuite\n",
  );
  const directories = [toAbsPath("/usr/share/wiki")];
  const wiki: SystemPackage = { name: "wiki", source: "wiki", files: [index], directories, dependencies: () => [] };
  const found = await new PackageLookup({ root, systemPackage: () => Promise.resolve(wiki) }).take(index);
  expect(found).toEqual([index, "/usr/share/wiki/data.txt"]);
});
