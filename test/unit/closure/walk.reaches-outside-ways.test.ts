import { expect, test } from "vitest";
import type { RequestRoot } from "../../../src/closure/model/request.ts";
import { allPlugins } from "../../../src/resolver/plugins.ts";
import { memoryRootFs } from "../../../src/rootfs/memory.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { closureOf } from "../../support/closure.ts";
import { parseFixture } from "../../support/fixture.ts";
import { writeZip } from "../../support/write-zip.ts";

const secrets = `
//- /root/secret.txt
//- /root/secret.js
//- /root/secret.json
{}
//- /root/pkg/package.json
{"name": "pkg", "main": "index.js"}
//- /root/pkg/index.js
//- /root/lib/secret.py
//- /root/lib/secret.rb
//- /root/lib/Secret.pm
1;
//- /root/secret.py
//- /root/secret.rb
//- /root/secret.pl
1;
//- /root/secret.php
<?php
//- /root/secret.lua
//- /root/secret.tcl
//- /root/secret.scm
//- /root/secret.sh
TOKEN=1
//- /root/secret.conf
//- /root/tool 0755 elf=x86_64 loader
//- /root/lib/libsecret.so elf=x86_64
//- /srv/key.js 0600
secret
//- /srv/key.txt 0600
secret
`;

const system = `${secrets}
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/bin/node 0755 elf=x86_64 loader
//- /usr/bin/dash 0755 elf=x86_64 loader
//- /bin/sh -> ../usr/bin/dash
//- /usr/bin/cat 0755 elf=x86_64 loader
//- /usr/bin/python3 -> python3.13
//- /usr/bin/python3.13 0755 elf=x86_64 loader
//- /usr/lib/python3.13/os.py
//- /usr/lib/python3.13/site.py
# lib/python3/dist-packages
//- /usr/lib/python3.13/ctypes/__init__.py
//- /usr/lib/python3.13/encodings/__init__.py
//- /usr/bin/perl 0755 elf=x86_64 loader
/usr/share/perl5
/usr/share/perl/5.40
/usr/bin/perl5.40.1
//- /usr/share/perl/5.40/strict.pm
//- /usr/share/perl/5.40/lib.pm
//- /usr/bin/ruby 0755 elf=x86_64 loader needed=libruby-3.3.so.3.3
//- /usr/lib/libruby-3.3.so.3.3 elf=x86_64
/usr/local/lib/site_ruby/3.3.0
/usr/lib/ruby/vendor_ruby
/usr/lib/ruby/3.3.0
//- /usr/lib/ruby/3.3.0/rbconfig.rb
//- /usr/lib/ruby/3.3.0/set.rb
//- /usr/lib/ruby/3.3.0/rubygems.rb
//- /usr/bin/php 0755 elf=x86_64 loader
/etc/php/8.4/cli
/etc/php/8.4/cli/conf.d
/usr/lib/php/20240924
.:/usr/share/php
//- /usr/bin/lua5.4 0755 elf=x86_64 loader
/usr/share/lua/5.4/?.lua;./?.lua
/usr/lib/lua/5.4/?.so;./?.so
//- /usr/bin/tclsh8.6 0755 elf=x86_64 loader needed=libtcl8.6.so
//- /usr/lib/libtcl8.6.so elf=x86_64
/usr/share/tcltk/tcl8.6
/usr/lib/tcltk:/usr/share/tcltk
//- /usr/share/tcltk/tcl8.6/init.tcl
//- /usr/lib/jvm/java-21/bin/java 0755 elf=x86_64 loader needed=libjli.so
//- /usr/lib/libjli.so elf=x86_64
//- /usr/lib/jvm/java-21/lib/modules
//- /usr/lib/jvm/java-21/lib/server/libjvm.so elf=x86_64
//- /usr/lib/jvm/java-21/lib/jvm.cfg
-server KNOWN
//- /usr/lib/jvm/java-21/release
//- /usr/bin/java -> ../lib/jvm/java-21/bin/java
`;

interface Way {
  readonly cmd: readonly string[];
  readonly app?: string;
  readonly builder?: string;
  readonly jars?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

async function shippedBy({ cmd, app = "//- /empty\n", builder = "", jars = {} }: Way, level: "safe" | "reachable") {
  const [program = "", ...args] = cmd;
  const roots: readonly RequestRoot[] = [
    { kind: "binary", pointer: "/binaries/0", view: "main", path: program },
    { kind: "app", pointer: "/app", view: "main" },
  ];
  const archives = Object.entries(jars).map(([path, files]) => [path, { content: writeZip(files) }] as const);
  return closureOf({
    root: "",
    tree: memoryRootFs([...parseFixture(system + builder), ...archives]),
    trees: [{ id: "app", kind: "app", prefix: "/app", tree: app }],
    roots,
    process: {
      cmd: args,
      workdir: toAbsPath("/app"),
      appRoot: toAbsPath("/app"),
      prune: level,
      stdlib: level,
    },
    plugins: { ...allPlugins(), features: [] },
  });
}

const node = (app: string): Way => ({ cmd: ["/usr/bin/node", "main.js"], app });
const python = (app: string, builder = ""): Way => ({ cmd: ["/usr/bin/python3", "main.py"], app, builder });
const site = "/usr/lib/python3/dist-packages";

const ways: Readonly<Record<string, Way>> = {
  "node: main of a package": node(`//- /main.js
require("f");
//- /node_modules/f/package.json
{"name": "f", "main": "../../../root/secret.js"}
`),
  "node: main of a package that is a directory": node(`//- /main.js
require("f");
//- /node_modules/f/package.json
{"name": "f", "main": "../../../root/pkg"}
`),
  "node: exports that lead to a link": node(`//- /main.js
require("f/x");
//- /node_modules/f/package.json
{"name": "f", "exports": {"./x": "./x.js"}}
//- /node_modules/f/x.js -> ../../../root/secret.js
`),
  "node: imports that lead to a link": node(`//- /main.js
require("#x");
//- /package.json
{"imports": {"#x": "./x.js"}}
//- /x.js -> ../root/secret.js
`),
  "node: relative path of a package": node(`//- /main.js
require("f");
//- /node_modules/f/package.json
{"name": "f"}
//- /node_modules/f/index.js
require("../../../root/secret.json");
`),
  "node: absolute path of the application": node(`//- /main.js
require("/srv/key.js");
`),
  "node: link of a workspace": node(`//- /main.js
require("w");
//- /node_modules/w -> /root/pkg
`),
  "node: relative link of a dependency by file:": node(`//- /main.js
import "w";
//- /package.json
{"type": "module", "dependencies": {"w": "file:../root/pkg"}}
//- /node_modules/w -> ../../root/pkg
`),
  "node: a file beside the source": node(`//- /main.js
require("f");
//- /node_modules/f/package.json
{"name": "f"}
//- /node_modules/f/index.js
fs.readFileSync(path.join(__dirname, "../../../root/secret.txt"));
`),
  "node: a worker": node(`//- /main.js
new (require("worker_threads").Worker)("/root/secret.js");
`),
  "node: a program": node(`//- /main.js
require("child_process").spawn("/root/tool");
`),
  "python: a .pth file": python(
    "//- /main.py\nimport secret\n",
    `//- ${site}/x.pth
/root/lib
`,
  ),
  "python: a relative .pth file": python(
    "//- /main.py\nimport secret\n",
    `//- ${site}/x.pth
../../../../root/lib
`,
  ),
  "python: a link of a package": python(
    "//- /main.py\nimport f\n",
    `//- ${site}/f/__init__.py
//- ${site}/f/data.txt -> ../../../../../root/secret.txt
`,
  ),
  "python: a link to a directory in a package": python(
    "//- /main.py\nimport f.data\n",
    `//- ${site}/f/__init__.py
//- ${site}/f/data -> ../../../../../root/pkg
`,
  ),
  "python: a path that the application opens": python('//- /main.py\nopen("/root/secret.txt")\n'),
  "python: a library": python(
    "//- /main.py\nimport f\n",
    `//- ${site}/f.py
import ctypes
ctypes.CDLL("/root/lib/libsecret.so")
`,
  ),
  "python: a directory that a source adds to sys.path": python(`//- /main.py
import sys
sys.path.insert(0, "/root/lib")
import secret
`),
  "python: a hard link": python(
    "//- /main.py\nimport f\n",
    `//- ${site}/f/__init__.py
//- /srv/hard.txt 0600 inode=7
x
//- ${site}/f/hard.txt 0600 inode=7
x
`,
  ),
  "python: a link of the application": python("//- /main.py\n//- /secret.py -> ../root/secret.py\n"),
  "java: Class-Path of a manifest": {
    cmd: ["/usr/bin/java", "-jar", "/opt/app/app.jar"],
    jars: {
      "/opt/app/app.jar": { "META-INF/MANIFEST.MF": "Main-Class: A\nClass-Path: ../../root/lib.jar\n" },
      "/root/lib.jar": { "A.class": "x" },
    },
  },
  "php: files of Composer": {
    cmd: ["/usr/bin/php", "main.php"],
    app: `//- /main.php
<?php require __DIR__ . '/vendor/autoload.php';
//- /vendor/autoload.php
<?php require_once __DIR__ . '/composer/autoload_real.php';
//- /vendor/composer/autoload_real.php
<?php
//- /vendor/composer/installed.json
{"packages": [{"name": "a/f", "install-path": "../a/f"}]}
//- /vendor/composer/autoload_files.php
<?php
$vendorDir = dirname(__DIR__);
$baseDir = dirname($vendorDir);
return array('x' => $vendorDir . '/../../root/secret.php');
//- /vendor/a/f/f.php
<?php
`,
  },
  "php: a class map of Composer": {
    cmd: ["/usr/bin/php", "main.php"],
    app: `//- /main.php
<?php require __DIR__ . '/vendor/autoload.php';
new Secret();
//- /vendor/autoload.php
<?php require_once __DIR__ . '/composer/autoload_real.php';
//- /vendor/composer/autoload_real.php
<?php
//- /vendor/composer/autoload_classmap.php
<?php
$vendorDir = dirname(__DIR__);
$baseDir = dirname($vendorDir);
return array('Secret' => '/root/secret.php');
`,
  },
  "php: require above its place": {
    cmd: ["/usr/bin/php", "main.php"],
    app: "//- /main.php\n<?php require __DIR__ . '/../root/secret.php';\n",
  },
  "ruby: require_relative": {
    cmd: ["/usr/bin/ruby", "main.rb"],
    app: "//- /main.rb\nrequire_relative '../root/secret'\n",
  },
  "ruby: require of a path": {
    cmd: ["/usr/bin/ruby", "main.rb"],
    app: "//- /main.rb\nrequire '/root/secret'\n",
  },
  "ruby: require_paths of a gem": {
    cmd: ["/usr/bin/ruby", "main.rb"],
    app: "//- /main.rb\nrequire 'secret'\n",
    builder: `//- /var/lib/gems/3.3.0/specifications/f-1.gemspec
# stub: f 1 ruby ../../../../../../root/lib
Gem::Specification.new do |s|
s.name = "f"
s.require_paths = ["../../../../../../root/lib".freeze]
end
//- /var/lib/gems/3.3.0/gems/f-1/x.rb
`,
  },
  "perl: do": { cmd: ["/usr/bin/perl", "main.pl"], app: "//- /main.pl\ndo '/root/secret.pl';\n" },
  "perl: require": { cmd: ["/usr/bin/perl", "main.pl"], app: "//- /main.pl\nrequire '/root/secret.pl';\n" },
  "perl: use lib": {
    cmd: ["/usr/bin/perl", "main.pl"],
    app: "//- /main.pl\nuse lib '/root/lib';\nuse Secret;\n",
  },
  "shell: source": { cmd: ["/app/run.sh"], app: "//- /run.sh 0755\n#!/bin/sh\n. /root/secret.sh\n" },
  "shell: a program": { cmd: ["/app/run.sh"], app: "//- /run.sh 0755\n#!/bin/sh\nexec /root/tool\n" },
  "shell: a file beside the script": {
    cmd: ["/app/run.sh"],
    app: '//- /run.sh 0755\n#!/bin/sh\n. "$(dirname "$0")/../root/secret.sh"\n',
  },
  "lua: dofile": { cmd: ["/usr/bin/lua5.4", "main.lua"], app: '//- /main.lua\ndofile("/root/secret.lua")\n' },
  "tcl: source": { cmd: ["/usr/bin/tclsh8.6", "main.tcl"], app: "//- /main.tcl\nsource /root/secret.tcl\n" },
  "a string of a program": {
    cmd: ["/opt/server"],
    builder: "//- /opt/server 0755 elf=x86_64 loader\n/root/secret.conf\n",
  },
  "a library that a program needs by its path": {
    cmd: ["/opt/server"],
    builder: "//- /opt/server 0755 elf=x86_64 loader needed=/root/lib/libsecret.so\n",
  },
  "the search path of a program": {
    cmd: ["/opt/server"],
    builder: "//- /opt/server 0755 elf=x86_64 loader needed=libsecret.so runpath=/root/lib\n",
  },
  "an included configuration": {
    cmd: ["/opt/server", "-c", "/etc/server.conf"],
    builder: "//- /opt/server 0755 elf=x86_64 loader\n//- /etc/server.conf\ninclude /root/secret.conf;\n",
  },
  "a pattern of a configuration": {
    cmd: ["/opt/server", "-c", "/etc/server.conf"],
    builder: "//- /opt/server 0755 elf=x86_64 loader\n//- /etc/server.conf\ninclude /root/*.conf;\n",
  },
  "a link of the application": node("//- /main.js\n//- /data -> /srv/key.txt\n"),
  "a link of the application to a directory": node("//- /main.js\n//- /data -> /root/pkg\n"),
};

/** Nothing reads these while the program runs: they stay out, and nothing is to be said. */
const unread: Readonly<Record<string, Way>> = {
  "python: a path that RECORD lists": python(
    "//- /main.py\nimport f\n",
    `//- ${site}/f.py
//- ${site}/f-1.dist-info/METADATA
Name: f
Version: 1
//- ${site}/f-1.dist-info/RECORD
f.py,,
f-1.dist-info/METADATA,,
f-1.dist-info/RECORD,,
../../../../root/secret.txt,,
`,
  ),
};

const levels = ["safe", "reachable"] as const;

async function secretsShippedBy(way: Way, level: (typeof levels)[number]) {
  const { entries, diagnostics } = await shippedBy(way, level);
  const isSecret = (path: string): boolean => /^\/(?:root|srv)\/.|\/hard\.txt$/u.test(path);
  const shipped = entries.filter(
    ({ path, kind, tree }) => kind === "file" && (isSecret(path) || isSecret(tree?.path ?? "")),
  );
  return { shipped: shipped.map(({ path }) => path), diagnostics };
}

test.for(Object.entries(ways).flatMap(([name, way]) => levels.map((level) => [name, level, way] as const)))(
  "no secret of the builder ships, and the build says so: %s, at %s",
  async ([, level, way]) => {
    const { shipped, diagnostics } = await secretsShippedBy(way, level);
    expect(shipped).toEqual([]);
    const said = diagnostics.filter(({ code }) => code === "REACHES_OUTSIDE" || code === "FILE_PRIVATE");
    expect(said.map(({ hint = "" }) => hint).join("\n")).toContain("closure.include");
  },
);

test.for(Object.entries(unread).flatMap(([name, way]) => levels.map((level) => [name, level, way] as const)))(
  "no secret of the builder ships: %s, at %s",
  async ([, level, way]) => {
    expect((await secretsShippedBy(way, level)).shipped).toEqual([]);
  },
);
