import { expect, it } from "vitest";
import { trace } from "./trace-shell.ts";

it("follows variables that have the names of others", async () => {
  const script = `first=cat
second=id
name=first
"\${!name}" x
run() { local -n program=$1; "$program" y; }
run second
declare -n other=third
third=/usr/bin/tar
$other z
\${!UNKNOWN} a`;
  expect(await trace(script)).toMatchInlineSnapshot(`
    "program /usr/bin/cat [x]: runs cat (line 4)
    program /usr/bin/id [y]: runs id (line 5)
    program /usr/bin/tar [z]: runs /usr/bin/tar (line 9)
    warning SHELL_COMMAND_COMPUTED: cannot tell what line 10 of /entrypoint.sh runs: \${!UNKNOWN} is known only when it runs"
  `);
});

it("finds what elements of an array are given one at a time", async () => {
  const list = 'command[0]=nginx; command[1]=-t; "${command[@]}"';
  expect(await trace(list)).toContain("program /usr/bin/nginx [-t]: runs nginx (line 1)");
  expect(await trace("declare -A by; by[web]=nginx; by[other]=tar; ${by[$1]} -x")).toMatchInlineSnapshot(`
    "program /usr/bin/nginx [-x]: runs nginx (line 1)
    program /usr/bin/tar [-x]: runs tar (line 1)
    warning SHELL_COMMAND_COMPUTED: cannot tell what line 1 of /entrypoint.sh runs: \${by[$1]} is known only when it runs"
  `);
});

it("splits a list as the script says, and runs what an alias stands for", async () => {
  const found = await trace(`IFS=,\nlist=tar,sed\nfor one in $list; do "$one" --version; done\nalias who='id -u'\nwho`);
  for (const name of ["tar [--version]", "sed [--version]", "id [-u]"]) expect(found).toContain(`/usr/bin/${name}`);
});

it("goes through the variable of a loop that is given values by itself, once for each", async () => {
  const more = Array.from({ length: 9 }, (_, at) => `  each="$each$each${at}"\n`).join("");
  const script = `for each in tar sed; do\n${more}  "$each" --version\ndone\nother=id\n$other`;
  const lines = (await trace(script)).split("\n").filter((line) => line.startsWith("program"));
  expect(lines.map((line) => line.split(" ")[1])).toEqual(["/usr/bin/tar", "/usr/bin/sed", "/usr/bin/id"]);
});

it("gives variables the defaults that are assigned to them, and tells once of what can be something else", async () => {
  const script = `: \${HOME_DIR:=/opt} "\${ARCH=}"
exec "\${HOME_DIR}/bin\${ARCH}/tool" --now
debugger=
test "$1" && debugger="$1"
debugger=$(pick)
exec \${debugger} --version`;
  expect(await trace(script, { args: ["/etc/app.conf.in", "-x"] })).toMatchInlineSnapshot(`
    "file /opt: names /opt (line 1)
    file /opt/bin/tool: names /opt/bin/tool (line 2)
    program /opt/bin/tool [--now]: runs /opt/bin/tool (line 2)
    file /etc/app.conf.in: names /etc/app.conf.in (line 4)
    warning SHELL_COMMAND_MISSING: cannot find pick: line 5 of /entrypoint.sh runs it, not on the PATH of the builder
    warning SHELL_COMMAND_COMPUTED: cannot tell what line 6 of /entrypoint.sh runs: \${debugger} is known only when it runs"
  `);
});

it.each([
  ['RUN=${RUN:-cat}; "$RUN" x', "program /usr/bin/cat [x]: runs cat (line 1)"],
  ['TOOL=$(command -v sed || true); "$TOOL" x', "program /usr/bin/sed [x]: runs sed (line 1)"],
  [`printf '%s\\n' "tar -x" | sh`, "program /usr/bin/tar [-x]: runs tar (line 1)"],
  ['sh <(echo "find -H /srv")', "program /usr/bin/find [-H"],
])("tells what %s runs", async (script, need) => {
  const found = await trace(script);
  expect(found).toContain(need);
  expect(found).not.toContain("warning");
});
