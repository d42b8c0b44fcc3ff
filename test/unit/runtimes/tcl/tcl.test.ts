import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { scriptOf } from "../../../../src/runtimes/tcl/runtime.ts";
import { filesOfIndex, readIndex, scanTcl } from "../../../../src/runtimes/tcl/source-scan.ts";
import { tcl } from "../../../../src/runtimes/tcl/tcl.ts";
import { type ClosureCase, closureOf } from "../../../support/closure.ts";

const root = `
//- /usr/bin/tclsh -> tclsh8.6
//- /usr/bin/tclsh8.6 0755 elf=x86_64 loader= needed=libtcl8.6.so
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/lib/libtcl8.6.so elf=x86_64
/usr/share/tcltk/tcl8.6
/usr/lib/tcltk:/usr/share/tcltk
//- /usr/lib/libssl.so.3 elf=x86_64
//- /usr/share/tcltk/tcl8.6/init.tcl
//- /usr/share/tcltk/tcl8.6/tclIndex
//- /usr/share/tcltk/tcl8.6/encoding/shiftjis.enc
//- /usr/share/tcltk/tcl8.6/msgs/fr.msg
//- /usr/share/tcltk/tcl8.6/clock.tcl
uplevel \\#0 {
    package require msgcat 1.6
}
//- /usr/share/tcltk/tcl8.6/tcl8/msgcat-1.6.1.tm
//- /usr/share/tcltk/tcl8.6/tclAppInit.c
//- /usr/share/tcltk/tcl8.6/tcl8/http-2.9.8.tm
package require platform::shell
//- /usr/share/tcltk/tcl8.6/tcl8/platform/shell-1.1.4.tm
//- /usr/lib/tcltk/tls1.8/pkgIndex.tcl
package ifneeded tls 1.8 [list apply {{dir} {
load [file join $dir libtcl9tls.so]
}} $dir]
package ifneeded tls 1.8 [list apply {{dir} {
load [file join $dir libtls.so]
source $dir/tls.tcl
}} $dir]
//- /usr/lib/tcltk/tls1.8/libtls.so elf=x86_64 needed=libssl.so.3
//- /usr/lib/tcltk/tls1.8/libtcl9tls.so elf=x86_64
//- /usr/lib/tcltk/tls1.8/tls.tcl
//- /usr/lib/tcltk/unused1.0/pkgIndex.tcl
package ifneeded unused 1.0 [list source [file join $dir unused.tcl]]
//- /usr/lib/tcltk/unused1.0/unused.tcl
//- /usr/share/tcltk/lib2.0/pkgIndex.tcl
lappend ::auto_path $dir
//- /usr/share/tcltk/lib2.0/json/pkgIndex.tcl
package ifneeded json 1.3 [list source [file join $dir json.tcl]]
//- /usr/share/tcltk/lib2.0/json/json.tcl
source [file join $selfdir json_tcl.tcl]
package require optional
//- /usr/share/tcltk/lib2.0/json/json_tcl.tcl
//- /usr/share/tcltk/lib2.0/json/json_other.tcl
//- /usr/share/tcltk/lib2.0/csv/pkgIndex.tcl
package ifneeded csv 1.0 [list source [file join $dir csv.tcl]]
//- /usr/share/tcltk/lib2.0/csv/csv.tcl
//- /usr/share/zoneinfo/Europe/Paris
//- /app/main.tcl
package require json
package require http
package require lost
catch {package require gone}
# package require unused
package require tls
source [file join [file dirname [info script]] own.tcl]
//- /app/own.tcl
encoding convertfrom shiftjis x
clock format 0 -timezone :Europe/Paris
`;

async function trace(proc: Partial<ClosureCase["process"] & object>): Promise<readonly string[]> {
  const { entries, diagnostics } = await closureOf({
    root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/tclsh" }],
    process: { workdir: toAbsPath("/app"), cmd: ["main.tcl"], ...proc },
    plugins: { runtimes: [tcl] },
  });
  return [
    ...entries.filter(({ kind }) => kind === "file").map(({ path }) => path),
    ...diagnostics.map(({ code, message }) => `${code}: ${message}`),
  ];
}

it("ships the script library, and packages with the indexes that lead to them", async () => {
  expect(await trace({})).toMatchInlineSnapshot(`
    [
      "/app/main.tcl",
      "/app/own.tcl",
      "/lib64/ld-linux-x86-64.so.2",
      "/usr/bin/tclsh8.6",
      "/usr/lib/libssl.so.3",
      "/usr/lib/libtcl8.6.so",
      "/usr/lib/tcltk/tls1.8/libtls.so",
      "/usr/lib/tcltk/tls1.8/pkgIndex.tcl",
      "/usr/lib/tcltk/tls1.8/tls.tcl",
      "/usr/share/tcltk/lib2.0/csv/pkgIndex.tcl",
      "/usr/share/tcltk/lib2.0/json/json.tcl",
      "/usr/share/tcltk/lib2.0/json/json_other.tcl",
      "/usr/share/tcltk/lib2.0/json/json_tcl.tcl",
      "/usr/share/tcltk/lib2.0/json/pkgIndex.tcl",
      "/usr/share/tcltk/lib2.0/pkgIndex.tcl",
      "/usr/share/tcltk/tcl8.6/clock.tcl",
      "/usr/share/tcltk/tcl8.6/encoding/shiftjis.enc",
      "/usr/share/tcltk/tcl8.6/init.tcl",
      "/usr/share/tcltk/tcl8.6/msgs/fr.msg",
      "/usr/share/tcltk/tcl8.6/tcl8/http-2.9.8.tm",
      "/usr/share/tcltk/tcl8.6/tcl8/msgcat-1.6.1.tm",
      "/usr/share/tcltk/tcl8.6/tcl8/platform/shell-1.1.4.tm",
      "/usr/share/tcltk/tcl8.6/tclIndex",
      "/usr/share/zoneinfo/Europe/Paris",
      "MODULE_MISSING: cannot find module lost: required at /app/main.tcl:3, no index of auto_path and no Tcl module has it; asked for by /usr/bin/tclsh8.6 <- /usr/bin/tclsh",
    ]
  `);
});

it("takes files of packages only as they are named at level reachable", async () => {
  const taken = new Set(await trace({ stdlib: "reachable", prune: "reachable" }));
  expect((await trace({})).filter((path) => !taken.has(path))).toMatchInlineSnapshot(`
    [
      "/usr/share/tcltk/lib2.0/json/json_other.tcl",
      "/usr/share/tcltk/tcl8.6/msgs/fr.msg",
    ]
  `);
});

it("misses its own scripts", async () => {
  const { diagnostics } = await closureOf({
    root: "//- /usr/bin/tclsh 0755 elf=x86_64",
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/tclsh" }],
    plugins: { runtimes: [tcl] },
  });
  expect(diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    "TCL_LIBRARY_MISSING: cannot find the scripts of /usr/bin/tclsh: no directory that is compiled into its library holds init.tcl",
  ]);
});

it("reads sources, indexes and arguments", () => {
  const scan = scanTcl('package require -exact a 1\nif 1 { package require b }\nload ./x.so\nsource "$dir/y.tcl"\n');
  expect(scan.packages).toEqual([
    { name: "a", isCertain: true, line: 1 },
    { name: "b", isCertain: false, line: 2 },
  ]);
  expect(scan.files).toEqual(["./x.so"]);
  expect(
    readIndex("# package ifneeded no 1\npackage ifneeded a 1 {\nsource $dir/b.tcl}").map(({ name, script }) => [
      name,
      filesOfIndex(script),
    ]),
  ).toEqual([["a", ["b.tcl"]]]);
  expect([
    scriptOf(["-encoding", "utf-8", "a.tcl"]),
    scriptOf(["-f", "b.exp"]),
    scriptOf(["-D", "0", "--", "c.exp"]),
    scriptOf([]),
  ]).toEqual(["a.tcl", "b.exp", "c.exp", undefined]);
});

it("tells what names that are put together could stand for", () => {
  const text = `#!/usr/bin/tclsh
source [file join $dir plugins $name.tcl]
if {1} { source $file }
package require $module
load [file join [file dirname [info script]] lib$name.so]
source plain.tcl ;# source $x
set y [$obj load $x]; proc source {a} {}
`;
  expect(scanTcl(text).computed).toEqual([
    { line: 2, what: "source [file join $dir plugins $name.tcl]", isBeside: true },
    { line: 3, what: "source $file }", isBeside: false },
    { line: 4, what: "package require $module", isBeside: false },
    { line: 5, what: "load [file join [file dirname [info script]] lib$name.so]", isBeside: true },
  ]);
});

it("reads whole paths in an index", () => {
  const text = "package ifneeded Expect 5.45 \\\n    [list load [file join /usr lib libexpect.so.5.45.4]]";
  expect(readIndex(text).map(({ name, script }) => [name, filesOfIndex(script)])).toEqual([
    ["Expect", ["/usr/lib/libexpect.so.5.45.4"]],
  ]);
});

it("knows directories above the source that variables hold, and what is joined to them", () => {
  const text = `#!/usr/bin/tclsh
set home [file dirname [file dirname [file normalize [info script]]]]
variable dir [file dirname [info script]]
lappend auto_path [file join $home lib]
source [file join $home plugins $kind.tcl]
open [file join $::home texts de.msg]
open $home/tables/rates.csv
`;
  const { homes, directories, joined } = scanTcl(text);
  expect({ homes, directories, joined }).toEqual({
    homes: ["./..", "./"],
    directories: ["./../lib"],
    joined: [["lib"], ["plugins"], ["texts", "de.msg"], ["/tables/rates.csv"]],
  });
});
