import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { trace } from "./trace-php.ts";

it("takes what is made of the name of a used class, and tells what other names could be, at level reachable", async () => {
  const application = `
//- /app/main.php
<?php
require 'Checks/autoload.php';
(new Checks\\Factory())->run(new Checks\\Length());
//- /usr/share/php/Checks/autoload.php
<?php
$classes = array(
    'checks\\\\factory' => '/Factory.php',
    'checks\\\\check' => '/Check.php',
    'checks\\\\length' => '/Length.php',
    'checks\\\\lengthvalidator' => '/LengthValidator.php',
    'checks\\\\emailvalidator' => '/EmailValidator.php',
    'drivers\\\\fast' => '/Drivers/Fast.php',
);
//- /usr/share/php/Checks/Factory.php
<?php
namespace Checks;
class Factory {
  function run(Check $check) { return $this->all[] ??= new ($check->validatedBy())(); }
  function driver($name) { $class = 'Drivers\\\\' . ucfirst($name); return $class::create(); }
}
//- /usr/share/php/Checks/Check.php
<?php
class Check { function validatedBy() { return static::class.'Validator'; } }
//- /usr/share/php/Checks/Length.php
<?php
class Length extends Check {}
//- /usr/share/php/Checks/LengthValidator.php
//- /usr/share/php/Checks/EmailValidator.php
//- /usr/share/php/Checks/Drivers/Fast.php
`;
  const files = await trace("/usr/bin/php", ["-n", "main.php"], {
    application,
    prune: "reachable",
    appRoot: toAbsPath("/app"),
  });
  expect(files.filter((path) => /Checks/u.test(path))).toMatchInlineSnapshot(`
    [
      "unknown: /usr/share/php/Checks/Factory.php:4 new ($check->validatedBy())(): shipped",
      "unknown: /usr/share/php/Checks/Factory.php:5 $class::create(): shipped",
      "unknown: /usr/share/php/Checks/Factory.php:5 'Drivers\\\\' .: shipped",
      "/usr/share/php/Checks/Check.php",
      "/usr/share/php/Checks/Drivers/Fast.php",
      "/usr/share/php/Checks/EmailValidator.php",
      "/usr/share/php/Checks/Factory.php",
      "/usr/share/php/Checks/Length.php",
      "/usr/share/php/Checks/LengthValidator.php",
      "/usr/share/php/Checks/autoload.php",
    ]
  `);
});

it.each(["$config['kind']", "kind"])("takes the mapped classes that a text with %s in it could mean", async (name) => {
  const written = name === "kind" ? "\\\\Own\\\\Kit\\\\$kind" : "Own\\\\Kit\\\\{$config['kind']}Writer";
  const application = `
//- /app/index.php
<?php
require 'Own/autoload.php';
$class = "${written}";
echo $class::of(1);
//- /usr/share/php/Own/autoload.php
<?php
$classes = ['own\\kit\\awriter' => '/Kit/AWriter.php', 'own\\other' => '/Other.php'];
require __DIR__ . $classes[$class];
//- /usr/share/php/Own/Kit/AWriter.php
<?php
//- /usr/share/php/Own/Other.php
<?php
`;
  const process = { application, prune: "reachable", appRoot: toAbsPath("/app") } as const;
  const found = await trace("/usr/bin/php", ["index.php"], process);
  expect(found).toContain("/usr/share/php/Own/Kit/AWriter.php");
  expect(found).not.toContain("/usr/share/php/Own/Other.php");
});

it("takes the mapped classes of which a source hands on the beginning of the names", async () => {
  const application = `
//- /app/index.php
<?php
namespace own;
require 'Own/autoload.php';
function make(string $start = __NAMESPACE__ . '\\data\\Of_') { return new Reader($start); }
//- /usr/share/php/Own/autoload.php
<?php
$classes = ['own\\data\\of_de' => '/data/Of_DE.php', 'own\\data\\other' => '/data/Other.php'];
require __DIR__ . $classes[$class];
//- /usr/share/php/Own/data/Of_DE.php
<?php
//- /usr/share/php/Own/data/Other.php
<?php
`;
  const process = { application, prune: "reachable", appRoot: toAbsPath("/app") } as const;
  const found = await trace("/usr/bin/php", ["index.php"], process);
  expect(found).toContain("/usr/share/php/Own/data/Of_DE.php");
  expect(found).not.toContain("/usr/share/php/Own/data/Other.php");
});
