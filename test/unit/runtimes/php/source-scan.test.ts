import { expect, it } from "vitest";
import { scanPhp } from "../../../../src/runtimes/php/source-scan.ts";

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

it("reads short tags, and no declaration of XML", () => {
  const text = "<?xml version='1.0'?>\n<b>require 'a.php';</b>\n<? require 'b.php' ?>\n<?\ninclude 'c.php';";
  expect(scanPhp(text).includes.map(({ line, what }) => `${line} ${what}`)).toEqual([
    "3 require 'b.php'",
    "5 include 'c.php'",
  ]);
});
