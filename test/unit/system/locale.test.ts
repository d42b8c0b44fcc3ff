import { expect, it } from "vitest";
import { dpkg } from "../../../src/packages/dpkg/dpkg.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { features } from "../../../src/system/features.gen.ts";
import { closureOf } from "../../support/closure.ts";
import { debian } from "./system-cases.ts";

it("adds locales that the builder's author made where a package's sources, which the command line names, set one", async () => {
  const root = `${debian.replaceAll(/^.*(?:C|de_DE)\.utf8.*\n/gmu, "")}
//- /usr/lib/locale/locale-archive
x
//- /usr/bin/php 0755 elf=x86_64 loader imports=setlocale
//- /usr/share/wiki/index.php
<?php setlocale(LC_ALL, $language);
//- /var/lib/dpkg/status
Package: wiki
Status: install ok installed
Version: 1
Architecture: all
//- /var/lib/dpkg/info/wiki.list
/usr/share/wiki
/usr/share/wiki/index.php
`;
  const locales = async (cmd: readonly string[]): Promise<readonly string[]> => {
    const { entries } = await closureOf({
      root,
      roots: [
        { kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/php" },
        { kind: "include", pointer: "/closure/include/0", view: "main", path: "/usr/share/wiki/**" },
      ],
      process: { cmd },
      plugins: { features, packages: [dpkg] },
      system: { locales: [] },
    });
    return entries.filter(({ path, kind }) => kind === "file" && path.includes("/locale/")).map(({ path }) => path);
  };
  expect(await locales(["-S", "0.0.0.0:80", "-t", "/usr/share/wiki"])).toEqual(["/usr/lib/locale/locale-archive"]);
  expect(await locales(["-S", "0.0.0.0:80"])).toEqual([]);
});

it.each([
  ["named", 'setlocale(LC_ALL, "de_DE.UTF-8");', ["/usr/lib/locale/de_DE.utf8/LC_CTYPE"]],
  ["told by the run", "setlocale(LC_ALL, $name);", ["/usr/lib/locale/de_DE.utf8/LC_CTYPE"]],
  ["that of its environment", 'setlocale(LC_ALL, "");', []],
  ["by language and country", 'names = {"de": "de_DE"}', ["/usr/lib/locale/de_DE.utf8/LC_CTYPE"]],
  ["of another country", 'names = {"de": "de_AT"}', []],
  ["for a calendar", "with calendar.different_locale((code, 'UTF-8')):", ["/usr/lib/locale/de_DE.utf8/LC_CTYPE"]],
])("adds the locale that an application sets: %s", async (_, source, locales) => {
  const root = `${debian}
//- /usr/bin/perl 0755 elf=x86_64 loader imports=setlocale
//- /app/main.pl
${source}
`;
  const { entries } = await closureOf({
    root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/perl" }],
    process: { workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), cmd: ["main.pl"] },
    plugins: { features },
    system: { locales: [] },
  });
  const found = entries.filter(({ path, kind }) => kind === "file" && path.includes("/locale/"));
  expect(found.map(({ path }) => path)).toEqual(locales);
});
