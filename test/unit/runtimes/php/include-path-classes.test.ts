import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { trace } from "./trace-php.ts";

it("finds classes along the include path for an autoloader that makes file names of them", async () => {
  const application = `
//- /app/index.php
<?php
use Google\\Struct\\{Any, Value as V};
spl_autoload_register(fn ($class) => @include strtr($class, '\\\\', '/') . '.php');
new Any(); echo DB_mysqli::class, Left\\Out::class, (new \\Text_Password())->create();
$class = implode('\\\\', ['Google', 'Struct', 'Listed']);
//- /usr/share/php/Google/Struct/Any.php
<?php
namespace Google\\Struct;
class Any extends Base {}
//- /usr/share/php/Google/Struct/Base.php
//- /usr/share/php/Google/Struct/Listed.php
//- /usr/share/php/Google/Struct/Never.php
//- /usr/share/php/Google/Struct/Value.php
//- /usr/share/php/DB/mysqli.php
//- /usr/share/php/Text/Password.php
`;
  const found = await trace("/usr/bin/php", ["index.php"], { application, prune: "reachable" });
  expect(found.filter((line) => /Google|DB|Text|lost/u.test(line))).toEqual([
    "/usr/share/php/DB/mysqli.php",
    "/usr/share/php/Google/Struct/Any.php",
    "/usr/share/php/Google/Struct/Base.php",
    "/usr/share/php/Google/Struct/Listed.php",
    "/usr/share/php/Google/Struct/Value.php",
    "/usr/share/php/Text/Password.php",
  ]);
});

it.each([
  ["a.yaml", "handler: Own\\Kit\\Handler"],
  ["a.json", '{"handler": "Own\\\\Kit\\\\Handler"}'],
  ["a.xml", "<handler>Own\\Kit\\Handler</handler>"],
  [".env", "HANDLER=Own\\Kit\\Handler"],
])("finds a class along the include path that %s names", async (name, text) => {
  const application = `
//- /app/index.php
<?php
spl_autoload_register(fn ($class) => @include strtr($class, '\\\\', '/') . '.php');
$class = read_settings(); new $class;
//- /app/${name}
${text}
//- /usr/share/php/Own/Kit/Handler.php
<?php
//- /usr/share/php/Own/Kit/Never.php
`;
  for (const prune of ["safe", "reachable"] as const) {
    const found = await trace("/usr/bin/php", ["index.php"], { application, prune, appRoot: toAbsPath("/app") });
    expect(found).toContain("/usr/share/php/Own/Kit/Handler.php");
    if (prune === "reachable") expect(found).not.toContain("/usr/share/php/Own/Kit/Never.php");
  }
});

it("takes the classes along the include path that a joined name could mean", async () => {
  const application = `
//- /app/index.php
<?php
spl_autoload_register(fn ($class) => @include strtr($class, '\\\\', '/') . '.php');
$class = 'Own\\\\Kit\\\\' . ucfirst($argv[1]) . 'Handler'; new $class;
//- /usr/share/php/Own/Kit/AHandler.php
<?php
//- /usr/share/php/Own/Other.php
`;
  const found = await trace("/usr/bin/php", ["index.php"], { application, prune: "safe", appRoot: toAbsPath("/app") });
  expect(found.filter((line) => /Own/u.test(line)).join(" ")).toContain("Own/Kit");
  expect(found.join(" ")).not.toContain("Own/Other");
});
