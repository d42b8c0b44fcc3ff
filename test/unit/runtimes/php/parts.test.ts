import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { createClassMap } from "../../../../src/runtimes/php/class-map.ts";
import { readPhpCommand } from "../../../../src/runtimes/php/command-line.ts";
import { evaluate } from "../../../../src/runtimes/php/expressions.ts";
import { parseIni } from "../../../../src/runtimes/php/ini.ts";
import { scanPhp } from "../../../../src/runtimes/php/source-scan.ts";

it("reads the options of php, and of php-fpm, which has others", () => {
  const none = {
    script: undefined,
    code: undefined,
    documentRoot: undefined,
    isServer: false,
    ini: undefined,
    hasNoIni: false,
    settings: [],
    zendExtensions: [],
    fpmConfig: undefined,
    prefix: undefined,
  };
  const words = (text: string, isFpm = false) => readPhpCommand(text.split(" "), { isFpm });
  expect(words("-S 0:80 -t public router.php -n")).toEqual({
    ...none,
    isServer: true,
    documentRoot: "public",
    script: "router.php",
  });
  expect(words("--php-ini=/etc/x -d a=1 -db=2 -z xdebug -f run.php -- -n")).toEqual({
    ...none,
    ini: "/etc/x",
    settings: ["a=1", "b=2"],
    zendExtensions: ["xdebug"],
    script: "run.php",
  });
  expect(words("-nr echo")).toEqual({ ...none, hasNoIni: true, script: "echo" });
  expect(words("-F -O -y /etc/fpm.conf -p /srv", true)).toEqual({
    ...none,
    fpmConfig: "/etc/fpm.conf",
    prefix: "/srv",
  });
});

it("reads settings without sections and comments", () => {
  expect(parseIni("[PHP]\n; a = 1\nb = 2 ; two\nc=\"x;y\"\r\nd[] = 'z'\nphp_value[e.f] = on\nno value\n")).toEqual([
    ["b", "2"],
    ["c", "x;y"],
    ["d[]", "z"],
    ["php_value[e.f]", "on"],
  ]);
});

it("reads what sources include by names that can be told", () => {
  const scan = scanPhp(`<?php
require 'a.php';
  require_once("b.php");
include __DIR__ . '/c.php';
include \\dirname(__FILE__) . "/d.php";
require dirname(__DIR__, 2) . '/e.php';
require dirname(__DIR__).'/f.php';
# require 'comment.php';
/* require 'block.php'; */
$this->require('method.php'); self::include('static.php');
require $argv[1];
include "$name.php";
set_include_path('/opt/lib:/opt/more' . PATH_SEPARATOR . get_include_path());
`);
  expect(scan).toMatchInlineSnapshot(`
    {
      "constants": Map {},
      "headers": [],
      "includePaths": [
        "'/opt/lib:/opt/more' . PATH_SEPARATOR . get_include_path()",
      ],
      "includes": [
        {
          "expression": "'a.php'",
          "isCertain": true,
          "line": 2,
          "what": "require 'a.php'",
        },
        {
          "expression": "("b.php")",
          "isCertain": false,
          "line": 3,
          "what": "require ("b.php")",
        },
        {
          "expression": "__DIR__ . '/c.php'",
          "isCertain": false,
          "line": 4,
          "what": "include __DIR__ . '/c.php'",
        },
        {
          "expression": "\\dirname(__FILE__) . "/d.php"",
          "isCertain": false,
          "line": 5,
          "what": "include \\dirname(__FILE__) . "/d.php"",
        },
        {
          "expression": "dirname(__DIR__, 2) . '/e.php'",
          "isCertain": true,
          "line": 6,
          "what": "require dirname(__DIR__, 2) . '/e.php'",
        },
        {
          "expression": "dirname(__DIR__).'/f.php'",
          "isCertain": true,
          "line": 7,
          "what": "require dirname(__DIR__).'/f.php'",
        },
        {
          "expression": "$argv[1]",
          "isCertain": true,
          "line": 11,
          "what": "require $argv[1]",
        },
        {
          "expression": ""$name.php"",
          "isCertain": false,
          "line": 12,
          "what": "include "$name.php"",
        },
      ],
      "places": [
        "__DIR__ . '/c.php'",
        "\\dirname(__FILE__) . "/d.php"",
        "dirname(__DIR__, 2) . '/e.php'",
        "dirname(__DIR__).'/f.php'",
      ],
      "variables": Map {},
    }
  `);
});

it("reads the class maps of phpab and of Composer, whatever comes first", () => {
  const map = createClassMap();
  const composer = toAbsPath("/app/vendor/composer/autoload_static.php");
  expect(map.read("<?php new \\Acme\\Later();", toAbsPath("/app/a.php"))).toEqual([]);
  const text = `<?php return array(
    'Acme\\\\Later' => __DIR__ . '/..' . '/acme/later/src/Later.php',
    'Acme\\\\Sooner' => $vendorDir . '/acme/Sooner.php',
    'Own' => $baseDir . '/src/Own.php',
    'Odd' => $else . '/src/Odd.php',
  );`;
  expect(map.read(text, composer)).toEqual(["/app/vendor/acme/later/src/Later.php"]);
  expect(map.read("<?php class A extends Sooner {} Own::x(); Odd::y();", toAbsPath("/app/b.php"))).toEqual([
    "/app/vendor/acme/Sooner.php",
    "/app/src/Own.php",
  ]);
  expect(map.read("<?php new Sooner();", toAbsPath("/app/c.php"))).toEqual([]);
});

it("reads code alone: no texts, comments, here-documents or markup", () => {
  const text = `require this <?php echo '<?xml ?>'; require 'a.php'; // include $b; ?> include the <b>markup</b>;
<?= $x ?> don't require it
<?php
$text = <<<END
don't include $c;
END;
/* include $d; ?> */ throw new E("cannot include $e");
include 'f.php';
`;
  expect(scanPhp(text).includes.map(({ line, what }) => `${line} ${what}`)).toEqual([
    "1 require 'a.php'",
    "8 include 'f.php'",
  ]);
});

it("takes of a map of classes what sources make of the names of used ones, whichever is read first", () => {
  const map =
    "'a\\\\length' => '/Length.php', 'a\\\\lengthtype' => '/LengthType.php', 'a\\\\mailtype' => '/MailType.php'";
  const makers = ["static::class . 'Type'", "get_class($this).'Type'", '"{$name}Type"', "ucfirst($x) . 'Type'"];
  for (const maker of makers) {
    const sources = [`<?php $m = [${map}];`, `<?php new Length(); class_exists($x);`, `<?php $c = ${maker}; new $c();`];
    for (const order of [sources, sources.toReversed()]) {
      const classes = createClassMap();
      const found = order.flatMap((text) => {
        classes.readJoined(text, toAbsPath("/lib/x.php"));
        return classes.read(text, toAbsPath("/lib/x.php"));
      });
      expect(new Set(found)).toEqual(new Set(["/lib/Length.php", "/lib/LengthType.php"]));
    }
  }
});

it("takes of a map of classes what has another ending in place of that of a used name", () => {
  const map = String.raw`'a\\kitbundle' => '/KitBundle.php', 'a\\kitextension' => '/KitExtension.php', 'a\\noextension' => '/No.php'`;
  const maker = String.raw`$base = preg_replace('/Bundle$/', '', $this->getName()); return class_exists($n.'\\D\\'.$base.'Extension');`;
  const sources = [`<?php $m = [${map}];`, "<?php new KitBundle();", `<?php ${maker}`];
  for (const order of [sources, sources.toReversed()]) {
    const classes = createClassMap();
    const found = order.flatMap((text) => {
      classes.readJoined(text, toAbsPath("/lib/x.php"));
      return classes.read(text, toAbsPath("/lib/x.php"));
    });
    expect(new Set(found)).toEqual(new Set(["/lib/KitBundle.php", "/lib/KitExtension.php"]));
  }
});

it("reads short tags, and no declaration of XML", () => {
  const text = "<?xml version='1.0'?>\n<b>require 'a.php';</b>\n<? require 'b.php' ?>\n<?\ninclude 'c.php';";
  expect(scanPhp(text).includes.map(({ line, what }) => `${line} ${what}`)).toEqual([
    "3 require 'b.php'",
    "5 include 'c.php'",
  ]);
});

it("ends where variables are made of each other in many ways", () => {
  const names = Array.from({ length: 12 }, (_, index) => `v${index}`);
  const given = names.map((one) => `$${one} . "x"`);
  const variables = new Map(names.map((one) => [one, ["__DIR__", ...given]]));
  const scope = { source: toAbsPath("/app/main.php"), constants: new Map(), variables };
  const begun = performance.now();
  expect(evaluate("$v0 . '.php'", scope)).toContain("*.php");
  expect(performance.now() - begun).toBeLessThan(5000);
});
