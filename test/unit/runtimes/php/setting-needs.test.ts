import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { trace } from "./trace-php.ts";

it("takes a program without an ending for a source, and files that configuration names classes of", async () => {
  const application = `
//- /app/index.php
<?php require 'Maps/autoload.php';
//- /app/services.yaml
logger: { class: Maps\\Named }
//- /usr/share/php/Maps/autoload.php
<?php $classes = ['maps\\\\named' => '/Named.php', 'maps\\\\unused' => '/Unused.php',
 '0e6d7bf4a5811bfa5cf40c5ccd6fae6a' => __DIR__ . '/..' . '/Boot/first.php',
 'ae6d7bf4a5811bfa5cf40c5ccd6fae6a' => __DIR__ . '/..' . '/Boot/second.php'];
//- /usr/share/php/Maps/Named.php
//- /usr/share/php/Maps/Unused.php
//- /usr/share/php/Boot/first.php
//- /usr/share/php/Boot/second.php
`;
  const files = await trace("/usr/bin/php", ["-n", "index.php"], {
    application,
    prune: "reachable",
    appRoot: toAbsPath("/app"),
  });
  expect(files.filter((path) => /Maps|Boot/u.test(path))).toEqual([
    "/usr/share/php/Boot/first.php",
    "/usr/share/php/Boot/second.php",
    "/usr/share/php/Maps/Named.php",
    "/usr/share/php/Maps/autoload.php",
  ]);
});

it("asks what configuration names that a package finds from its own place, at level reachable", async () => {
  const application = `
//- /app/main.php
<?php
require 'Kit/autoload.php';
//- /usr/share/php/Kit/autoload.php
<?php
require __DIR__ . '/boot.php';
$classes = array('kit\\\\boot' => '/Boot.php', 'kit\\\\service' => '/Service.php', 'kit\\\\other' => '/Other.php');
//- /usr/share/php/Kit/boot.php
<?php load(__DIR__ . '/services.xml');
//- /usr/share/php/Kit/services.xml
<service class="Kit\\Service"/>
//- /usr/share/php/Kit/Service.php
//- /usr/share/php/Kit/Other.php
`;
  const files = await trace("/usr/bin/php", ["-n", "main.php"], {
    application,
    prune: "reachable",
    appRoot: toAbsPath("/app"),
  });
  expect(files).toContain("/usr/share/php/Kit/Service.php");
  expect(files).not.toContain("/usr/share/php/Kit/Other.php");
});

it("follows the settings beside sources that a server reads, and the headers that FFI loads", async () => {
  const application = `
//- /app/public/index.php
<?php
$z = FFI::load(__DIR__ . '/../ffi/z.h');
$y = \\FFI::load("/srv/y.h");
//- /app/.user.ini
auto_prepend_file = before.php
//- /app/before.php
<?php require '/srv/deep.php';
//- /srv/deep.php
//- /app/ffi/z.h
#define FFI_SCOPE "z"
#define FFI_LIB "libz.so.1"
//- /srv/y.h
# define FFI_LIB "/opt/liby.so"
//- /usr/lib/libz.so.1 elf=x86_64
//- /opt/liby.so elf=x86_64
`;
  const input = { application, prune: "reachable", appRoot: toAbsPath("/app") } as const;
  const served = await trace("/usr/sbin/php-fpm8.4", ["-F"], input);
  expect(served.filter((path) => /^\/(?:app|srv|opt)\/|libz/u.test(path))).toMatchInlineSnapshot(`
    [
      "/app/.user.ini",
      "/app/before.php",
      "/app/ffi/z.h",
      "/app/public/index.php",
      "/opt/liby.so",
      "/srv/deep.php",
      "/srv/y.h",
      "/usr/lib/libz.so.1",
    ]
  `);
  const started = await trace("/usr/bin/php", ["-n", "public/index.php"], { ...input, appRoot: toAbsPath("/") });
  expect(started.filter((path) => /user\.ini|deep/u.test(path))).toEqual([]);
});
