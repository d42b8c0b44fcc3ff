import { expect, it } from "vitest";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { binary, closureOf } from "../../support/closure.ts";

const filesOf = async (imports: string): Promise<readonly string[]> => {
  const root = `
//- /var/lib/dpkg/status
Package: libspell
Status: install ok installed
Version: 2
Architecture: amd64
//- /var/lib/dpkg/info/libspell.list
/usr/lib/libspell.so.2
/usr/lib/spell-2
/usr/lib/spell-2/spell_words.so
/usr/share/spell-2
/usr/share/spell-2/spell.ordering
/usr/lib/other-2
/usr/lib/other-2/never.so
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/bin/check 0755 elf=x86_64 loader needed=libspell.so.2
//- /usr/lib/libspell.so.2 elf=x86_64 soname=libspell.so.2 ${imports}
/usr/lib/spell
/usr/share/spell
//- /usr/lib/spell-2/spell_words.so elf=x86_64 needed=libwords.so.1
//- /usr/lib/libwords.so.1 elf=x86_64 soname=libwords.so.1
//- /usr/share/spell-2/spell.ordering
*:words
//- /usr/lib/other-2/never.so elf=x86_64
`;
  const { entries } = await closureOf({
    root,
    roots: [binary("/usr/bin/check")],
    process: { workdir: toAbsPath("/"), cmd: [] },
    closure: { dlopen: "auto" },
    plugins: { ...allPlugins(), features: [] },
  });
  return entries.filter(({ kind }) => kind === "file").map(({ path }) => path);
};

it("takes directories that an object's package has with a version behind the name that the object holds", async () => {
  const all = await filesOf("imports=g_module_open");
  expect(all).toEqual(
    expect.arrayContaining([
      "/usr/lib/spell-2/spell_words.so",
      "/usr/lib/libwords.so.1",
      "/usr/share/spell-2/spell.ordering",
    ]),
  );
  expect(all).not.toContain("/usr/lib/other-2/never.so");
});

it("takes none for an object that opens nothing by directories", async () => {
  expect(await filesOf("")).not.toContain("/usr/lib/spell-2/spell_words.so");
});
