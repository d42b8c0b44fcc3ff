import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { trace } from "./trace-php.ts";

it("knows the script that runs where a source includes it again, but not what clients of a server ask for", async () => {
  const application = `
//- /app/console
<?php require __DIR__ . '/run.php';
//- /app/run.php
<?php $app = require $_SERVER['SCRIPT_FILENAME'];
`;
  const told = async (cmd: readonly string[]): Promise<readonly string[]> =>
    (await trace("/usr/bin/php", cmd, { application })).filter((line) => line.startsWith("unknown: /app"));
  expect(await told(["console"])).toEqual([]);
  expect(await told(["-S", "0:80", "run.php"])).toHaveLength(1);
});

it("follows patterns with braces, and says what their names could be", async () => {
  const application = `
//- /app/index.php
<?php
foreach (glob(__DIR__ . '/parts/{head,foot}.inc', GLOB_BRACE) as $part) require $part;
foreach ($names as $name) foreach (glob("/usr/share/php/$name/{autoload,Autoload}.php", GLOB_BRACE) as $file) require $file;
//- /app/parts/head.inc
//- /usr/share/php/Many/One/autoload.php
`;
  const files = await trace("/usr/bin/php", ["-n", "index.php"], { application, prune: "reachable" });
  expect(files.filter((path) => /\/Twig|\/Many|\/parts\/|require/u.test(path))).toMatchInlineSnapshot(`
    [
      "unknown: /app/index.php:3 require $file: shipped",
      "unknown: /app/index.php:3 require $file: present",
      "/app/parts/head.inc",
      "/usr/share/php/Many/One/autoload.php",
      "/usr/share/php/Twig/autoload.php",
    ]
  `);
});

it("follows what the application's parts without a name of their own include, at level reachable", async () => {
  const application = `
//- /app/index.php
<?php
include page_of($_GET['page']);
//- /app/pages/own.inc
<?php require_once '/usr/share/php/Twig/autoload.php';
//- /app/views/own.phtml
<?php include '/usr/share/php/Parts/head.php' ?>
//- /usr/share/php/Parts/head.php
//- /usr/share/php/Parts/unused.php
`;
  const appRoot = toAbsPath("/app");
  const files = await trace("/usr/bin/php", ["-n", "index.php"], { application, prune: "reachable", appRoot });
  expect(files.filter((path) => /\/Twig|\/Parts/u.test(path))).toEqual([
    "/usr/share/php/Parts/head.php",
    "/usr/share/php/Twig/autoload.php",
  ]);
});

it("reads what it includes by a name of the run, whatever its ending is", async () => {
  const application = `
//- /app/index.php
<?php
include "views/$name.tpl";
require __DIR__ . "/modules/" . $name . ".module";
//- /app/views/a.tpl
<p><?php require '/opt/tpl.php'; ?></p>
//- /app/modules/a.module
<?php require '/opt/module.php';
//- /opt/tpl.php
//- /opt/module.php
`;
  for (const prune of ["safe", "reachable"] as const) {
    const found = await trace("/usr/bin/php", ["index.php"], { application, prune, appRoot: toAbsPath("/app") });
    expect(found.filter((line) => line.startsWith("/opt"))).toEqual(["/opt/module.php", "/opt/tpl.php"]);
  }
});

it("finds what is included along the include path by names out of the application's data", async () => {
  const application = `
//- /app/index.php
<?php
foreach (json_decode(file_get_contents(__DIR__ . '/names.json')) as $name) { require_once "$name/autoload.php"; }
foreach (json_decode(file_get_contents(__DIR__ . '/loads.json')) as $name) require_once $name;
//- /app/names.json
["Own/Finder", "Other"]
//- /app/loads.json
["Other/Kit/load.php"]
//- /usr/share/php/Other/Kit/load.php
<?php
//- /usr/share/php/Own/Finder/autoload.php
<?php
//- /usr/share/php/Other/autoload.php
<?php
//- /usr/share/php/Never/autoload.php
`;
  for (const prune of ["safe", "reachable"] as const) {
    const found = await trace("/usr/bin/php", ["index.php"], { application, prune, appRoot: toAbsPath("/app") });
    expect(found.filter((line) => /Own|Other|Never/u.test(line))).toEqual([
      "/usr/share/php/Other/Kit/load.php",
      "/usr/share/php/Other/autoload.php",
      "/usr/share/php/Own/Finder/autoload.php",
    ]);
  }
});

it("finds what a command without an ending includes along the include path, in small letters too", async () => {
  const application = `
//- /app/bin/desk
#!/usr/bin/env php
<?php
foreach (['Own', 'Parts/Kit'] as $name) {
  $file = stream_resolve_include_path("$name/autoload.php") ?: stream_resolve_include_path(strtolower($name) . '/autoload.php');
  if ($file !== false) require_once $file;
}
//- /usr/share/php/Own/autoload.php
<?php
//- /usr/share/php/parts/kit/autoload.php
<?php
`;
  const found = await trace("/usr/bin/php", ["bin/desk"], {
    application,
    prune: "reachable",
    appRoot: toAbsPath("/app"),
  });
  expect(found.filter((line) => /autoload/u.test(line))).toEqual([
    "/usr/share/php/Own/autoload.php",
    "/usr/share/php/parts/kit/autoload.php",
  ]);
});

it("includes what a source looks up along the include path first", async () => {
  const traced = await trace("/usr/bin/php", ["index.php"], {
    prune: "reachable",
    application: `
//- /app/index.php
<?php
foreach (['Twig', 'None'] as $name) {
  $file = stream_resolve_include_path("$name/autoload.php");
  if ($file !== false) { require_once $file; }
}
`,
  });
  expect(traced).toContain("/usr/share/php/Twig/autoload.php");
});

it("includes the parts of a text that is cut, of a constant list, and what the include path has for a computed name", async () => {
  const application = `
//- /app/index.php
<?php
class Loads {
  private const NAMES = ['Net', 'Log'];
  private array $more = ['Mail'];
  function all() {
    foreach (explode(' ', 'Text Cut/Deep') as $part) { $file = "Kit/$part/autoload.php"; if (stream_resolve_include_path($file)) require_once $file; }
    foreach (self::NAMES as $one) require "Kit/$one/own.php";
    foreach ($this->more as $other) require_once "Kit/{$other}/own.php";
    require_once "Parts/{$this->settings['part']}/start.php";
  }
}
//- /usr/share/php/Kit/Text/autoload.php
//- /usr/share/php/Kit/Cut/Deep/autoload.php
//- /usr/share/php/Kit/Unused/autoload.php
//- /usr/share/php/Kit/Net/own.php
//- /usr/share/php/Kit/Log/own.php
//- /usr/share/php/Kit/Mail/own.php
//- /usr/share/php/Kit/Unused/own.php
//- /usr/share/php/Parts/One/start.php
//- /usr/share/php/Parts/One/other.php
//- /usr/share/php/Parts/Two/start.php
`;
  const files = await trace("/usr/bin/php", ["-n", "index.php"], {
    application,
    prune: "reachable",
    appRoot: toAbsPath("/app"),
  });
  expect(files.filter((path) => /\/(?:Kit|Parts)\//u.test(path))).toEqual([
    "/usr/share/php/Kit/Cut/Deep/autoload.php",
    "/usr/share/php/Kit/Log/own.php",
    "/usr/share/php/Kit/Mail/own.php",
    "/usr/share/php/Kit/Net/own.php",
    "/usr/share/php/Kit/Text/autoload.php",
    "/usr/share/php/Parts/One/start.php",
    "/usr/share/php/Parts/Two/start.php",
  ]);
});
