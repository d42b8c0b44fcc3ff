import { expect, it } from "vitest";
import { startedCommandsIn } from "../../../../src/languages/started-commands.ts";
import { dpkg } from "../../../../src/packages/dpkg/dpkg.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { commandCodeOf, tclCalls } from "../../../../src/runtimes/tcl/started-programs.ts";
import { tcl } from "../../../../src/runtimes/tcl/tcl.ts";
import { closureOf } from "../../../support/closure.ts";

it("reads the commands that Tcl starts", () => {
  const commands = startedCommandsIn(
    commandCodeOf(`# exec none
exec -ignorestderr -- jq -n 1 >@stdout
set f [open "| sort -u | tac -s x"]; set g [open |[list cut -f1] r]
if {[catch {exec date -u} out]} { puts $out }
exec sh -c "nl -ba | wc -l"
exec $bin/jq \\
  -n`),
    tclCalls,
  );
  expect(commands.map(({ line, words }) => `${String(line)} ${words.join(", ")}`)).toEqual([
    "2 jq, -n, 1",
    "3 sort, -u",
    "3 tac, -s, x",
    "3 cut, -f1",
    "4 date, -u",
    "5 sh, -c, nl -ba | wc -l",
    "6 $unknown/jq, -n",
  ]);
});

const root = `
//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64
//- /usr/bin/tclsh 0755 elf=x86_64 loader= needed=libtcl8.6.so
//- /usr/lib/libtcl8.6.so elf=x86_64
/usr/share/tcltk/tcl8.6
/usr/lib/tcltk:/usr/share/tcltk
//- /usr/share/tcltk/tcl8.6/init.tcl
//- /usr/share/tcltk/json/pkgIndex.tcl
package ifneeded json 1.3 [list source [file join $dir json.tcl]]
//- /usr/share/tcltk/json/json.tcl
//- /usr/share/tcltk/csv/pkgIndex.tcl
package ifneeded csv 1.0 [list source [file join $dir csv.tcl]]
//- /usr/share/tcltk/csv/csv.tcl
//- /usr/share/tcltk/unused/pkgIndex.tcl
package ifneeded unused 1.0 [list source [file join $dir unused.tcl]]
//- /usr/share/tcltk/unused/unused.tcl
//- /usr/local/bin/render 0755 elf=x86_64
//- /usr/local/bin/convey 0755 elf=x86_64
//- /usr/local/bin/other 0755 elf=x86_64
//- /app/c.conf
set package csv
`;

async function shipped(main: string): Promise<readonly string[]> {
  const { entries } = await closureOf({
    root: `${root}//- /app/main.tcl\n${main}`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/tclsh" }],
    process: { workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), cmd: ["main.tcl"] },
    plugins: { runtimes: [tcl] },
  });
  return entries.map(({ path }) => path).filter((path) => /local\/bin\/|\/(?:json|csv|unused)\.tcl$/u.test(path));
}

it("brings programs that an array names, where the name is computed", async () => {
  const main = "array set t {a render b convey}\nexec $t(a) x";
  expect(await shipped(main)).toEqual(["/usr/local/bin/convey", "/usr/local/bin/render"]);
  expect(await shipped("array set t {a render b convey}\nputs $t(a)")).toEqual([]);
});

it("brings packages that sources and settings name, where the name is computed", async () => {
  const main = 'set p "json"\npackage require $p';
  expect(await shipped(main)).toEqual(["/usr/share/tcltk/csv/csv.tcl", "/usr/share/tcltk/json/json.tcl"]);
  expect(await shipped('set p "json"')).toEqual([]);
  const long = `//- /app/long.conf\n${"# more\n".repeat(10_000)}set package unused\n`;
  expect(await shipped(`package require $p\n${long}`)).toContain("/usr/share/tcltk/unused/unused.tcl");
});

it("starts nothing for sources of libraries that packages have", async () => {
  const { entries } = await closureOf({
    root: `${root}//- /app/main.tcl
package require kit
//- /usr/share/tcltk/kit/pkgIndex.tcl
package ifneeded kit 1.0 [list source [file join $dir kit.tcl]]
//- /usr/share/tcltk/kit/kit.tcl
proc other {} { exec other x }
//- /var/lib/dpkg/status
Package: kit
Status: install ok installed
Version: 1
Architecture: amd64
//- /var/lib/dpkg/info/kit.list
/usr/share/tcltk/kit/pkgIndex.tcl
/usr/share/tcltk/kit/kit.tcl
`,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/tclsh" }],
    process: { workdir: toAbsPath("/app"), appRoot: toAbsPath("/app"), cmd: ["main.tcl"] },
    plugins: { runtimes: [tcl], packages: [dpkg] },
  });
  const paths = entries.map(({ path }) => path);
  expect(paths).toContain("/usr/share/tcltk/kit/kit.tcl");
  expect(paths).not.toContain("/usr/local/bin/other");
});
