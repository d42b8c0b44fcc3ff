import { expect, test } from "vitest";
import { dpkg } from "../../../src/packages/dpkg/dpkg.ts";
import { features } from "../../../src/system/features.gen.ts";
import { binary, closureOf } from "../../support/closure.ts";

const root = `
//- /usr/bin/tool 0755 elf=x86_64
//- /srv/app/app.ini
words = /usr/share/dict/words
tool: "/usr/bin/own-tool"
shell = /bin/sh
pages = /usr/share/pages
all = /usr/share
; /usr/share/dict/other
//- /srv/app/package.json
{"words": "/usr/share/dict/more"}
//- /srv/app/notes.txt
/usr/share/dict/more
//- /usr/share/dict/words -> /usr/share/dict/long
//- /usr/share/dict/long
x
//- /usr/share/dict/other
x
//- /usr/share/dict/more
x
//- /usr/share/pages/a.html
x
//- /usr/share/pages/de/b.html
x
//- /usr/bin/own-tool 0755 elf=x86_64
//- /usr/bin/sh 0755 elf=x86_64
//- /bin -> usr/bin
//- /var/lib/dpkg/status
Package: own
Status: install ok installed
Version: 1
Architecture: amd64

Package: tools
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/tools.list
/usr/bin/own-tool
/usr/bin/sh
//- /var/lib/dpkg/info/own.list
/usr/share/dict/words
/usr/share/dict/long
/usr/share/dict/other
/usr/share/dict/more
/usr/share/pages
/usr/share/pages/a.html
/usr/share/pages/de/b.html
`;

async function named(prune: "safe" | "reachable", path: string): Promise<readonly string[]> {
  const settings = { kind: "include", pointer: "/closure/include/0", view: "main", path } as const;
  const { entries } = await closureOf({
    root,
    roots: [binary("/usr/bin/tool"), settings],
    process: { prune },
    plugins: { features, packages: [dpkg] },
  });
  return entries.flatMap(({ path: found, kind }) =>
    /own|dict\/|pages\//u.test(found) && kind !== "directory" ? [found] : [],
  );
}

test.each(["safe", "reachable"] as const)(
  "paths of packages that settings of the application name ship at %s",
  async (prune) => {
    expect(await named(prune, "/srv/app/app.ini")).toEqual([
      "/usr/bin/own-tool",
      "/usr/share/dict/long",
      "/usr/share/dict/words",
      "/usr/share/pages/a.html",
      "/usr/share/pages/de/b.html",
    ]);
  },
);

test("lists of managers and texts are no settings", async () => {
  expect(await named("safe", "/srv/app/package.json")).toEqual([]);
  expect(await named("safe", "/srv/app/notes.txt")).toEqual([]);
});

test("settings that are too long to be read are told", async () => {
  const { diagnostics } = await closureOf({
    root: `
//- /usr/bin/tool 0755 elf=x86_64
//- /srv/app/app.ini
${"# more\n".repeat(2_400_000)}
`,
    roots: [
      binary("/usr/bin/tool"),
      { kind: "include", pointer: "/closure/include/0", view: "main", path: "/srv/app/app.ini" },
    ],
    plugins: { features },
  });
  expect(diagnostics.map(({ message }) => message)).toContain(
    "cannot tell which files /srv/app/app.ini names: it has more than 16 MiB",
  );
});
