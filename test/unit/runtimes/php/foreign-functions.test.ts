import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { trace } from "./trace-php.ts";

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
