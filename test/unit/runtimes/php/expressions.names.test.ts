import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { evaluate } from "../../../../src/runtimes/php/expressions.ts";
import { trace } from "./trace-php.ts";

const names = `
//- /app/index.php
<?php
define('ROOT', __DIR__ . '/'); const PARTS = 'parts';
foreach (['Mail', 'Net/Http'] as $d) { $f = "/usr/share/php/$d/autoload.php"; if (is_file($f)) require_once $f; }
require ROOT . PARTS . DIRECTORY_SEPARATOR . 'head.php';
foreach (glob(__DIR__ . '/plugins/*.php') as $plugin) { include $plugin; }
$files = array('a' => '/usr/share/php/Boot/bootstrap.php');
foreach ($files as $id => $file) { $load($id, $file); }
include sprintf('%s/lang/%s.php', ROOT, $language);
require_once $x ? ROOT . 'one.php' : ROOT . 'two.php';
$loader = new Loader(dirname(__DIR__) . '/templates');
$this->require($y); $z = ['include' => $y]; self::REQUIRE; throw new E('You cannot include content here, or require $x'); class T { function include($a, $b) {} public function &require($c) {} }
//- /app/parts/head.php
<?php require ROOT . 'late.php';
//- /app/late.php
//- /app/plugins/one.php
//- /app/lang/de.php
//- /app/one.php
//- /app/two.php
//- /templates/page.twig
//- /usr/share/php/Mail/autoload.php
<?php require $part;
//- /usr/share/php/Mail/Smtp.php
//- /usr/share/php/Net/Http/autoload.php
//- /usr/share/php/Boot/bootstrap.php
//- /usr/share/php/Other/autoload.php
`;

it("evaluates what names are put together of", async () => {
  const of = async (prune: "safe" | "reachable") => {
    const files = await trace("/usr/bin/php", ["-n", "index.php"], { application: names, prune });
    return files.filter((path) => /^\/(?:app|templates|usr\/share\/php)\/|^unknown: \/(?:app|usr\/share)/u.test(path));
  };
  expect({ safe: await of("safe"), reachable: await of("reachable") }).toMatchInlineSnapshot(`
    {
      "reachable": [
        "unknown: /app/index.php:undefined dirname(__DIR__) . '/templates': shipped",
        "unknown: /app/index.php:undefined the directory /templates: shipped",
        "unknown: /app/index.php:5 include $plugin: shipped",
        "unknown: /app/index.php:8 include sprintf('%s/lang/%s.php', ROOT, $language): shipped",
        "unknown: /usr/share/php/Mail/autoload.php:1 require $part: shipped",
        "/app/index.php",
        "/app/lang/de.php",
        "/app/late.php",
        "/app/one.php",
        "/app/parts/head.php",
        "/app/plugins/one.php",
        "/app/two.php",
        "/templates/page.twig",
        "/usr/share/php/Boot/bootstrap.php",
        "/usr/share/php/Mail/Smtp.php",
        "/usr/share/php/Mail/autoload.php",
        "/usr/share/php/Net/Http/autoload.php",
      ],
      "safe": [
        "unknown: /app/index.php:undefined dirname(__DIR__) . '/templates': shipped",
        "unknown: /app/index.php:undefined the directory /templates: shipped",
        "unknown: /app/index.php:5 include $plugin: shipped",
        "unknown: /app/index.php:8 include sprintf('%s/lang/%s.php', ROOT, $language): shipped",
        "unknown: /usr/share/php/Mail/autoload.php:1 require $part: present",
        "/app/index.php",
        "/app/lang/de.php",
        "/app/late.php",
        "/app/one.php",
        "/app/parts/head.php",
        "/app/plugins/one.php",
        "/app/two.php",
        "/templates/page.twig",
        "/usr/share/php/Boot/bootstrap.php",
        "/usr/share/php/Mail/Smtp.php",
        "/usr/share/php/Mail/autoload.php",
        "/usr/share/php/Net/Http/autoload.php",
      ],
    }
  `);
});

it("evaluates expressions", () => {
  const scope = {
    source: toAbsPath("/a/b/c.php"),
    constants: new Map([["ABSPATH", new Set(["/srv/"])]]),
    variables: new Map([
      ["dir", ["__DIR__"]],
      ["self", ["$self . 'x'"]],
      ["list", ["'x'", "'y'"]],
    ]),
  };
  const texts = [
    "'plain'",
    "__DIR__ . '/x'",
    '\\dirname(dirname(__FILE__)) . "/y.php"',
    "(dirname(__DIR__, 2)).'/z'",
    "ABSPATH . WPINC . '/v.php'",
    '"$dir/{$list}-${list}.php"',
    "$self",
    "$this->path . '/a.php'",
    "$a['k'] . '.php'",
    "realpath(__DIR__ . '/..') . '/r.php'",
    "get_path('a)b') . '/f.php'",
    "$c ?? 'default.php'",
    "'broken",
    "((((",
  ];
  expect(texts.map((text) => `${text} = ${evaluate(text, scope).join(" | ")}`)).toMatchInlineSnapshot(`
    [
      "'plain' = plain",
      "__DIR__ . '/x' = /a/b/x",
      "\\dirname(dirname(__FILE__)) . "/y.php" = /a/y.php",
      "(dirname(__DIR__, 2)).'/z' = //z",
      "ABSPATH . WPINC . '/v.php' = /srv/*/v.php",
      ""$dir/{$list}-\${list}.php" = /a/b/x-x.php | /a/b/x-y.php | /a/b/y-x.php | /a/b/y-y.php",
      "$self = *x",
      "$this->path . '/a.php' = */a.php",
      "$a['k'] . '.php' = *.php",
      "realpath(__DIR__ . '/..') . '/r.php' = /a/b/../r.php",
      "get_path('a)b') . '/f.php' = */f.php",
      "$c ?? 'default.php' = * | default.php",
      "'broken = *",
      "(((( = *",
    ]
  `);
});
