import { expect, it } from "vitest";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { binary, closureOf } from "../../support/closure.ts";

const root = `
//- /var/lib/dpkg/status
Package: make
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/make.list
/usr/bin/make
//- /bin/sh 0755 elf=x86_64 static
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/bin/make 0755 elf=x86_64 loader
//- /usr/bin/sphinx-build 0755 elf=x86_64 static
//- /usr/bin/msgfmt 0755 elf=x86_64 static
//- /usr/bin/dot 0755 elf=x86_64 static
//- /usr/bin/never 0755 elf=x86_64 static
//- /srv/docs/Makefile
TOOL = sphinx-build
html:
\\t$(TOOL) -b html . /tmp/html
//- /srv/docs/other.mk
all:
\\t@msgfmt -o x.mo x.po
//- /srv/deep/GNUmakefile
all: ; dot -Tpng x.dot
//- /srv/it's/Makefile
-include parts/*.mk $(MORE)
all: ; dot -Tpng x.dot
//- /srv/it's/parts/one.mk
include parts/one.mk
pack: ; msgfmt -o x.mo x.po
//- /srv/deep/Makefile
all: ; never
//- /usr/local/bin/start 0755
#!/bin/sh
cd /srv/docs
make html
make -C /srv/deep all
//- /usr/local/bin/other 0755
#!/bin/sh
make -f/srv/docs/other.mk
`;

const programsOf = async (script: string, workdir = "/"): Promise<readonly string[]> => {
  const { entries } = await closureOf({
    root,
    roots: [binary(script)],
    process: { workdir: toAbsPath(workdir), cmd: [] },
    plugins: { ...allPlugins(), features: [] },
  });
  return entries.map(({ path }) => path).filter((path) => path.startsWith("/usr/bin/"));
};

it("starts what recipes of make run, where it is told to read them or stands beside them", async () => {
  expect(await programsOf("/usr/local/bin/start")).toEqual([
    "/usr/bin/dot",
    "/usr/bin/make",
    "/usr/bin/msgfmt",
    "/usr/bin/sphinx-build",
  ]);
  expect(await programsOf("/usr/local/bin/other")).toEqual(["/usr/bin/make", "/usr/bin/msgfmt"]);
  expect(await programsOf("/usr/bin/make", "/srv/docs")).toContain("/usr/bin/sphinx-build");
});

it("reads what recipes include, and tells of names that only the run knows", async () => {
  const { entries, unknowns } = await closureOf({
    root,
    roots: [binary("/usr/bin/make")],
    process: { workdir: toAbsPath("/srv/it's"), cmd: [] },
    plugins: { ...allPlugins(), features: [] },
  });
  const paths = entries.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(["/usr/bin/dot", "/usr/bin/msgfmt", "/srv/it's/parts/one.mk"]));
  expect(unknowns?.map(({ what }) => what)).toContain("what /srv/it's/Makefile includes");
});
