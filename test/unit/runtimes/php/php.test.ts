import { expect, it } from "vitest";
import { dpkg } from "../../../../src/packages/dpkg/dpkg.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { evaluate } from "../../../../src/runtimes/php/expressions.ts";
import { php } from "../../../../src/runtimes/php/php.ts";
import { binary, type ClosureCase, closureOf } from "../../../support/closure.ts";

const root = `
//- /usr/bin/php -> php8.4
//- /usr/bin/php8.4 0755 elf=x86_64 loader=
/etc/php/8.4/cli
/etc/php/8.4/cli/conf.d
/usr/lib/php/20240924
.:/usr/share/php
/var/lib/php/sessions
/usr/share/zoneinfo/%s
//- /usr/sbin/php-fpm8.4 0755 elf=x86_64 loader=
/etc/php/8.4/fpm
/etc/php/8.4/fpm/conf.d
/usr/lib/php/20240924
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /etc/php/8.4/cli/php.ini
; extension=commented
memory_limit = -1
error_log = /var/log/php/errors.log
auto_prepend_file = "/srv/first.php"
curl.cainfo = \${CA:-/etc/ca.pem}
//- /etc/php/8.4/cli/conf.d/10-opcache.ini -> ../../mods-available/opcache.ini
//- /etc/php/8.4/cli/conf.d/20-mbstring.ini -> ../../mods-available/mbstring.ini
//- /etc/php/8.4/cli/conf.d/readme.txt
//- /etc/php/8.4/mods-available/opcache.ini
zend_extension=opcache.so
//- /etc/php/8.4/mods-available/mbstring.ini
extension=mbstring ; by its name
//- /etc/php/8.4/mods-available/xdebug.ini
zend_extension=xdebug.so
//- /etc/ca.pem
//- /srv/first.php
//- /usr/lib/php/20240924/opcache.so elf=x86_64
//- /usr/lib/php/20240924/mbstring.so elf=x86_64 needed=libonig.so.5
//- /usr/lib/php/20240924/xdebug.so elf=x86_64
//- /usr/lib/libonig.so.5 elf=x86_64
//- /usr/share/php/Twig/autoload.php
<?php require_once 'Symfony/autoload.php';
//- /usr/share/php/Twig/Environment.php
//- /usr/share/php/Symfony/autoload.php
//- /usr/share/php/Other/autoload.php
//- /usr/share/zoneinfo/Europe/Paris
//- /var/lib/php/sessions/ 1733
//- /var/log/php/
//- /etc/php/8.4/fpm/php-fpm.conf
[global]
pid = /run/php/php.pid
include=/etc/php/8.4/fpm/pool.d/*.conf
//- /etc/php/8.4/fpm/pool.d/www.conf
[www]
user = www-data
listen = /run/php/$pool.sock
slowlog = /var/log/$pool/slow.log
php_admin_value[extension] = xdebug
//- /run/php/
//- /var/log/www/
//- /other/php.ini
extension=gone
extension=/opt/own.so
//- /opt/own.so elf=x86_64
`;

async function trace(
  program: string,
  cmd: readonly string[],
  { application = "", ...proc }: { readonly application?: string } & Partial<ClosureCase["process"] & object> = {},
): Promise<readonly string[]> {
  const input: ClosureCase = {
    root: `${root}${application}`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: program }],
    process: { workdir: toAbsPath("/app"), cmd, ...proc },
    plugins: { runtimes: [php], packages: [dpkg] },
  };
  const { entries, diagnostics, unknowns } = await closureOf(input);
  return [
    ...unknowns.map(({ from, line, what, outcome }) => `unknown: ${from}:${String(line)} ${what}: ${outcome}`),
    ...entries
      .filter(({ kind, path }) => kind !== "directory" || /^\/(?:run|var)\//u.test(path))
      .map(({ path, target }) => (target === undefined ? path : `${path} -> ${target}`)),
    ...diagnostics.map(({ code, message }) => `${code}: ${message}`),
  ];
}

const application = `
//- /app/index.php
<?php
require_once 'Twig/autoload.php';
// require 'Other/autoload.php';
require __DIR__ . '/lib/a.php';
require dirname(__DIR__, 1) . '/shared.php';
require 'lost.php';
if ($x) { require 'optional.php'; }
require $argv[1];
//- /app/lib/a.php
//- /shared.php
`;

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

it("reads the settings of PHP inside another program, whose plug-in needs its library", async () => {
  const embedded = `
//- /usr/bin/host 0755 elf=x86_64 loader needed=php_plugin.so
//- /usr/lib/php_plugin.so elf=x86_64 needed=libphp.so
//- /usr/lib/libphp.so elf=x86_64
/etc/php/8.4/embed
/usr/lib/php/20240924
//- /etc/php/8.4/embed/php.ini
extension=mbstring
`;
  const input: ClosureCase = {
    root: `${root}${embedded}`,
    roots: [binary("/usr/bin/host")],
    plugins: { runtimes: [php] },
  };
  const paths = (await closureOf(input)).entries.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(["/etc/php/8.4/embed/php.ini", "/usr/lib/php/20240924/mbstring.so"]));
});

it("takes the shell for a process of Symfony, whose list it makes a line", async () => {
  const application = `
//- /bin/sh 0755 elf=x86_64
//- /app/index.php
<?php use Symfony\\Component\\Process\\Process as Job;
$job = new Job([PHP_BINARY, __DIR__ . '/worker.php']);
//- /app/worker.php
`;
  const taken = await trace("/usr/bin/php", ["index.php"], { application, prune: "reachable" });
  expect(taken).toEqual(expect.arrayContaining(["/app/worker.php", "/bin/sh"]));
});

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

it("goes by -c, -d, -n, PHPRC and PHP_INI_SCAN_DIR", async () => {
  const extensions = (lines: readonly string[]) => lines.filter((line) => /\.so$|\.ini$|: /u.test(line));
  expect({
    given: extensions(await trace("/usr/bin/php", ["-c", "/other", "-d", "zend_extension=xdebug", "-r", "1;"])),
    none: extensions(await trace("/usr/bin/php", ["-n", "-r", "1;"])),
    environment: extensions(
      await trace("/usr/bin/php", ["-r", "1;"], {
        env: { PHPRC: "/nowhere", PHP_INI_SCAN_DIR: "/etc/php/8.4/mods-available" },
      }),
    ),
  }).toMatchInlineSnapshot(`
    {
      "environment": [
        "/etc/php/8.4/cli/php.ini",
        "/etc/php/8.4/mods-available/mbstring.ini",
        "/etc/php/8.4/mods-available/opcache.ini",
        "/etc/php/8.4/mods-available/xdebug.ini",
        "/usr/lib/php/20240924/mbstring.so",
        "/usr/lib/php/20240924/opcache.so",
        "/usr/lib/php/20240924/xdebug.so",
      ],
      "given": [
        "/etc/php/8.4/cli/conf.d/10-opcache.ini -> ../../mods-available/opcache.ini",
        "/etc/php/8.4/cli/conf.d/20-mbstring.ini -> ../../mods-available/mbstring.ini",
        "/etc/php/8.4/mods-available/mbstring.ini",
        "/etc/php/8.4/mods-available/opcache.ini",
        "/opt/own.so",
        "/other/php.ini",
        "/usr/lib/php/20240924/mbstring.so",
        "/usr/lib/php/20240924/opcache.so",
        "/usr/lib/php/20240924/xdebug.so",
        "PHP_EXTENSION_MISSING: cannot load the extension gone: /other/php.ini names it, no /usr/lib/php/20240924/gone, no /usr/lib/php/20240924/gone.so",
      ],
      "none": [],
    }
  `);
});

it("follows the configuration of php-fpm", async () => {
  expect(await trace("/usr/sbin/php-fpm8.4", ["-F"])).toMatchInlineSnapshot(`
    [
      "/etc/php/8.4/fpm/php-fpm.conf",
      "/etc/php/8.4/fpm/pool.d/www.conf",
      "/lib64/ld-linux-x86-64.so.2",
      "/run/php",
      "/usr/lib/php/20240924/xdebug.so",
      "/usr/sbin/php-fpm8.4",
      "/var/log",
      "/var/log/www",
    ]
  `);
});

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

it("leaves out packages of development, unless every start loads them", async () => {
  const input: ClosureCase = {
    root,
    trees: [
      {
        id: "app",
        kind: "app",
        prefix: "/app",
        tree: `
          //- /index.php
          //- /vendor/composer/autoload_files.php
          <?php return array('a' => $vendorDir . '/dev/loaded/a.php');
          //- /vendor/composer/installed.json
          {"packages": [{"name": "acme/lib"}, {"name": "dev/tool", "install-path": "../dev/tool"}, {"name": "dev/loaded"},
           {"name": "dev/outside", "install-path": "../../.."}, 7],
           "dev-package-names": ["dev/tool", "dev/loaded", "dev/outside"]}
          //- /vendor/acme/lib/lib.php
          //- /vendor/dev/tool/tool.php
          //- /vendor/dev/loaded/a.php
        `,
      },
    ],
    roots: [
      { kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/php" },
      { kind: "app", pointer: "/app", view: "main" },
    ],
    process: { workdir: toAbsPath("/app"), cmd: ["-n", "index.php"], appRoot: toAbsPath("/app") },
    plugins: { runtimes: [php] },
  };
  const taken = async (prune: "safe" | "none") => {
    const { entries } = await closureOf({ ...input, process: { ...input.process, prune } });
    return entries.filter(({ path, kind }) => kind === "file" && path.includes("/vendor/")).map(({ path }) => path);
  };
  expect({ safe: await taken("safe"), none: await taken("none") }).toMatchInlineSnapshot(`
    {
      "none": [
        "/app/vendor/acme/lib/lib.php",
        "/app/vendor/composer/autoload_files.php",
        "/app/vendor/composer/installed.json",
        "/app/vendor/dev/loaded/a.php",
        "/app/vendor/dev/tool/tool.php",
      ],
      "safe": [
        "/app/vendor/acme/lib/lib.php",
        "/app/vendor/composer/autoload_files.php",
        "/app/vendor/composer/installed.json",
        "/app/vendor/dev/loaded/a.php",
      ],
    }
  `);
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

it.each(["safe", "reachable"] as const)(
  "knows a source by the file that its link leads to, at level %s",
  async (prune) => {
    const application = `
//- /app/index.php
<?php
require_once 'Gate.php';
//- /usr/share/php/Gate.php -> Gate/Gate.php
//- /usr/share/php/Gate/Gate.php
<?php
require_once __DIR__ . '/source/Gate.php';
readfile(__DIR__ . '/source/words.txt');
//- /usr/share/php/Gate/source/Gate.php
//- /usr/share/php/Gate/source/words.txt
//- /usr/share/php/source/Gate.php
`;
    const traced = await trace("/usr/bin/php", ["index.php"], { application, prune });
    expect(traced.filter((line) => line.includes("Gate"))).toEqual([
      "/usr/share/php/Gate.php -> Gate/Gate.php",
      "/usr/share/php/Gate/Gate.php",
      "/usr/share/php/Gate/source/Gate.php",
      "/usr/share/php/Gate/source/words.txt",
    ]);
  },
);

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

it("takes what Composer installed apart from the application, in place of a developer's copy", async () => {
  const app = `
    //- /index.php
    <?php require __DIR__ . "/vendor/autoload.php";
    //- /vendor/autoload.php
    <?php // of the developer
    //- /vendor/acme/lib/Old.php
  `;
  const installed = `
    //- /vendor/autoload.php
    <?php require_once __DIR__ . "/composer/autoload_real.php";
    //- /vendor/composer/autoload_real.php
    <?php
    //- /vendor/composer/installed.json
    {"packages": [{"name": "acme/lib"}, {"name": "dev/tool"}], "dev-package-names": ["dev/tool"]}
    //- /vendor/acme/lib/Lib.php
    <?php
    //- /vendor/acme/lib/data.json
    //- /vendor/dev/tool/tool.php
  `;
  const { entries } = await closureOf({
    root,
    trees: [
      { id: "dependencies", kind: "dependencies", prefix: "/app", tree: installed },
      { id: "app", kind: "app", prefix: "/app", tree: app, hides: ["vendor"] },
    ],
    roots: [
      { kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/php" },
      { kind: "app", pointer: "/app", view: "main" },
    ],
    process: { workdir: toAbsPath("/app"), cmd: ["-n", "index.php"], appRoot: toAbsPath("/app") },
    plugins: { runtimes: [php] },
  });
  const files = entries.filter(({ path, kind }) => kind === "file" && path.startsWith("/app/"));
  expect(files.map(({ path, tree }) => `${path} ${tree?.id ?? ""}`)).toEqual([
    "/app/index.php app",
    "/app/vendor/acme/lib/Lib.php dependencies",
    "/app/vendor/acme/lib/data.json dependencies",
    "/app/vendor/autoload.php dependencies",
    "/app/vendor/composer/autoload_real.php dependencies",
    "/app/vendor/composer/installed.json dependencies",
  ]);
});

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

it("starts the programs that sources of the application start, and the one that sends mail", async () => {
  const application = `
//- /usr/bin/convert 0755 elf=x86_64 loader=
//- /usr/sbin/sendmail 0755 elf=x86_64 loader=
//- /bin/sh 0755 elf=x86_64 loader=
//- /app/main.php
<?php
// exec('nothing');
$process = proc_open(['convert', 'a.png'], $spec, $pipes);
mail('a@b.example', 'x', 'y');
exec($given);
`;
  const files = await trace("/usr/bin/php", ["-n", "main.php"], { application, appRoot: toAbsPath("/app") });
  expect(files).toContain("/usr/bin/convert");
  expect(files).toContain("/usr/sbin/sendmail");
  expect(files).toContain("unknown: /app/main.php:5 exec($given): unbounded");
});

it("takes no name in backquotes within a text for a command", async () => {
  const application = `
//- /app/main.php
<?php
throw new Oops(message: 'do it by \`$kirk->beam()\`, or "\`$table\`"');
exec("echo \`$given\`");
`;
  const files = await trace("/usr/bin/php", ["-n", "main.php"], { application, appRoot: toAbsPath("/app") });
  expect(files.filter((file) => file.startsWith("unknown: "))).toEqual([
    "unknown: /app/main.php:3 `$given`: unbounded",
  ]);
});

it("follows patterns beside the source, libraries of FFI and messages of domains, at both levels", async () => {
  const application = `
//- /usr/lib/libown.so.1 elf=x86_64
//- /app/main.php
<?php
$ffi = FFI::cdef("int x();", "libown.so.1");
foreach (glob(__DIR__ . '/../shared/*.php') as $file) { require $file; }
bindtextdomain('shop', '/usr/share/locale');
//- /shared/a.php
<?php require '/opt/deep.php';
//- /opt/deep.php
//- /usr/share/locale/de/LC_MESSAGES/shop.mo
//- /usr/share/locale/de/LC_MESSAGES/other.mo
`;
  for (const prune of ["reachable", "safe"] as const) {
    const files = await trace("/usr/bin/php", ["-n", "main.php"], { application, prune, appRoot: toAbsPath("/app") });
    for (const path of ["/shared/a.php", "/opt/deep.php", "/usr/lib/libown.so.1"]) expect(files).toContain(path);
    expect(files).toContain("/usr/share/locale/de/LC_MESSAGES/shop.mo");
    expect(files).not.toContain("/usr/share/locale/de/LC_MESSAGES/other.mo");
  }
});

it("takes the libraries that other sources and settings name, and joined names, where a source opens some", async () => {
  const libraries = ["one.so.1", "two.so.2", "three.so.3", "four.so.4", "never.so"];
  const application = `
${libraries.map((name) => `//- /usr/lib/lib${name} elf=x86_64`).join("\n")}
//- /app/main.php
<?php
use FFI as Native;
require 'list.php';
foreach ($libraries as $name) Native::cdef("int x();", $name);
function open(string $kind) { return Native::cdef("int x();", "lib{$kind}.so.4"); }
open('four');
//- /app/list.php
<?php $libraries = ['libone.so.1', 'libtwo.so.2'];
//- /app/native.yaml
library: /usr/lib/libthree.so.3
`;
  for (const prune of ["reachable", "safe"] as const) {
    const files = await trace("/usr/bin/php", ["-n", "main.php"], { application, prune, appRoot: toAbsPath("/app") });
    expect(files.filter((line) => line.startsWith("/usr/lib/lib")).sort()).toEqual(
      libraries
        .slice(0, 4)
        .map((name) => `/usr/lib/lib${name}`)
        .sort(),
    );
  }
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

it("serves a directory with links to what the builder lacks", async () => {
  const application = "//- /www/index.php\n<?php\n//- /www/less.js -> /usr/share/javascript/less.js\n";
  const files = await trace("/usr/bin/php", ["-n", "-S", "127.0.0.1:80", "-t", "/www"], { application });
  expect(files.filter((path) => /www|less/u.test(path))).toEqual([
    "/www/index.php",
    "/www/less.js -> /usr/share/javascript/less.js",
  ]);
});

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

it("ships links to data elsewhere that a package has", async () => {
  const traced = await trace("/usr/bin/php", ["index.php"], {
    application: `
//- /app/index.php
<?php
require 'Phone/autoload.php';
//- /usr/share/php/Phone/autoload.php
<?php
//- /usr/share/php/Phone/data -> /var/lib/php-phone/enabled/data
//- /var/lib/php-phone/enabled -> available/first
//- /var/lib/php-phone/available/first/data/de.txt
//- /var/lib/dpkg/status
Package: php-phone
Status: install ok installed
Version: 1

//- /var/lib/dpkg/info/php-phone.list
/usr/share/php/Phone/autoload.php
/usr/share/php/Phone/data
/var/lib/php-phone/enabled
/var/lib/php-phone/available/first/data/de.txt
`,
  });
  expect(traced).toContain("/usr/share/php/Phone/data -> /var/lib/php-phone/enabled/data");
  expect(traced).toContain("/var/lib/php-phone/enabled -> available/first");
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
