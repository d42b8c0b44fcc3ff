import { expect, it } from "vitest";
import { dpkg } from "../../../../src/packages/dpkg/dpkg.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { php } from "../../../../src/runtimes/php/php.ts";
import { closureOf } from "../../../support/closure.ts";
import { application, root, trace } from "./trace-php.ts";

it("reads settings as the program does, and ships what they load", async () => {
  expect(await trace("/usr/bin/php", ["index.php"], { application })).toMatchInlineSnapshot(`
    [
      "unknown: /app/index.php:8 require $argv[1]: unbounded",
      "/app/index.php",
      "/app/lib/a.php",
      "/etc/ca.pem",
      "/etc/php/8.4/cli/conf.d/10-opcache.ini -> ../../mods-available/opcache.ini",
      "/etc/php/8.4/cli/conf.d/20-mbstring.ini -> ../../mods-available/mbstring.ini",
      "/etc/php/8.4/cli/php.ini",
      "/etc/php/8.4/mods-available/mbstring.ini",
      "/etc/php/8.4/mods-available/opcache.ini",
      "/lib64/ld-linux-x86-64.so.2",
      "/shared.php",
      "/srv/first.php",
      "/usr/bin/php -> php8.4",
      "/usr/bin/php8.4",
      "/usr/lib/libonig.so.5",
      "/usr/lib/php/20240924/mbstring.so",
      "/usr/lib/php/20240924/opcache.so",
      "/usr/share/php/Symfony/autoload.php",
      "/usr/share/php/Twig/Environment.php",
      "/usr/share/php/Twig/autoload.php",
      "/usr/share/zoneinfo/Europe/Paris",
      "/var/lib",
      "/var/lib/php",
      "/var/lib/php/sessions",
      "/var/log",
      "/var/log/php",
      "MODULE_MISSING: cannot find lost.php: required at /app/index.php:6, not on the include path and not beside it; asked for by /usr/bin/php8.4 <- /usr/bin/php",
    ]
  `);
});

it.each(["safe", "reachable"] as const)(
  "reads sources that a link of the application leads to, at %s",
  async (prune) => {
    const linked = `
//- /app/index.php
//- /app/wiki -> /usr/share/wiki/htdocs
//- /usr/share/wiki/htdocs/page.php
<?php require '/etc/wiki/own.php';
//- /usr/share/wiki/var -> /var/cache/wiki
//- /etc/wiki/own.php
//- /var/cache/wiki/compiled/ 0750
//- /var/lib/dpkg/status
Package: wiki
Status: install ok installed
Version: 1
Architecture: all
//- /var/lib/dpkg/info/wiki.list
/usr/share/wiki/htdocs/page.php
/usr/share/wiki/var
/etc/wiki/own.php
/var/cache/wiki
/var/cache/wiki/compiled
`;
    const { entries } = await closureOf({
      root: `${root}${linked}`,
      roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/php" }],
      process: { workdir: toAbsPath("/app"), cmd: ["index.php"], appRoot: toAbsPath("/app"), prune },
      plugins: { runtimes: [php], packages: [dpkg] },
    });
    const paths = entries.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(["/etc/wiki/own.php", "/usr/share/wiki/var", "/var/cache/wiki/compiled"]),
    );
  },
);

it("takes only what is included at level reachable, and serves a directory", async () => {
  const files = await trace("/usr/bin/php", ["-n", "-S", "127.0.0.1:80", "-t", "/www"], {
    application: "//- /www/index.php\n<?php include('Twig/autoload.php');\n//- /www/style.css\n",
    prune: "reachable",
  });
  expect(files.filter((path) => /\/(?:www|share\/php)\//u.test(path))).toMatchInlineSnapshot(`
    [
      "/usr/share/php/Symfony/autoload.php",
      "/usr/share/php/Twig/autoload.php",
      "/www/index.php",
      "/www/style.css",
    ]
  `);
});

it("takes the package of an application, what the builder put into its directories, and directories that it names", async () => {
  const files = await trace("/usr/bin/php", ["-n", "-S", "0:80", "-t", "/usr/share/wiki"], {
    application: `
//- /usr/share/wiki/index.php
<?php $map = ['Rpc\\\\' => array('/usr/share/php/Rpc')];
//- /usr/share/php/Rpc/Client/Client.php
//- /etc/wiki/local.php 0644
//- /etc/wiki/wiki.php 0644
//- /etc/wiki/users.php 0640
//- /var/lib/dpkg/status
Package: wiki
Status: install ok installed
Version: 1
Architecture: all
//- /var/lib/dpkg/info/wiki.list
/usr/share/wiki/index.php
/etc/wiki
/etc/wiki/wiki.php
`,
    workdir: toAbsPath("/usr/share/wiki"),
  });
  expect(files.filter((path) => /wiki|Rpc/u.test(path) && path.startsWith("/"))).toEqual([
    "/etc/wiki/local.php",
    "/etc/wiki/wiki.php",
    "/usr/share/php/Rpc/Client/Client.php",
    "/usr/share/wiki/index.php",
  ]);
});

it("serves scripts of other run-times as files: what they would need is no error", async () => {
  const application = `
//- /usr/share/web/index.php
//- /usr/share/web/helpers/change.py 0755
#!/usr/bin/env python3
//- /usr/bin/env 0755 elf=x86_64
`;
  const workdir = toAbsPath("/usr/share/web");
  const found = await trace("/usr/bin/php", ["-S", "127.0.0.1:80", "-t", "/usr/share/web"], { application, workdir });
  expect(found).toContain("/usr/share/web/helpers/change.py");
  expect(found.filter((line) => line.includes("MISSING"))).toEqual([]);
});

it("follows scripts of the application that have no ending, at level reachable", async () => {
  const application = `
//- /app/index.php
<?php
//- /app/bin/console
#!/usr/bin/env php
<?php require_once '/usr/share/php/Twig/autoload.php';
//- /app/bin/other
#!/bin/sh
`;
  const found = await trace("/usr/bin/php", ["index.php"], {
    application,
    prune: "reachable",
    appRoot: toAbsPath("/app"),
  });
  expect(found.filter((line) => line.includes("Twig/autoload.php"))).toHaveLength(1);
  expect(found.filter((line) => line.includes("/app/bin/"))).toEqual(["/app/bin/console"]);
});

it("brings what a source starts that its author put into a place of his own, where no application is named", async () => {
  const application = `
//- /srv/www/index.php
<?php shell_exec(getenv("TOOL") . " -version | render -1");
//- /opt/kit/index.php
<?php shell_exec(getenv("TOOL") . " -version | other -1");
//- /usr/bin/render 0755 elf=x86_64
//- /usr/bin/other 0755 elf=x86_64
`;
  const programs = async (script: string): Promise<readonly string[]> =>
    (await trace("php", [script], { application })).filter((line) => /bin\/(?:render|other)/u.test(line));
  expect(await programs("/srv/www/index.php")).toHaveLength(1);
  expect(await programs("/opt/kit/index.php")).toEqual([]);
});
