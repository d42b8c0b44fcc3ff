import { expect, it } from "vitest";
import type { ProcessContext } from "../../../src/closure/model/closure.ts";
import { goPrograms } from "../../../src/dlopen/go-programs.ts";
import type { ElfFile } from "../../../src/formats/elf/elf-file.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { fixtureRoot } from "../../support/fixture.ts";

const elf = {
  needed: [],
  sectionNames: async () => Promise.resolve([".gopclntab"]),
  goStarts: async () =>
    Promise.resolve({
      calls: [
        { caller: "given/xz.NewReader", name: "xz", texts: [] },
        { caller: "own/tools.Run", name: undefined, texts: ["tar"] },
      ],
      textsOf: async () => Promise.resolve(new Set(["tar"])),
    }),
} as unknown as ElfFile;

async function startedBy(program: string, owner?: string): Promise<readonly string[]> {
  const path = toAbsPath(program);
  const proc = {
    program: path,
    findProgram: async (name: string) => Promise.resolve(toAbsPath(`/usr/bin/${name}`)),
    root: fixtureRoot("//- /usr/bin/xz 0755\n//- /usr/bin/tar 0755\n"),
    systemPackage: async () => Promise.resolve(owner === undefined ? undefined : { name: owner }),
  } as unknown as ProcessContext;
  const found: string[] = [];
  for await (const one of goPrograms.needs({ path, elf }, proc)) if ("need" in one) found.push(one.need.path);
  return found;
}

it("brings what calls of a program of Go in the system name, and what they compute does not count", async () => {
  expect(await startedBy("/usr/bin/repository", "repository")).toEqual(["/usr/bin/xz"]);
  expect(await startedBy("/opt/repository", "repository")).toEqual(["/usr/bin/xz"]);
  expect(await startedBy("/usr/bin/own")).toEqual(["/usr/bin/xz"]);
  expect(await startedBy("/opt/own")).toEqual([]);
});
