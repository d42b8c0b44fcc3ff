import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { trace } from "./trace-php.ts";

it("takes the shell for a process of Symfony, whose list it makes a line", async () => {
  const application = `
//- /bin/sh 0755 elf=x86_64
//- /app/index.php
<?php use Symfony\\Component\\Process\\Process as Job;
$job = new Job([PHP_BINARY, __DIR__ . '/worker.php']);
//- /app/worker.php
`;
  const taken = await trace("/usr/bin/php", ["index.php"], { application, prune: "reachable" });
  expect(taken).toEqual(expect.arrayContaining(["/app/worker.php", "/bin/sh"]));
});

it("starts the programs that sources of the application start, and the one that sends mail", async () => {
  const application = `
//- /usr/bin/convert 0755 elf=x86_64 loader=
//- /usr/sbin/sendmail 0755 elf=x86_64 loader=
//- /bin/sh 0755 elf=x86_64 loader=
//- /app/main.php
<?php
// exec('nothing');
$process = proc_open(['convert', 'a.png'], $spec, $pipes);
mail('a@b.example', 'x', 'y');
exec($given);
`;
  const files = await trace("/usr/bin/php", ["-n", "main.php"], { application, appRoot: toAbsPath("/app") });
  expect(files).toContain("/usr/bin/convert");
  expect(files).toContain("/usr/sbin/sendmail");
  expect(files).toContain("unknown: /app/main.php:5 exec($given): unbounded");
});

it("takes no name in backquotes within a text for a command", async () => {
  const application = `
//- /app/main.php
<?php
throw new Oops(message: 'do it by \`$kirk->beam()\`, or "\`$table\`"');
exec("echo \`$given\`");
`;
  const files = await trace("/usr/bin/php", ["-n", "main.php"], { application, appRoot: toAbsPath("/app") });
  expect(files.filter((file) => file.startsWith("unknown: "))).toEqual([
    "unknown: /app/main.php:3 `$given`: unbounded",
  ]);
});
