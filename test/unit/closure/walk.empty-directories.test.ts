import { expect, it } from "vitest";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { php } from "../../../src/runtimes/php/php.ts";
import { closureOf } from "../../support/closure.ts";

const root = `
//- /usr/bin/php 0755 elf=x86_64 loader=
/etc/php
.:/usr/share/php
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/share/mail/lib/page.php
<?php
$compiled = dirname(__FILE__) . '/../compiled';
if (is_dir($compiled) && is_writable($compiled)) $page->setCompileDir($compiled);
$page->setLanguages(dirname(__FILE__) . '/../gone');
//- /usr/share/mail/compiled -> /var/cache/mail/compiled
//- /var/cache/mail/compiled/
//- /var/cache/mail/other/
//- /app/main.php
<?php require "/usr/share/mail/lib/page.php";
`;

it("takes a directory without files that a source finds from its own place, with the link that leads there", async () => {
  const { entries, unknowns } = await closureOf({
    root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/php" }],
    process: { workdir: toAbsPath("/app"), cmd: ["-n", "main.php"], prune: "reachable", appRoot: toAbsPath("/app") },
    plugins: { runtimes: [php] },
  });
  const found = entries.filter(({ path }) => /mail/u.test(path)).map(({ kind, path }) => `${kind} ${path}`);
  expect(found).toMatchInlineSnapshot(`
    [
      "directory /usr/share/mail",
      "symlink /usr/share/mail/compiled",
      "directory /usr/share/mail/lib",
      "file /usr/share/mail/lib/page.php",
      "directory /var/cache/mail",
      "directory /var/cache/mail/compiled",
    ]
  `);
  expect(unknowns.map(({ what, outcome, files }) => `${what}: ${outcome}, ${files}`)).toMatchInlineSnapshot(`
    [
      "dirname(__FILE__) . '/../compiled': shipped, 0",
    ]
  `);
});
