import { expect, it } from "vitest";
import { OpenedLibraries } from "../../../src/languages/opened-libraries.ts";
import { processFiles } from "../../../src/rootfs/process-files.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { looksUpLibraries, opensLibraries } from "../../../src/runtimes/perl/named-libraries.ts";
import { fixtureRoot } from "../../support/fixture.ts";

it.each([
  ['$ffi->lib("lib$config->{lib}.so.$config->{version}");', ["/lib/libown.so.4"]],
  ["$ffi->lib(find_lib(lib => $config->{lib}));", ["/lib/libown.so.4"]],
  ["$ffi->lib($_) for qw(libother.so.1 libown.so.4);", ["/lib/libother.so.1", "/lib/libown.so.4"]],
  ["$ffi->lib($config->{lib});", []],
  ["$dbh->sqlite_load_extension($config->{extension});", ["/lib/mod_maps.so"]],
])("finds the libraries of %s in words of sources and settings", async (call, expected) => {
  expect(await opened(`use FFI::Platypus;\n${call}`)).toEqual(expected);
});

async function opened(code: string): Promise<readonly string[]> {
  const root = fixtureRoot(`
//- /app/own.ini
lib = own
extension = mod_maps
//- /lib/libown.so.4
//- /lib/libother.so.1
//- /lib/mod_maps.so
//- /lib/libc.so.6
`);
  const files = processFiles(root);
  const proc = {
    root,
    appRoot: toAbsPath("/app"),
    program: toAbsPath("/usr/bin/perl"),
    findLibrary: async (name: string) =>
      (await files.isFile(toAbsPath(`/lib/${name}`))) ? toAbsPath(`/lib/${name}`) : undefined,
  };
  const libraries = new OpenedLibraries({
    proc,
    files,
    opens: opensLibraries,
    looksUp: looksUpLibraries,
  });
  const found = new Set<string>();
  for (const yields of [libraries.read(code, toAbsPath("/app/main.pl"), true), libraries.settle()])
    for await (const one of yields) if ("need" in one) found.add(one.need.path);
  return [...found].sort();
}
