import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { trace } from "./trace-php.ts";

it("follows the classes that an autoloader maps where sources name them, at level reachable", async () => {
  const application = `
//- /app/main.php
<?php
require 'Maps/autoload.php';
new Maps\\Used();
//- /app/src/Own.php
<?php
class Own extends \\Maps\\OfTheApplication {}
//- /usr/share/php/Maps/autoload.php
<?php
spl_autoload_register(function ($class) {
    static $classes = array(
        'maps\\\\used' => '/Used.php',
        'maps\\\\base' => '/Base.php',
        'maps\\\\oftheapplication' => '/OfTheApplication.php',
        'maps\\\\unused' => '/Unused.php',
        'maps\\\\gone' => '/Gone.php',
    );
    require __DIR__ . $classes[strtolower($class)];
});
//- /usr/share/php/Maps/Used.php
<?php
class Used extends Base { const OTHER = Gone::class; }
//- /usr/share/php/Maps/Base.php
//- /usr/share/php/Maps/OfTheApplication.php
//- /usr/share/php/Maps/Unused.php
`;
  const files = await trace("/usr/bin/php", ["-n", "main.php"], {
    application,
    prune: "reachable",
    appRoot: toAbsPath("/app"),
  });
  expect(files.filter((path) => /Maps/u.test(path))).toMatchInlineSnapshot(`
    [
      "/usr/share/php/Maps/Base.php",
      "/usr/share/php/Maps/OfTheApplication.php",
      "/usr/share/php/Maps/Used.php",
      "/usr/share/php/Maps/autoload.php",
    ]
  `);
});

it("follows an autoloader in vendor that somebody wrote, at level reachable", async () => {
  const application = `
//- /app/tests/index.php
<?php
//- /app/vendor/autoload.php
<?php require_once '/usr/share/php/Twig/autoload.php';
`;
  const found = await trace("/usr/bin/php", ["tests/index.php"], {
    application,
    prune: "reachable",
    appRoot: toAbsPath("/app"),
  });
  expect(found.filter((line) => line.includes("Twig/autoload.php"))).toHaveLength(1);
});
