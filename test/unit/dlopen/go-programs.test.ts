import { expect, it } from "vitest";
import type { Plugins } from "../../../src/closure/model/plugins.ts";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { binary, closureOf } from "../../support/closure.ts";

const root = `
//- /var/lib/dpkg/status
Package: repository
Status: install ok installed
Version: 1
Architecture: all
//- /var/lib/dpkg/info/repository.list
/usr/bin/repository
/opt/repository/bin/repository
//- /usr/bin/repository 0755 elf=x86_64 static
//- /opt/repository/bin/repository 0755 elf=x86_64 static
//- /usr/bin/own 0755 elf=x86_64 static
//- /usr/bin/xz 0755 elf=x86_64 static
//- /usr/bin/tar 0755 elf=x86_64 static
`;

/** Programs of Go, each of which starts xz, and what only the run tells. */
function plugins(): Plugins {
  const all = allPlugins();
  const starts = {
    calls: [
      { caller: "given/xz.NewReader", name: "xz", texts: [] },
      { caller: "own/tools.Run", name: undefined, texts: ["tar"] },
    ],
    textsOf: async () => Promise.resolve(new Set(["tar"])),
  };
  const readElf: Plugins["readElf"] = async (from, path) => {
    const elf = await all.readElf(from, path);
    if (elf === undefined || !/\/(?:repository|own)$/u.test(path)) return elf;
    const sectionNames = async (): Promise<readonly string[]> => Promise.resolve([".gopclntab"]);
    return { ...elf, sectionNames, goStarts: async () => Promise.resolve(starts) };
  };
  return { ...all, features: [], readElf };
}

it("brings what calls of a program of Go in the system name, and not what they compute", async () => {
  for (const program of ["/usr/bin/repository", "/opt/repository/bin/repository", "/usr/bin/own"]) {
    const { entries } = await closureOf({ root, roots: [binary(program)], plugins: plugins() });
    const started = entries.map(({ path }) => path).filter((path) => /\/(?:xz|tar)$/u.test(path));
    expect(started).toEqual(["/usr/bin/xz"]);
  }
});
