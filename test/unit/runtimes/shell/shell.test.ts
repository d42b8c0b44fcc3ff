import { expect, it } from "vitest";
import { readShellCommand } from "../../../../src/runtimes/shell/arguments.ts";
import { fixtureRoot } from "../../../support/fixture.ts";
import { builder, trace, traceIn } from "./trace-shell.ts";

it("names each program with its line and its arguments", async () => {
  const script = `#!/bin/sh
set -e
mkdir -p /var/lib/app
if [ "$(id -u)" = 0 ]; then
  find /var/lib/app \\! -user app -exec chown app '{}' +
fi
sed "s/@port@/$PORT/" < /etc/app.conf.in > /tmp/app.conf | cat`;
  expect(await trace(script)).toMatchInlineSnapshot(`
    "file /var/lib/app: names /var/lib/app (line 3)
    program /usr/bin/mkdir [-p, /var/lib/app]: runs mkdir (line 3)
    program /usr/bin/id [-u]: runs id (line 4)
    file /var/lib/app: names /var/lib/app (line 5)
    program /usr/bin/find [/var/lib/app, !, -user, app, -exec, chown, app, {}, +]: runs find (line 5)
    program /usr/bin/chown [app, {}]: runs chown (line 5)
    program /usr/bin/sed ["s/@port@/$PORT/"]: runs sed (line 7)
    program /usr/bin/cat []: runs cat (line 7)
    file /etc/app.conf.in: names /etc/app.conf.in (line 7)"
  `);
});

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

it("says where awk and sed start what only the run tells", async () => {
  const script = `awk -v cmd="id -u" '{ cmd | getline }'
sed 's/^x//e' own`;
  expect(await trace(script, { more: "//- /usr/bin/awk 0755\n" })).toMatchInlineSnapshot(`
    "program /usr/bin/id [-u]: runs id (line 1)
    program /usr/bin/awk [-v, cmd=id -u, { cmd | getline }]: runs awk (line 1)
    program /usr/bin/sed [s/^x//e, own]: runs sed (line 2)
    warning SHELL_COMMAND_COMPUTED: cannot tell what line 2 of /entrypoint.sh runs: what sed starts is known only when it runs"
  `);
});

it("follows the arguments of the image through set, shift and exec", async () => {
  const script = `#!/bin/sh
if [ "\${1#-}" != "$1" ]; then
  set -- redis-server "$@"
fi
exec gosu redis "$0" "$@"
exec "$@"`;
  expect(await trace(script, { args: ["--port", "7"] })).toMatchInlineSnapshot(`
    "file /entrypoint.sh: names /entrypoint.sh (line 5)
    program /usr/bin/gosu [redis, /entrypoint.sh, --port, 7]: runs gosu (line 5)
    program /usr/bin/redis-server [--port, 7]: runs redis-server (line 6)"
  `);
  expect(await trace('shift\nexec "$@"', { args: ["run", "nginx", "-t"] })).toMatchInlineSnapshot(
    `"program /usr/bin/nginx [-t]: runs nginx (line 2)"`,
  );
});

it("knows functions, builtins, variables with known values, and defaults", async () => {
  const script = `PATH=/opt/bin:$PATH
run() { "$@"; }
server=/usr/bin/nginx
run tar -xf /x.tar
tool --now
$server -g x
\${HELPER:-cat} /etc/app.conf.in
for each in id sed; do $each; done
\${OTHER} y`;
  expect(await trace(script)).toMatchInlineSnapshot(`
    "program /usr/bin/tar [-xf, /x.tar]: runs tar (line 2)
    program /opt/bin/tool [--now]: runs tool (line 5)
    program /usr/bin/nginx [-g, x]: runs /usr/bin/nginx (line 6)
    file /etc/app.conf.in: names /etc/app.conf.in (line 7)
    program /usr/bin/cat [/etc/app.conf.in]: runs cat (line 7)
    program /usr/bin/id []: runs id (line 8)
    program /usr/bin/sed []: runs sed (line 8)
    warning SHELL_COMMAND_COMPUTED: cannot tell what line 9 of /entrypoint.sh runs: \${OTHER} is known only when it runs"
  `);
  expect(await trace('exec $SERVER "$1"', { env: { SERVER: "nginx -c a" }, args: ["b"] })).toMatchInlineSnapshot(
    `"program /usr/bin/nginx [-c, a, b]: runs nginx (line 1)"`,
  );
});

it.each([
  'run() { local times=$1; "${@:2}"; }; run 3 nginx -t',
  'run() { local command=("${@:2:2}"); "${command[@]}"; }; run 3 nginx -t x',
  'command=(x nginx -t); "${command[@]:1}"',
  'run() { shift 2; "$@"; }; run a b nginx -t',
  `run() { ${"shift; ".repeat(12)}"$@"; }; run ${"a ".repeat(12)}nginx -t`,
  'run() { shift; shift; "$@"; }; run a b nginx -t',
])("takes a part of a list: %s", async (script) => {
  expect(await trace(script)).toBe("program /usr/bin/nginx [-t]: runs nginx (line 1)");
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

it("passes over functions where the script says so", async () => {
  const script = 'tar() { command tar --numeric-owner "$@"; }\ntar -x\nnginx() { exec nginx -q; }\nnginx';
  expect(await trace(script)).toMatchInlineSnapshot(`
    "program /usr/bin/tar [--numeric-owner, -x]: runs tar (line 1)
    program /usr/bin/nginx [-q]: runs nginx (line 3)"
  `);
});

it("reads code within code", async () => {
  const script = `trap 'cat /etc/app.conf.in' EXIT
eval "tar x"
. /etc/profile
sh -c 'id'`;
  expect(await trace(script)).toMatchInlineSnapshot(`
    "file /etc/app.conf.in: names /etc/app.conf.in (line 1)
    program /usr/bin/cat [/etc/app.conf.in]: runs cat (line 1)
    program /usr/bin/tar [x]: runs tar (line 2)
    file /etc/profile: names /etc/profile (line 3)
    module /etc/profile: reads /etc/profile (line 3)
    program /usr/bin/sh [-c, id]: runs sh (line 4)"
  `);
});

it("tells of programs that are not there, unless the script asks first", async () => {
  const script = `if command -v jq >/dev/null; then jq .; fi
[ -x /usr/bin/yq ] && /usr/bin/yq
psql
psql -l
/usr/bin/nothing`;
  expect(await trace(script)).toMatchInlineSnapshot(`
    "warning SHELL_COMMAND_MISSING: cannot find psql: line 3 of /entrypoint.sh runs it, not on the PATH of the builder
    warning SHELL_COMMAND_MISSING: cannot find /usr/bin/nothing: line 5 of /entrypoint.sh runs it, not on the PATH of the builder"
  `);
});

it("starts what a script of the stage's own looks for, also by its functions and loops", async () => {
  const script = `need() { for tool in "$@"; do command -v "$tool" >/dev/null || exit 1; done; }
need tar ghost
type id
OTHERS=(sed nginx)
for other in "\${OTHERS[@]}"; do hash "$other"; done`;
  const found = (await trace(script)).matchAll(/^program \S+ \[\]: looks for (?<name>\w+) /gmu);
  expect(new Set([...found].map(({ groups }) => groups?.["name"]))).toEqual(new Set(["tar", "id", "sed", "nginx"]));
  const more = `//- /usr/bin/script 0755\n${script}\n`;
  expect(await trace("", { script: "/usr/bin/script", more })).not.toContain("looks for");
});

it("runs the words of loops over arrays, and over lines that are read", async () => {
  const script = `TOOLS=(tar sed)
for tool in "\${TOOLS[@]}"; do "$tool" --version; done
while read -r name rest; do "$name" $rest; done <<END
cat /etc/app.conf.in
id
END`;
  const lines = (await trace(script)).split("\n").filter((line) => line.startsWith("program"));
  expect(lines.map((line) => line.split(" ")[1])).toEqual(
    expect.arrayContaining(["tar", "sed", "cat", "id"].map((name) => `/usr/bin/${name}`)),
  );
});

it("takes the words that eval sets for arguments", async () => {
  expect(await trace(`eval set -- "tar --version"\nexec "$@"`)).toContain("program /usr/bin/tar [--version]");
});

it("splits a list as the script says, and runs what an alias stands for", async () => {
  const found = await trace(`IFS=,\nlist=tar,sed\nfor one in $list; do "$one" --version; done\nalias who='id -u'\nwho`);
  for (const name of ["tar [--version]", "sed [--version]", "id [-u]"]) expect(found).toContain(`/usr/bin/${name}`);
});

it.each([`case "$1" in all) id ;; *) exec "$@" ;; esac`, `if [[ "$1" == all ]]; then id; else exec "$@"; fi`])(
  "takes a word that the script compares for no missing program: %s",
  async (script) => {
    expect(await trace(script, { args: ["all"] })).not.toContain("MISSING");
    expect(await trace(script, { args: ["none"] })).toContain("cannot find none");
    expect(await trace(script.replaceAll('"$@"', "all"))).toContain("cannot find all");
  },
);

it.each([
  `while IFS= read -r -d '' hook; do . "$hook"; done < <(find /etc/hooks -name '*.sh' -print0 | sort -z)`,
  `find /etc/hooks -name '*.sh' | sort | while read -r hook; do . "$hook"; done`,
  `while read -r hook; do . "$hook"; done <<< "$(ls /etc/hooks/*.sh)"`,
])("follows what a loop reads of the names that a command prints: %s", async (script) => {
  const found = await trace(script, { more: "//- /etc/hooks/10-own.sh\ntar --version\n" });
  expect(found).toContain("module /etc/hooks/10-own.sh: reads");
});

const own = `//- /opt/own/classpath 0755
#!/bin/sh
cp=
while read -r name rest; do
  jar=/usr/share/java/$name.jar
  [ -e "$jar" ] || { echo "$jar is missing" >&2; exit 1; }
  cp=$cp:$jar
done < "$OWN_HOME/jars.list"
printf '%s\\n' "\${cp#:}"
//- /opt/own/jars.list
# name  why
http    server
store   tables
//- /opt/own/version
3.1
//- /usr/share/java/http.jar
//- /usr/share/java/store.jar
//- /usr/share/java/other.jar
`;

it.each([
  ["a script", `CP=$(/opt/own/classpath)`, "/usr/share/java/http.jar:/usr/share/java/store.jar"],
  [
    "a function",
    `jars() { for one in "$@"; do printf '%s:' "/usr/share/java/$one.jar"; done; }\nCP=$(jars http store)`,
    "/usr/share/java/http.jar:/usr/share/java/store.jar",
  ],
  ["a loop", `CP=$(for one in http store; do printf '%s,' "$one"; done)`, "http,store"],
  ["a function's default", `home() { echo "\${1:-/opt/own}/lib"; }\nCP=$(home)`, "/opt/own/lib"],
  ["cat", `CP=/opt/own-$(cat "$OWN_HOME/version")/lib`, "/opt/own-3.1/lib"],
  ["a file", `CP=/opt/own-$(<"$OWN_HOME/version")/lib`, "/opt/own-3.1/lib"],
  ["a loop over its lines", `while read -r one rest; do CP=$CP:$one; done < $OWN_HOME/jars.list`, ":http:store"],
])("knows what %s prints", async (_, script, value) => {
  const lines = await trace(`${script}\ntar --path "$CP"`, { more: own, env: { OWN_HOME: "/opt/own" } });
  expect(lines).toContain(`program /usr/bin/tar [--path, ${value}]`);
});

it("bounds the functions and scripts that print what others print", async () => {
  const calls = (name: string): string => `echo "$(${name} "$1a")$(${name} "$1b")"\n`.repeat(40);
  const functions = Array.from({ length: 9 }, (_, at) => `f${at}() {\n${calls(`f${(at + 1) % 9}`)}}\n`).join("");
  const scripts = Array.from(
    { length: 20 },
    (_, at) => `//- /opt/own/s${at} 0755\n#!/bin/sh\n${calls(`/opt/own/s${(at + 1) % 20}`)}`,
  );
  const found = await trace(`${functions}tar "$(f0 x)" "$(/opt/own/s0)"`, { more: scripts.join("") });
  expect(found).toContain("program /usr/bin/tar");
});

it("takes no text for what a command prints that goes elsewhere", async () => {
  const script = `tool() { echo tar >&2; echo sed > /tmp/x; echo cat | id; }\n$(tool) --version`;
  expect(await trace(script)).not.toMatch(/program \/usr\/bin\/(?:tar|sed|cat) /u);
});

it("reads no accounts for names of files", async () => {
  const script = `while IFS=: read -r user _ _ _ _ home _; do tar -c "$home"; done < /etc/passwd`;
  const more = "//- /etc/passwd\nroot:x:0:0:root:/root:/bin/sh\n//- /root/.profile\n";
  expect(await trace(script, { more })).not.toContain("/root");
});

it("goes through the variable of a loop that is given values by itself, once for each", async () => {
  const more = Array.from({ length: 9 }, (_, at) => `  each="$each$each${at}"\n`).join("");
  const script = `for each in tar sed; do\n${more}  "$each" --version\ndone\nother=id\n$other`;
  const lines = (await trace(script)).split("\n").filter((line) => line.startsWith("program"));
  expect(lines.map((line) => line.split(" ")[1])).toEqual(["/usr/bin/tar", "/usr/bin/sed", "/usr/bin/id"]);
});

it("gives a command the values of variables that others asked for while one was looked up", async () => {
  const script = `second="$first$END"
first="\${second}sed"
"$first" a
END=
first=tar
"$second" b`;
  expect(await trace(script)).toMatchInlineSnapshot(`
    "program /usr/bin/sed [a]: runs sed (line 3)
    program /usr/bin/tar [a]: runs tar (line 3)
    program /usr/bin/sed [b]: runs sed (line 6)
    program /usr/bin/tar [b]: runs tar (line 6)
    warning SHELL_COMMAND_COMPUTED: cannot tell what line 3 of /entrypoint.sh runs: "$first" is known only when it runs
    warning SHELL_COMMAND_COMPUTED: cannot tell what line 6 of /entrypoint.sh runs: "$second" is known only when it runs"
  `);
});

it("tells of lines that a loop reads beyond those that are followed", async () => {
  const lines = (count: number): string => `while read -r name; do "$name"; done <<END\n${"id\n".repeat(count)}END`;
  expect(await trace(lines(300))).toContain("the rest of a long script");
  expect(await trace(lines(20))).not.toContain("the rest of a long script");
});

it("keeps what it read before a mistake, and bounds what it reads", async () => {
  expect(await trace("id\nif true; then\n  cat /x\n")).toMatchInlineSnapshot(`
    "warning SHELL_UNREADABLE: cannot read the shell script /entrypoint.sh: line 5: expected 'fi' to close 'if'
    program /usr/bin/id []: runs id (line 1)
    program /usr/bin/cat [/x]: runs cat (line 3)"
  `);
  const deep = `${"$(".repeat(20_000)}id${")".repeat(20_000)}`;
  expect(await trace(deep)).toMatch(/^warning SHELL_UNREADABLE/mu);
  const loop = 'set -- nginx "$@"\nset -- tar "$@"\nexec "$0" "$@"\nexec "$@"';
  expect(await trace(loop)).toMatchInlineSnapshot(`
    "file /entrypoint.sh: names /entrypoint.sh (line 3)
    program /usr/bin/nginx []: runs nginx (line 4)
    program /usr/bin/tar []: runs tar (line 4)"
  `);
});

it("reads no binary file, as shells do not", async () => {
  const text = "\x7fELF\x02\x01\x01\0\0H\0\0tool\nls /srv\n";
  expect(await trace(text)).toMatchInlineSnapshot(
    `"warning SHELL_UNREADABLE: cannot read the shell script /entrypoint.sh: line 1: not a script, but a binary file"`,
  );
});

it("reads the arguments of a shell", () => {
  expect(readShellCommand(["-euo", "pipefail", "/run.sh", "a"])).toEqual({
    code: undefined,
    script: "/run.sh",
    positional: ["a"],
    isLogin: false,
  });
  expect(readShellCommand(["-lc", "exec $0", "name", "a"])).toMatchObject({
    code: "exec $0",
    positional: ["a"],
    isLogin: true,
  });
  expect(readShellCommand(["-s", "a"])).toMatchObject({ code: undefined, script: undefined, positional: ["a"] });
});

it("reads variables that lengthen themselves in the time that they are long", async () => {
  const lines = Array.from({ length: 40 }, (_, index) => `args="\${args} -${String(index)} \${more}"; more="\${args}"`);
  expect(await trace([...lines, "nginx ${args}"].join("\n"))).toContain("program /usr/bin/nginx");
});

it("takes of several ways to run a command those that can be run", async () => {
  const script = `home=/opt; test -d /lost && home=/lost\nexec "\${home}/bin/tool"\ndebugger=; test "$1" && debugger="$1"\nexec \${debugger} /opt/bin/tool`;
  expect(await trace(script, { args: ["/etc/app.conf.in"] })).toMatchInlineSnapshot(`
    "file /opt/bin/tool: names /opt/bin/tool (line 2)
    program /opt/bin/tool []: runs /opt/bin/tool (line 2)
    file /etc/app.conf.in: names /etc/app.conf.in (line 3)
    file /opt/bin/tool: names /opt/bin/tool (line 4)
    program /opt/bin/tool []: runs /opt/bin/tool (line 4)"
  `);
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
  'cmd="${1:-help}"\n. "$APP/$cmd.sh"',
  '. "/opt/app/${1}.sh"',
  'run() { local cmd=$1; shift; . /opt/app/"$cmd".sh; }\nrun "$1"',
  'cmd_run() { . "/opt/app/${1:-lib}.sh"; }\nshift\ncmd_run "$@"',
])("reads every script among which an argument of the run chooses: %s", async (choice) => {
  const more = "//- /opt/app/lib.sh\ntar --version\nown\n//- /opt/app/show.sh\ncat /x\n";
  const found = await trace(`APP=/opt/app\nown() { id; }\n${choice}`, { args: ["watch"], more });
  expect(found).toContain("module /opt/app/lib.sh");
  expect(found).toContain("module /opt/app/show.sh");
  expect(found).toContain("program /usr/bin/tar");
  expect(found).not.toContain("MISSING");
});

it("reads of several scripts those alone that the calls of a function name", async () => {
  const more = "//- /opt/lib/log.sh\nid\n//- /opt/lib/pack.sh\ntar --version\n";
  const found = await trace('use() { . "/opt/lib/$1.sh"; }\nuse log', { more });
  expect(found).toContain("module /opt/lib/log.sh");
  expect(found).not.toContain("pack.sh");
});

it("reads what a script reads in one scope with it, wherever links lead from its name", async () => {
  const more = `
//- /usr/bin/app -> ../../opt/app/bin/app
//- /opt/app/bin/app 0755
//- /opt/app/bin/java 0755
//- /opt/app/lib/app.jar
//- /opt/app/lib.sh
JAVA="$APP_HOME/bin/java"
test -x "$APP_HOME/jre/java" && JAVA="$APP_HOME/jre/java"
OPTIONS="$OPTIONS -Da=b"
start() {
  class=$1
  eval exec "\\"\\$JAVA\\"" $OPTIONS $MORE -cp "\\"\\$APP_HOME/lib/app.jar\\"" $class
}
`;
  const script = `: \${APP:=/opt/app/bin/app}
APP_HOME=\`cd "$(dirname "$APP")/.." >/dev/null; pwd\`
. "$APP_HOME/lib.sh"
start a.Main`;
  expect(await trace(script, { more })).toMatchInlineSnapshot(`
    "file /opt/app/bin/app: names /opt/app/bin/app (line 1)
    unknown /opt/app/bin/.. (line 2): {"kind":"directory","path":"/opt/app"}
    file /opt/app: names /opt/app/bin/.. (line 2)
    file /opt/app/bin/app: names /opt/app/bin/app (line 2)
    warning SHELL_COMMAND_MISSING: cannot find dirname: line 2 of /entrypoint.sh runs it, not on the PATH of the builder
    file /opt/app/lib.sh: names /opt/app/lib.sh (line 3)
    module /opt/app/lib.sh: reads /opt/app/lib.sh (line 3)
    file /opt/app/bin/java: names /opt/app/bin/java (line 6)
    file /opt/app/lib/app.jar: names /opt/app/lib/app.jar (line 6)
    program /opt/app/bin/java [-Da=b, -cp, /opt/app/lib/app.jar, a.Main]: runs /opt/app/bin/java (line 6)"
  `);
});

it("takes $0 for the name that a script was started by, and for where links lead from it", async () => {
  const root = fixtureRoot(`${builder}
//- /entrypoint.sh -> /opt/app/bin/run
//- /opt/app/bin/tool 0755
//- /opt/app/bin/run 0755
exec "$(dirname "$0")/tool" "$(basename "$0")"
`);
  expect(await traceIn(root)).toMatchInlineSnapshot(`
    "file /opt/app/bin/tool: names /opt/app/bin/tool (line 1)
    program /opt/app/bin/tool [entrypoint.sh]: runs /opt/app/bin/tool (line 1)
    program /opt/app/bin/tool [run]: runs /opt/app/bin/tool (line 1)
    file /entrypoint.sh: names /entrypoint.sh (line 1)
    warning SHELL_COMMAND_MISSING: cannot find dirname: line 1 of /entrypoint.sh runs it, not on the PATH of the builder
    file /opt/app/bin/run: names /opt/app/bin/run (line 1)
    warning SHELL_COMMAND_MISSING: cannot find basename: line 1 of /entrypoint.sh runs it, not on the PATH of the builder"
  `);
});

it("meets every value of many words once at least, instead of every combination", async () => {
  const values = (name: string): string => Array.from({ length: 10 }, (_, at) => `${name}=${name}${at}`).join("\n");
  const programs = await trace(`${values("a")}\n${values("b")}\n${values("c")}\nsed $a $b $c`);
  const lines = programs.split("\n").filter((line) => line.startsWith("program /usr/bin/sed"));
  expect(lines).toHaveLength(10);
  for (const name of ["a", "b", "c"])
    for (let at = 0; at < 10; at++) expect(lines.some((line) => line.includes(`${name}${at}`))).toBe(true);
});

it("loses none of more values than it follows", async () => {
  const numbers = Array.from({ length: 70 }, (_, at) => at);
  const more = `${numbers.map((at) => `//- /srv/pages/p${at}\n`).join("")}//- /srv/tools/last 0755\n`;
  const show = numbers.map((at) => `page=/srv/pages/p${at}`).join("\n");
  const run = `${numbers.map((at) => `tool=tool${at}`).join("\n")}\ntool=/srv/tools/last`;
  const traced = (await trace(`${show}\ncat "$page"\n${run}\n$tool`, { more })).split("\n");
  for (const at of numbers) expect(traced.some((line) => line.startsWith(`file /srv/pages/p${at}:`))).toBe(true);
  expect(traced).toContain("program /srv/tools/last []: has /srv/tools/last among many values");
  expect(traced.some((line) => line.includes("cannot tell what line 143"))).toBe(true);
});

it("says that a script reads more than it follows, with their names", async () => {
  const numbers = Array.from({ length: 300 }, (_, at) => at);
  const more = numbers.map((at) => `//- /srv/parts/p${at}.sh\ntrue\n`).join("");
  const traced = await trace(numbers.map((at) => `. /srv/parts/p${at}.sh`).join("\n"), { more });
  const unknown = traced.split("\n").find((line) => line.startsWith("unknown")) ?? "";
  expect(unknown).toMatch(/^unknown 256 scripts and more that it reads/u);
  expect(unknown).toContain("/srv/parts/p299.sh");
});

it("reads long scripts to their ends", async () => {
  const long = `id\n${"# a comment\n".repeat(30_000)}tar -x\n`;
  expect(await trace(long)).toContain("program /usr/bin/tar [-x]: runs tar (line 30002)");
});

it("follows programs of the stage's own, and command lines, that a command is handed", async () => {
  const more = "//- /opt/own/answer 0755\n//- /opt/own/kept 0755\n";
  const script = `tool EXEC:/opt/own/answer,stderr
tool SYSTEM:'tar -x; cat /srv/text' EXEC:'id -u' "find it" "none -x"
chmod 755 /opt/own/kept`;
  expect(await trace(script, { more })).toMatchInlineSnapshot(`
    "file /opt/own/answer: names /opt/own/answer (line 1)
    program /opt/own/answer []: gives tool the program /opt/own/answer (line 1)
    warning SHELL_COMMAND_MISSING: cannot find tool: line 1 of /entrypoint.sh runs it, not on the PATH of the builder
    program /usr/bin/tar [-x]: runs tar (line 2)
    program /usr/bin/cat [/srv/text]: runs cat (line 2)
    program /usr/bin/id [-u]: runs id (line 2)
    file /opt/own/kept: names /opt/own/kept (line 3)
    warning SHELL_COMMAND_MISSING: cannot find chmod: line 3 of /entrypoint.sh runs it, not on the PATH of the builder"
  `);
});

it("takes a command behind a kind for one, whatever its arguments are, and several in one argument", async () => {
  const script = `nginx EXEC:'id first' SYSTEM:'cat reader' 'tar house; sed reader' 'find the way'
nginx -config /srv/own/desk`;
  const traced = await trace(script, { more: "//- /srv/own/desk.config\n//- /srv/own/desk.old.config\n" });
  const commands = traced.split("\n").filter((line) => /^(?:program|file)/u.test(line) && !line.includes("[EXEC"));
  expect(commands).toEqual([
    "program /usr/bin/id [first]: runs id (line 1)",
    "program /usr/bin/cat [reader]: runs cat (line 1)",
    "program /usr/bin/tar [house]: runs tar (line 1)",
    "program /usr/bin/sed [reader]: runs sed (line 1)",
    "file /srv/own/desk.config: names /srv/own/desk (line 2)",
    "program /usr/bin/nginx [-config, /srv/own/desk]: runs nginx (line 2)",
  ]);
});

it("goes through the words of a variable that a loop is given without quotes", async () => {
  const more = "//- /opt/app/lib.sh\nmake() { tar -x; }\n";
  const script = `places="/none/include /opt/app ./include"
for one in $places; do [ -d $one ] && found=$one; done
. $found/lib.sh
make`;
  expect(await trace(script, { more })).toContain("program /usr/bin/tar [-x]");
});

it("takes all programs whose names begin as a computed one does", async () => {
  const more = "//- /usr/bin/tool-read-csv 0755\n//- /usr/bin/tool-read-xml 0755\n//- /usr/bin/tool-write 0755\n";
  expect(await trace(`FORMAT=$1\ntool-read"$FORMAT" x\nt$FORMAT`, { more })).toMatchInlineSnapshot(`
    "program /usr/bin/tool-read-csv: runs tool-read"$FORMAT" (line 2)
    program /usr/bin/tool-read-xml: runs tool-read"$FORMAT" (line 2)
    warning SHELL_COMMAND_COMPUTED: cannot tell what line 3 of /entrypoint.sh runs: t$FORMAT is known only when it runs"
  `);
});

it("takes no file that a command makes for a script that it reads", async () => {
  const script = `out=$\{1:-/made/out}
for kind in a b c; do sed -o "$out/x.$kind" -q; done
for kind in a b c; do sed "$out/x.$kind" -q; done
for kind in a b c; do nginx "$out/x.$kind" -q; done`;
  expect(await trace(script)).toMatchInlineSnapshot(`
    "program /usr/bin/sed [-o, /made/out/x.a, -q]: runs sed (line 2)
    program /usr/bin/sed [-o, /made/out/x.b, -q]: runs sed (line 2)
    program /usr/bin/sed [-o, /made/out/x.c, -q]: runs sed (line 2)
    program /usr/bin/sed []: runs sed (line 3)
    unknown sed "$out/x.$kind" -q (line 3): {"kind":"anything"}
    program /usr/bin/nginx [/made/out/x.a, -q]: runs nginx (line 4)
    program /usr/bin/nginx [/made/out/x.b, -q]: runs nginx (line 4)
    program /usr/bin/nginx [/made/out/x.c, -q]: runs nginx (line 4)
    warning SHELL_COMMAND_COMPUTED: cannot tell what line 3 of /entrypoint.sh runs: "$out/x.$kind" is known only when it runs"
  `);
});

it.each([
  ["safe", true],
  ["reachable", false],
] as const)("follows functions of a script that its directory brings, at %s: %s", async (prune, isFollowed) => {
  const root = fixtureRoot(`${builder}//- /app/lib.sh\ndeliver() { tar; }\n//- /entrypoint.sh\n. /dev/null\n`);
  const found = await traceIn(root, { script: "/entrypoint.sh", reads: "/app/lib.sh", prune });
  expect(found.includes("program /usr/bin/tar")).toBe(isFollowed);
});

it("reads one of several scripts by a variable of the environment that has a default", async () => {
  const script = `DELIVER=outbox
DELIVER=\${OWN_DELIVER:-$DELIVER}
notify() {
  local driver=$OWN_HOME/deliver.d/$DELIVER.sh
  . "$driver"
  "deliver_$DELIVER"
}
notify`;
  const more = `//- /opt/own/deliver.d/outbox.sh
deliver_outbox() { cat; }
//- /opt/own/deliver.d/smtp.sh
deliver_smtp() { tar; }
//- /opt/own/lib/smtp.sh
deliver_other() { sed; }
`;
  const found = await trace(script, { more, env: { OWN_HOME: "/opt/own" } });
  expect(found).toContain("module /opt/own/deliver.d/smtp.sh");
  expect(found).not.toContain("/opt/own/lib");
});

it("bounds what a script that a variable chooses can be", async () => {
  const names = ["a", "b", "c", "d"];
  const more = (name: string): string =>
    names
      .map((other) => `${name}="$${other}"\n`)
      .join("")
      .repeat(100);
  expect(await trace(`a=\${OWN:-x}\n${names.map(more).join("")}. "/opt/own/$a$b$c$d.sh"\ntar -x`)).toContain(
    "program /usr/bin/tar",
  );
});

it("runs nothing by what a silent command prints", async () => {
  const lines = await trace(
    `#!/bin/sh\nif $(kill -0 "\${pid:-}" 2> /dev/null); then :; fi\n$(test -e /x)\n$(kill -l) x`,
  );
  expect(lines).not.toMatch(/line [23] of/u);
  expect(lines).toContain("cannot tell what line 4 of /entrypoint.sh runs");
});

it("tells of many computed commands of one script at once", async () => {
  const lines = (count: number): string => Array.from({ length: count }, (_, at) => `"$one${at}"`).join("\n");
  expect((await trace(lines(3))).split("\n")).toHaveLength(3);
  expect(await trace(lines(30))).toBe(
    'warning SHELL_COMMAND_COMPUTED: cannot tell what line 1 of /entrypoint.sh runs: "$one0" is known only when it runs; and 29 more lines: 2, 3, 4, ...',
  );
});

it("gives a command each directory that a variable may name", async () => {
  const script = 'root=/srv/one\nif test "$1"; then root=/srv/two; fi\nnginx -p "$root"\n';
  const more = "//- /srv/one/a\n//- /srv/two/b\n";
  const lines = (await trace(script, { more })).split("\n").filter((line) => line.startsWith("unknown"));
  expect(lines).toEqual([
    'unknown /srv/one (line 3): {"kind":"directory","path":"/srv/one"}',
    'unknown /srv/two (line 3): {"kind":"directory","path":"/srv/two"}',
  ]);
});

it("gives a command a directory of the stage's own or of a package, but for those that make or change it", async () => {
  const more = "//- /srv/www/index.html\n//- /srv/data/a\n//- /usr/share/x/a\n";
  const script = "cat -r /srv/www --root=/srv/data /usr/share/x /srv/none\nmkdir -p /srv/data; chown -R 1 /srv/data";
  const traced = await trace(script, { more });
  expect(traced.split("\n").filter((line) => line.startsWith("unknown"))).toEqual([
    'unknown /srv/www (line 1): {"kind":"directory","path":"/srv/www"}',
    'unknown --root=/srv/data (line 1): {"kind":"directory","path":"/srv/data"}',
    'unknown /usr/share/x (line 1): {"kind":"directory","path":"/usr/share/x"}',
  ]);
  const copied = await trace("cat -r /usr/share/x/. /usr/share /tmp\n", { more });
  expect(copied).toContain('unknown /usr/share/x/. (line 1): {"kind":"directory","path":"/usr/share/x"}');
  const ofPackage = {
    script: "/usr/share/x/start",
    more: `${more}//- /usr/share/x/start 0755\ncat -r /usr/share/x/more\n//- /usr/share/x/more/b\n`,
  };
  expect(await trace("", ofPackage)).not.toContain("unknown");
});

it("takes files by their names where the script changed to, and a command behind two dashes", async () => {
  const more = "//- /srv/book/own.md\n//- /srv/book/other.md\n//- /usr/bin/sort 0755 elf=x86_64\n";
  const traced = await trace("cd /srv/book; cat -s own.md\nfind -f count -- sort -r\nfind -- own.md\nfind -e sort -u", {
    more,
  });
  expect(traced.split("\n").filter((line) => /book|sort/u.test(line))).toMatchInlineSnapshot(`
    [
      "unknown /srv/book (line 1): {"kind":"directory","path":"/srv/book"}",
      "file /srv/book: names /srv/book (line 1)",
      "file /srv/book/own.md: names own.md, in /srv/book (line 1)",
      "program /usr/bin/cat [-s, own.md] in /srv/book: runs cat (line 1)",
      "program /usr/bin/find [-f, count, --, sort, -r]: runs find (line 2)",
      "program /usr/bin/find [-f, count, --, sort, -r] in /srv/book: runs find (line 2)",
      "program /usr/bin/sort [-r]: gives find the command sort (line 2)",
      "file /srv/book/own.md: names own.md, in /srv/book (line 3)",
      "program /usr/bin/find [--, own.md] in /srv/book: runs find (line 3)",
      "program /usr/bin/find [-e, sort, -u]: runs find (line 4)",
      "program /usr/bin/find [-e, sort, -u] in /srv/book: runs find (line 4)",
      "program /usr/bin/sort [-u]: gives find the command sort (line 4)",
    ]
  `);
});

it("gives a command the files of a pattern, but for those that every system has", async () => {
  const more = "//- /srv/pages/a.html\n//- /srv/pages/deep/b.html\n//- /etc/x.conf\n";
  const script = "cat /srv/pages/* /etc/*.conf /srv/none/* /tmp/*";
  expect(await trace(script, { more })).toMatchInlineSnapshot(`
    "unknown /srv/pages/* (line 1): {"kind":"paths","paths":["/srv/pages/a.html","/srv/pages/deep"]}
    program /usr/bin/cat [/srv/pages/*, /etc/*.conf, /srv/none/*, /tmp/*]: runs cat (line 1)"
  `);
});

it("takes files behind the name or the letter of an option, and behind a kind", async () => {
  const more = "//- /srv/film/own.txt\n//- /srv/film/own.cpt\n";
  const traced = await trace(
    "cd /srv/film; cat -C/srv/film/own.cpt pango:own.txt -aown.txt --in=own.cpt http://own.txt",
    { more },
  );
  expect(traced.split("\n").filter((line) => line.startsWith("file /srv/film/"))).toMatchInlineSnapshot(`
    [
      "file /srv/film/own.cpt: names /srv/film/own.cpt (line 1)",
      "file /srv/film/own.txt: names own.txt, in /srv/film (line 1)",
      "file /srv/film/own.cpt: names own.cpt, in /srv/film (line 1)",
    ]
  `);
});

it("takes files by their addresses", async () => {
  const more = "//- /srv/page/own.html\n//- /srv/parts/a.html\n//- /srv/book/b.html\n";
  const traced = await trace(
    "cat file:///srv/page/own.html --in=file:///srv/book/b.html; cat --base=file:///srv/parts http://srv/page",
    { more },
  );
  expect(
    traced.split("\n").filter((line) => line.includes("/srv/") && !line.startsWith("program")),
  ).toMatchInlineSnapshot(`
    [
      "file /srv/page/own.html: names /srv/page/own.html (line 1)",
      "file /srv/book/b.html: names /srv/book/b.html (line 1)",
      "file /srv/parts: names /srv/parts (line 1)",
      "unknown --base=file:///srv/parts (line 1): {"kind":"directory","path":"/srv/parts"}",
    ]
  `);
});

it("takes a file that a command of a program's own language names within one argument", async () => {
  const traced = await trace('cat -e "script load /srv/chat/own.py" --', { more: "//- /srv/chat/own.py\n" });
  expect(traced).toContain("file /srv/chat/own.py: names /srv/chat/own.py (line 1)");
});

it("follows no function of a file that it reads which nothing calls", async () => {
  const more = `
//- /opt/app/lib.sh
quiet() { exec cat "$@"; }
inner() { sed -n "$1"; }
outer() { x=$(inner $1); }
handed() { tar -x; }
`;
  const script = "[ -f ~/.rc ] && . $HOME/.rc\n. /opt/app/lib.sh\nouter 1\ntrap handed EXIT\nown() { find x; }";
  const traced = await trace(script, { more, args: ["-c", "x"] });
  expect(traced.split("\n").filter((line) => line.startsWith("program"))).toMatchInlineSnapshot(`
    [
      "program /usr/bin/find [x]: runs find (line 5)",
      "program /usr/bin/sed [-n, 1]: runs sed (line 2)",
      "program /usr/bin/tar [-x]: runs tar (line 4)",
    ]
  `);
  // A call that is computed may be one of any.
  expect(await trace(`${script}\n$other 1`, { more })).toContain("program /usr/bin/cat");
});

it("reads what programs are given in variables, and names in a directory that it changed to", async () => {
  const more = "//- /srv/own.conf\n//- /srv/words/de.txt\n//- /srv/words/src/a\n//- /srv/plain.conf\n//- /srv/lib/a\n";
  const script = `#!/bin/sh
export SETTINGS=/srv/own.conf
PLAIN=/srv/plain.conf
MODULES=/srv/lib:/srv/none nginx
cd /srv/words
cat < de.txt
tar src`;
  expect(await trace(script, { more })).toMatchInlineSnapshot(`
    "program /usr/bin/nginx []: runs nginx (line 4)
    unknown /srv/words (line 5): {"kind":"directory","path":"/srv/words"}
    file /srv/words: names /srv/words (line 5)
    program /usr/bin/cat []: runs cat (line 6)
    program /usr/bin/cat [] in /srv/words: runs cat (line 6)
    unknown /srv/words/src (line 7): {"kind":"directory","path":"/srv/words/src"}
    program /usr/bin/tar [src] in /srv/words: runs tar (line 7)
    file /srv/words/de.txt: names de.txt, in /srv/words (line 6)
    file /srv/own.conf: names /srv/own.conf (line 2)
    file /srv/lib: names /srv/lib (line 4)
    unknown /srv/lib (line 4): {"kind":"directory","path":"/srv/lib"}"
  `);
});

it("takes no text that nobody can run for a command whose name is put together", async () => {
  const more = "//- /srv/own.rb\n";
  const told = async (code: string, args: readonly string[] = []): Promise<boolean> =>
    /runs (?:\/srv\/own\.rb|\$)/u.test(await trace(`#!/bin/sh\nscript=/srv/own.rb\n${code}\n`, { more, args }));
  expect(await told("/srv/own.rb")).toBe(true);
  expect(await told('$launcher "$script"')).toBe(false);
  expect(await told('set -- "$launcher" "$script"; exec $script')).toBe(false);
  expect(await told('eval set -- "$list"\nexec "$@"', ["/srv/own.rb"])).toBe(false);
  expect(await told('exec "$@"', ["/srv/own.rb"])).toBe(true);
});

it("reads what a variable has that is exported in another line", async () => {
  const script = `#!/bin/sh
CLASSPATH="\${CLASSPATH:-.}:/usr/share/java/line.jar:/usr/share/java/own.jar"
export CLASSPATH
exec nginx`;
  const more = "//- /usr/share/java/own.jar\n//- /usr/share/java/line.jar\n";
  const jars = (await trace(script, { more })).split("\n").filter((line) => line.startsWith("file"));
  expect(jars).toEqual([
    "file /usr/share/java/line.jar: names /usr/share/java/line.jar (line 3)",
    "file /usr/share/java/own.jar: names /usr/share/java/own.jar (line 3)",
  ]);
});

it("takes what a here document names for settings of what is started then", async () => {
  const more = "\n//- /srv/model.bin\n//- /usr/share/words/de.txt\n";
  const script = `DATA=/usr/share/words
cat > /tmp/own.conf <<EOF
# /srv/comment
model = /srv/model.bin
words = $DATA/de.txt
command=nginx -g x
EOF`;
  const found = (await trace(script, { more })).split("\n");
  expect(found).toEqual(
    expect.arrayContaining([
      "file /srv/model.bin: names /srv/model.bin (line 2)",
      "file /usr/share/words/de.txt: names /usr/share/words/de.txt (line 2)",
      "program /usr/bin/nginx [-g, x]: has a text with the command nginx (line 2)",
    ]),
  );
  expect(found.join()).not.toContain("comment");
});

it("takes a here document for the code of an interpreter", async () => {
  const more =
    "\n//- /usr/bin/python3 0755 elf=x86_64\n//- /usr/bin/perl 0755 elf=x86_64\n//- /usr/bin/php 0755 elf=x86_64\n";
  const script = `python3 - a <<'EOF'
import yaml
EOF
cat <<EOF | perl
use YAML;
EOF
php <<< '<?php require "/srv/a.php";'
sh -s x <<EOF
id
EOF
python3 -m json.tool <<EOF
{}
EOF
python3 main.py <<EOF
{}
EOF
cat <<EOF
import no
EOF`;
  expect(await trace(script, { more })).toMatchInlineSnapshot(`
    "program /usr/bin/python3 [-c, import yaml
    , a]: runs python3 (line 1)
    program /usr/bin/cat []: runs cat (line 4)
    program /usr/bin/perl [-e, use YAML;
    ]: runs perl (line 4)
    program /usr/bin/php [-r,  require "/srv/a.php";]: runs php (line 7)
    program /usr/bin/sh [-c, id
    , x]: runs sh (line 8)
    program /usr/bin/python3 [-m, json.tool]: runs python3 (line 11)
    program /usr/bin/python3 [main.py]: runs python3 (line 14)
    program /usr/bin/cat []: runs cat (line 17)"
  `);
});

it("says that it cannot tell a script that another one computes", async () => {
  const computed = await trace(`#!/bin/sh\none="$(cat /etc/list)"\nsh -n "\${one}"`);
  expect(computed).toContain(`program /usr/bin/sh [-n, "\${one}"]: runs sh (line 3)`);
  expect(await trace("", { script: '"${one}"' })).toBe('unknown the script "${one}" (line 0): {"kind":"anything"}');
  expect(await trace("", { script: "/dev/null" })).toBe('unknown the script /dev/null (line 0): {"kind":"anything"}');
});

it("takes no script that is not there for the one that one of several values names", async () => {
  const script = `dir=/usr; f() { local dir="own"; [ -n "$1" ] && dir="/own-$1"; }
script="$dir/share/$1"
sh "$script" first`;
  expect(await trace(`#!/bin/sh\n${script}`, { script: "/entrypoint.sh", args: ["-o", "/tmp"] })).toContain(
    'program /usr/bin/sh []: runs sh (line 4)\nunknown sh "$script" first (line 4): {"kind":"anything"}',
  );
  expect(await trace(`#!/bin/sh\n${script}`, { script: "/entrypoint.sh", args: ["-o", "/tmp"] })).toContain(
    "warning SHELL_COMMAND_COMPUTED: cannot tell what line 4",
  );
  const more = "\n//- /usr/share/format\n";
  const known = await trace(`#!/bin/sh\n${script}`, { script: "/entrypoint.sh", args: ["format"], more });
  expect(known).toContain("program /usr/bin/sh [/usr/share/format, first]: runs sh (line 4)");
});

it("starts the programs whose paths begin as a computed one does, with the arguments that are known", async () => {
  const script = `version=$(pick)
base=$(pick)
test "$base" || base=/usr/bin/ng
options=$(pick)
for one in $version; do exec $base$one $options "$@"; done
exec $lost now
exec "$@"`;
  expect(await trace(script, { args: ["/srv/own", "-x"] })).toMatchInlineSnapshot(`
    "warning SHELL_COMMAND_MISSING: cannot find pick: line 1 of /entrypoint.sh runs it, not on the PATH of the builder
    unknown $base$one (line 5): {"kind":"prefix","prefix":"/usr/bin/ng"}
    program /usr/bin/nginx [/srv/own, -x]: runs $base$one (line 5)
    warning SHELL_COMMAND_MISSING: cannot find now: line 6 of /entrypoint.sh runs it, not on the PATH of the builder
    warning SHELL_COMMAND_MISSING: cannot find /srv/own: line 7 of /entrypoint.sh runs it, not on the PATH of the builder
    warning SHELL_COMMAND_COMPUTED: cannot tell what line 6 of /entrypoint.sh runs: $lost is known only when it runs"
  `);
});

it("reads paths behind options whose names have dots and other signs", async () => {
  const script = "nginx --config.file=/etc/app.conf.in --web:own+file=/etc/app.conf.in";
  expect(await trace(script)).toMatchInlineSnapshot(`
    "file /etc/app.conf.in: names /etc/app.conf.in (line 1)
    program /usr/bin/nginx [--config.file=/etc/app.conf.in, --web:own+file=/etc/app.conf.in]: runs nginx (line 1)"
  `);
});

it("keeps what lies in a small directory of the stage's own that it changes to", async () => {
  const more = `
//- /srv/yard/build.xml
//- /srv/app/package.json
//- /srv/app/node_modules/x/index.js
//- /usr/share/own/x
`;
  const script = `cd /srv/yard; tar\ncd /srv/app && tar\ncd /usr/share/own; cd /tmp; cd "$where"`;
  expect(await trace(script, { more })).toMatchInlineSnapshot(`
    "unknown /srv/yard (line 1): {"kind":"directory","path":"/srv/yard"}
    file /srv/yard: names /srv/yard (line 1)
    program /usr/bin/tar []: runs tar (line 1)
    program /usr/bin/tar [] in /srv/yard: runs tar (line 1)
    file /srv/app: names /srv/app (line 2)
    program /usr/bin/tar []: runs tar (line 2)
    program /usr/bin/tar [] in /srv/app: runs tar (line 2)
    file /usr/share/own: names /usr/share/own (line 3)"
  `);
});

it("starts a command that an argument has behind a kind, also where it is one word", async () => {
  const more = "//- /usr/local/bin/own 0755\n";
  expect(await trace("nginx EXEC:cat SYSTEM:'id -u' owner:sed", { more })).toMatchInlineSnapshot(`
    "program /usr/bin/cat []: runs cat (line 1)
    program /usr/bin/id [-u]: runs id (line 1)
    program /usr/bin/nginx [EXEC:cat, SYSTEM:id -u, owner:sed]: runs nginx (line 1)"
  `);
});

it("reads nothing behind the line that gives a script to a program of another language", async () => {
  const script = `# the next line is for the shell \\
exec nginx -x "$0" \${1+"$@"}
expect -timeout 1
if {[info exists x]} { puts "}`;
  expect(await trace(script)).toMatchInlineSnapshot(`
    "file /entrypoint.sh: names /entrypoint.sh (line 2)
    program /usr/bin/nginx [-x, /entrypoint.sh]: runs nginx (line 2)"
  `);
});

it("reads a file without a slash beside the script where it is nowhere on the PATH", async () => {
  const root = fixtureRoot(`${builder}
//- /entrypoint.sh -> /opt/app/libexec/app-run
//- /opt/app/libexec/app-setup
die() { cat /etc/motd; }
//- /opt/app/libexec/app-run 0755
. app-setup
die
`);
  expect(await traceIn(root)).toContain("/opt/app/libexec/app-setup: reads app-setup");
});

it("says nothing of what another shell does itself, where a script asks which one runs it", async () => {
  const script = 'if test -n "$KSH_VERSION"; then puts() { print -r -- "$*"; }; fi\nputs x\n';
  expect(await trace(script)).toBe("");
  expect(await trace("print -r -- x\n")).toContain("cannot find print");
});

it("ends where an element of a list is made of the list", async () => {
  const script = `#!/bin/bash
list=(nginx "\${list[1]}.old" "\${list[0]}")
"\${list[2]}" -t`;
  expect(await trace(script)).toMatchInlineSnapshot(`
    "program /usr/bin/nginx [-t]: runs nginx (line 3)
    warning SHELL_COMMAND_COMPUTED: cannot tell what line 3 of /entrypoint.sh runs: "\${list[2]}" is known only when it runs"
  `);
});

it("the places in which a script makes what is not there yet are wanted", async () => {
  const script = `mkdir /var/lock/own
tee /run/own/x.pid
tar -C /var/tmp -x
tee /dev/null /tmp/x`;
  expect(await trace(script)).toMatchInlineSnapshot(`
    "file /var/lock: names /var/lock/own (line 1)
    program /usr/bin/mkdir [/var/lock/own]: runs mkdir (line 1)
    file /run/own: names /run/own/x.pid (line 2)
    file /run: names /run/own/x.pid (line 2)
    warning SHELL_COMMAND_MISSING: cannot find tee: line 2 of /entrypoint.sh runs it, not on the PATH of the builder
    file /var/tmp: names /var/tmp (line 3)
    program /usr/bin/tar [-C, /var/tmp, -x]: runs tar (line 3)"
  `);
});

it("finds commands in arguments and in printed texts of a script", async () => {
  const lines = [
    "tar --to-command='redis-server -v' -xf x",
    'sed "x; cat -n"',
    `nginx -g 'perl_call("redis-server -v");'`,
    "echo '* * * * * find -H' | nginx -",
    "printf '!gosu -v\\n' | sed p",
    "echo 'chown -c x' | sh",
    'nginx "waits for tar"',
  ];
  expect(await trace(lines.join("\n"))).toMatchInlineSnapshot(`
    "program /usr/bin/redis-server [-v]: runs redis-server (line 1)
    program /usr/bin/tar [--to-command=redis-server -v, -xf, x]: runs tar (line 1)
    program /usr/bin/cat [-n]: runs cat (line 2)
    program /usr/bin/sed [x; cat -n]: runs sed (line 2)
    program /usr/bin/nginx [-g, perl_call("redis-server -v");]: runs nginx (line 3)
    program /usr/bin/find [-H]: runs find (line 4)
    program /usr/bin/nginx [-]: runs nginx (line 4)
    program /usr/bin/gosu [-v]: runs gosu (line 5)
    program /usr/bin/sed [p]: runs sed (line 5)
    program /usr/bin/chown [-c, x]: runs chown (line 6)
    program /usr/bin/sh [-c, chown -c x]: runs sh (line 6)
    program /usr/bin/nginx [waits for tar]: runs nginx (line 7)"
  `);
});

it("finds a command behind much else in an argument", async () => {
  expect(await trace(`nginx "${"x ".repeat(40_000)}; find -H /srv"`)).toContain("program /usr/bin/find [-H, /srv]");
});

it("starts what each call of a function starts, whatever the others are given", async () => {
  const script = `#!/bin/bash
as() { gosu own "$@"; }
as sed /etc/profile
as tar -c /srv/none
as nginx -g "pid /dev/null" -l /dev/null &`;
  expect(await trace(script)).toMatchInlineSnapshot(`
    "file /etc/profile: names /etc/profile (line 2)
    program /usr/bin/gosu [own, sed, /etc/profile]: runs gosu (line 2)
    program /usr/bin/gosu [own, tar, -c, /srv/none]: runs gosu (line 2)
    program /usr/bin/gosu [own, nginx, -g, pid /dev/null, -l, /dev/null]: runs gosu (line 2)"
  `);
});

it("starts what each of many calls of a function starts", async () => {
  const calls = Array.from({ length: 20 }, (_, at) => `as cat /etc/profile x${at}\n`).join("");
  const found = await trace(`#!/bin/bash\nas() { gosu own "$@"; }\n${calls}as tar -c /srv/none\n`);
  expect(found).toContain("[own, tar, -c, /srv/none]");
});

it("gives the values of variables a length together, and follows what comes after them", async () => {
  // Each line makes each variable the sum of all.
  const names = ["a", "b", "c", "d"];
  const sum = (name: string): string => `${name}="\${OWN:-x}${names.map((other) => `$${other}`).join("")}"\n`;
  const script = `#!/bin/sh\n${names.map(sum).join("").repeat(300)}exec sed "$a"\n`;
  expect(await trace(script)).toContain("program /usr/bin/sed [");
});

it("reads code in double quotes, of which an argument is known only when it runs", async () => {
  const script = `#!/bin/sh
T=$(id)
trap "cat $T" EXIT
sh -c "sed -n 1p $T"
trap "$T now" HUP`;
  expect(await trace(script)).toMatchInlineSnapshot(`
    "program /usr/bin/id []: runs id (line 2)
    program /usr/bin/cat [$T]: runs cat (line 3)
    program /usr/bin/sed [-n, 1p, $T]: runs sed (line 4)
    program /usr/bin/sh [-c, sed -n 1p $T]: runs sh (line 4)
    warning SHELL_COMMAND_COMPUTED: cannot tell what line 5 of /entrypoint.sh runs: "$T now" is known only when it runs"
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
