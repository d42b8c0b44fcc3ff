import { expect, it } from "vitest";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { binary, closureOf } from "../../support/closure.ts";

/** A server that its author installed, with a module and a foreign library beside it in a directory that many share. */
const filesOf = async (server: string, text = "/usr/local/lib"): Promise<readonly string[]> => {
  const root = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libc.so.6 elf=x86_64 soname=libc.so.6
//- ${server} 0755 elf=x86_64 loader needed=libc.so.6 imports=dlopen,malloc symbols=dlopen,malloc,server_log,_init
${text}
//- /usr/local/lib/mod_words.so elf=x86_64 soname=mod_words.so needed=libwords.so.1 imports=server_log,malloc
//- /usr/lib/libwords.so.1 elf=x86_64 soname=libwords.so.1
//- /usr/local/lib/mod_foreign.so elf=x86_64 imports=malloc,other_log,_init
//- /usr/local/lib/notes.so
no object
`;
  const { entries } = await closureOf({
    root,
    roots: [binary(server)],
    process: { workdir: toAbsPath("/"), cmd: [] },
    closure: { dlopen: "auto" },
    plugins: { ...allPlugins(), features: [] },
  });
  return entries.map(({ path }) => path).filter((path) => /\/(?:mod_|libwords|notes)/u.test(path));
};

it("takes the objects of a shared directory that use functions of the program, which names the directory", async () => {
  expect(await filesOf("/usr/local/sbin/server")).toEqual(["/usr/lib/libwords.so.1", "/usr/local/lib/mod_words.so"]);
});

it("takes none for programs that do not name the directory, or that a distribution installed", async () => {
  expect(await filesOf("/usr/local/sbin/server", "/usr/local/etc")).toEqual([]);
  expect(await filesOf("/usr/sbin/server")).toEqual([]);
});
