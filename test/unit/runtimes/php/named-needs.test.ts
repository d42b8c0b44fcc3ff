import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { trace } from "./trace-php.ts";

it("follows files beside classes, and places that methods answer, at level reachable", async () => {
  const application = `
//- /app/main.php
<?php
require 'Maps/autoload.php';
$r = new \\ReflectionClass(Used::class);
load(\\dirname($r->getFileName()).'/Resources/words');
load(\\dirname((new ReflectionClass(\\Maps\\Deep\\Other::class))->getFileName(), 2) . '/views.xml');
load(Places::data() . '/' . Places::ZONES);
load(Unread::data() . '/none');
//- /usr/share/php/Maps/autoload.php
<?php
$classes = array('maps\\\\used' => '/Used.php', 'maps\\\\deep\\\\other' => '/Deep/Other.php', 'maps\\\\places' => '/Places.php');
//- /usr/share/php/Maps/Used.php
//- /usr/share/php/Maps/Places.php
<?php
class Places {
  const ZONES = 'zones';
  public static function data(): string
  {
      return __DIR__ . '/data';
  }
}
//- /usr/share/php/Maps/Deep/Other.php
//- /usr/share/php/Maps/Resources/words/de.xlf
//- /usr/share/php/Maps/Resources/other/de.xlf
//- /usr/share/php/Maps/views.xml
//- /usr/share/php/Maps/data/zones/a.php
//- /usr/share/php/Maps/data/names/a.php
`;
  const files = await trace("/usr/bin/php", ["-n", "main.php"], {
    application,
    prune: "reachable",
    appRoot: toAbsPath("/app"),
  });
  expect(files.filter((path) => /Maps/u.test(path))).toMatchInlineSnapshot(`
    [
      "unknown: /usr/share/php/Maps/Places.php:undefined __DIR__ . '/data': shipped",
      "/usr/share/php/Maps/Deep/Other.php",
      "/usr/share/php/Maps/Places.php",
      "/usr/share/php/Maps/Resources/words/de.xlf",
      "/usr/share/php/Maps/Used.php",
      "/usr/share/php/Maps/autoload.php",
      "/usr/share/php/Maps/data/names/a.php",
      "/usr/share/php/Maps/data/zones/a.php",
      "/usr/share/php/Maps/views.xml",
    ]
  `);
});

it("follows files beside classes that a variable or a loop holds, at level reachable", async () => {
  const application = `
//- /app/main.php
<?php
require 'Maps/autoload.php';
$above = dirname((new \\ReflectionClass(Used::class))->getFileName(), 2);
load([$above . '/views']);
foreach (['One' => One::class, 'Two' => \\Maps\\Two\\Deep::class] as $class) {
  $folder = dirname((new \\ReflectionClass($class))->getFileName()) . '/texts';
  load("$folder/$name.xlf");
}
//- /usr/share/php/Maps/autoload.php
<?php
$classes = array('maps\\\\first\\\\used' => '/First/Used.php', 'maps\\\\one' => '/One.php', 'maps\\\\two\\\\deep' => '/Two/Deep.php');
//- /usr/share/php/Maps/First/Used.php
//- /usr/share/php/Maps/One.php
//- /usr/share/php/Maps/Two/Deep.php
//- /usr/share/php/Maps/views/form.twig
//- /usr/share/php/Maps/texts/de.xlf
//- /usr/share/php/Maps/Two/texts/de.xlf
//- /usr/share/php/Maps/Two/other/de.xlf
`;
  const files = await trace("/usr/bin/php", ["-n", "main.php"], {
    application,
    prune: "reachable",
    appRoot: toAbsPath("/app"),
  });
  expect(files.filter((path) => /(?:twig|xlf)$/u.test(path))).toEqual([
    "/usr/share/php/Maps/Two/texts/de.xlf",
    "/usr/share/php/Maps/texts/de.xlf",
    "/usr/share/php/Maps/views/form.twig",
  ]);
});

it("follows what variables and constants that hold a place lead to, and files that texts name", async () => {
  const traced = await trace("/usr/bin/php", ["index.php"], {
    prune: "reachable",
    application: `
//- /app/index.php
<?php
require '/usr/share/kit/kit.php';
//- /usr/share/kit/kit.php
<?php
define('KIT_ROOT', __DIR__);
define('KIT_SETTINGS', '/etc/kit/kit.ini');
require __DIR__ . '/lib/part.php';
//- /usr/share/kit/lib/part.php
<?php
$own = __DIR__ . '/../';
foreach (['@data@/schema.rng', $own . 'data/schema.rng'] as $path) { load($path); }
load(KIT_ROOT . '/tables/words.txt');
//- /usr/share/kit/data/schema.rng
//- /usr/share/kit/tables/words.txt
//- /usr/share/kit/tables/unused.txt
//- /etc/kit/kit.ini
`,
  });
  expect(traced.filter((path) => path.includes("/kit/"))).toEqual([
    "unknown: /etc/kit/kit.ini:undefined a file beside /etc/kit/kit.ini: present",
    "/etc/kit/kit.ini",
    "/usr/share/kit/data/schema.rng",
    "/usr/share/kit/kit.php",
    "/usr/share/kit/lib/part.php",
    "/usr/share/kit/tables/words.txt",
  ]);
});

it("ships data that is looked up along the include path, and what a hidden name there means", async () => {
  const sources = `
//- /app/index.php
<?php
require 'Spam/autoload.php';
$words = file(stream_resolve_include_path('Spam/list/words.txt'));
//- /usr/share/php/Spam/autoload.php
<?php
$this->state = $dir . $ds . '.state'; $this->lock = $dir . $ds . '.lock'; $other = 'Words/list/other.txt'; find('Spam/list/own.properties'); find('etc/list/root.properties');
//- /usr/share/php/Spam/list/words.txt
//- /usr/share/php/Spam/list/own.properties
//- /usr/share/php/Spam/etc/list/root.properties
//- /usr/share/php/Words/list/other.txt
//- /usr/share/php/.state/one.reg
//- /usr/share/php/.lock
//- /usr/share/php/.other/two.reg
`;
  const files = await trace("/usr/bin/php", ["index.php"], {
    application: sources,
    prune: "reachable",
    appRoot: toAbsPath("/app"),
  });
  expect(files.filter((path) => /\/list\/|\/\.\w/u.test(path))).toEqual([
    "/usr/share/php/.lock",
    "/usr/share/php/.state/one.reg",
    "/usr/share/php/Spam/etc/list/root.properties",
    "/usr/share/php/Spam/list/own.properties",
    "/usr/share/php/Spam/list/words.txt",
  ]);
});
