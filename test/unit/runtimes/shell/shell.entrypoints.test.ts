import { expect, it } from "vitest";
import { dpkg } from "../../../../src/packages/dpkg/dpkg.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { shell } from "../../../../src/runtimes/shell/shell.ts";
import { closureOf } from "../../../support/closure.ts";
import { trace } from "./trace-shell.ts";

it("reads functions that start the script again, commands in arrays, and what a directory has", async () => {
  const script = `#!/usr/bin/env bash
set -Eeo pipefail
is_sourced() {
  [ "\${#FUNCNAME[@]}" -ge 2 ] && [ "\${FUNCNAME[0]}" = 'is_sourced' ] && [ "\${FUNCNAME[1]}" = 'source' ]
}
process_sql() {
  local runner=( cat -v ON_ERROR_STOP=1 )
  if [ -n "$DB" ]; then runner+=( --dbname "$DB" ); fi
  PGHOST= "\${runner[@]}" "$@"
}
run_init() {
  local f
  for f; do
    case "$f" in
      *.sh) if [ -x "$f" ]; then "$f"; else . "$f"; fi ;;
      *.gz) gunzip -c "$f" | process_sql ;;
    esac
  done
}
main() {
  if [ "\${1:0:1}" = '-' ]; then set -- nginx "$@"; fi
  if [ "$1" = 'nginx' ]; then
    if [ "$(id -u)" = '0' ]; then exec gosu app "$BASH_SOURCE" "$@"; fi
    eval 'mkdir --pwfile=<(printf "%s\\n" "$PASS") '"$ARGS"' "$@"'
    run_init /docker-entrypoint-initdb.d/*
  fi
  exec "$@"
}
if ! is_sourced; then main "$@"; fi`;
  expect(await trace(script, { args: ["-g"] })).toMatchInlineSnapshot(`
    "program /usr/bin/cat [-v, ON_ERROR_STOP=1]: runs cat (line 9)
    program /usr/bin/cat [-v, ON_ERROR_STOP=1, --dbname, ]: runs cat (line 9)
    unknown "$f" (line 15): {"kind":"directory","path":"/docker-entrypoint-initdb.d"}
    unknown . "$f" (line 15): {"kind":"directory","path":"/docker-entrypoint-initdb.d"}
    warning SHELL_COMMAND_MISSING: cannot find gunzip: line 16 of /entrypoint.sh runs it, not on the PATH of the builder
    program /usr/bin/id [-u]: runs id (line 23)
    file /entrypoint.sh: names /entrypoint.sh (line 23)
    program /usr/bin/gosu [app, /entrypoint.sh, -g]: runs gosu (line 23)
    program /usr/bin/mkdir [--pwfile=, <(printf "%s\\n" "$PASS"), -g]: runs mkdir (line 24)
    program /usr/bin/nginx [-g]: runs nginx (line 27)"
  `);
});

it("finds what lies beside a script by the name of its file, and takes no empty word for a program", async () => {
  const script = `#!/bin/sh
BIN="\${BASH_SOURCE-$0}"
BIN="$(dirname "\${BIN}")"
BINDIR="$(cd "\${BIN}"; pwd)"
if [ -e "$BIN/../opt/app/lib.sh" ]; then . "$BINDIR"/../opt/app/lib.sh; else . "$BINDIR"/lib.sh; fi
. "\${0%/*}/opt/app/lib.sh"
. "\${BASH_SOURCE[0]%/*}/opt/app/lib.sh"
COMMAND=(exec "$JAVA")
"\${COMMAND[@]}" -cp x $MAIN
gosu app "$COMPUTED" -x
"" foo
$EMPTY
for each in /opt/app/hooks/*.sh; do . "$each"; done
"/opt/app/plugins/$NAME" --run`;
  const more = `
//- /opt/app/lib.sh 0755
EMPTY=
MAIN=org.Main
JAVA=/usr/bin/tar
`;
  expect(await trace(script, { more })).toMatchInlineSnapshot(`
    "file /entrypoint.sh: names /entrypoint.sh (line 3)
    warning SHELL_COMMAND_MISSING: cannot find dirname: line 3 of /entrypoint.sh runs it, not on the PATH of the builder
    file /entrypoint.sh: names /entrypoint.sh (line 4)
    file /opt/app/lib.sh: names /entrypoint.sh/../opt/app/lib.sh (line 5)
    file /opt/app/lib.sh: names //../opt/app/lib.sh (line 5)
    module /opt/app/lib.sh: reads /entrypoint.sh/../opt/app/lib.sh (line 5)
    module /opt/app/lib.sh: reads //../opt/app/lib.sh (line 5)
    module /entrypoint.sh/lib.sh: reads /entrypoint.sh/lib.sh (line 5)
    module /lib.sh: reads //lib.sh (line 5)
    file /opt/app/lib.sh: names /opt/app/lib.sh (line 6)
    module /opt/app/lib.sh: reads /opt/app/lib.sh (line 6)
    file /opt/app/lib.sh: names /opt/app/lib.sh (line 7)
    module /opt/app/lib.sh: reads /opt/app/lib.sh (line 7)
    file /usr/bin/tar: names /usr/bin/tar (line 9)
    program /usr/bin/tar [-cp, x, org.Main]: runs /usr/bin/tar (line 9)
    program /usr/bin/gosu [app, , -x]: runs gosu (line 10)
    unknown . "$each" (line 13): {"kind":"directory","path":"/opt/app/hooks"}
    unknown "/opt/app/plugins/$NAME" (line 14): {"kind":"directory","path":"/opt/app/plugins"}"
  `);
});

it("finds its own directory in nested commands, and reads what a pattern names there", async () => {
  const more = `
//- /opt/tool/bin/tool 0755
#!/usr/bin/env bash
//- /opt/tool/lib/report.sh
cmd_report() {
  tar "$1"
}
//- /opt/tool/lib/other.txt
x
//- /opt/tool/hooks/first 0755
#!/bin/sh
//- /opt/tool/hooks/README
x
`;
  const script = `#!/usr/bin/env bash
here="$(cd -- "$(dirname "$(readlink -f "\${BASH_SOURCE[0]}")")" &>/dev/null && pwd -P)"
name="$(basename "$here" /x)"
other="$(dirname "$here/x" 2>/dev/null || echo "$here")"
for part in "$here"/opt/x/../tool/lib/*.sh; do source "$part"; done
for hook in "$other"/opt/tool/hooks/*; do "$hook" a; done
"cmd_$1" "\${@:2}"`;
  expect(await trace(script, { args: ["report"], more })).toMatchInlineSnapshot(`
    "file /entrypoint.sh: names /entrypoint.sh (line 2)
    warning SHELL_COMMAND_MISSING: cannot find dirname: line 2 of /entrypoint.sh runs it, not on the PATH of the builder
    warning SHELL_COMMAND_MISSING: cannot find readlink: line 2 of /entrypoint.sh runs it, not on the PATH of the builder
    warning SHELL_COMMAND_MISSING: cannot find basename: line 3 of /entrypoint.sh runs it, not on the PATH of the builder
    unknown source "$part" (line 5): {"kind":"directory","path":"/opt/tool/lib"}
    module /opt/tool/lib/report.sh: reads /opt/tool/lib/report.sh (line 5)
    unknown "$hook" (line 6): {"kind":"directory","path":"/opt/tool/hooks"}
    program /opt/tool/hooks/first [a]: runs /opt/tool/hooks/first (line 6)"
  `);
});

it("gives a program that may come before the arguments no other program as its script", async () => {
  const script = `#!/bin/sh
set -e
if [ "\${1#-}" != "$1" ]; then
  set -- nginx "$@"
fi
exec "$@"`;
  expect(await trace(script, { args: ["cat", "-v"] })).toMatchInlineSnapshot(`
    "program /usr/bin/cat [-v]: runs cat (line 6)
    program /usr/bin/nginx []: runs nginx (line 6)"
  `);
});

it("reads a list that a loop makes of the arguments", async () => {
  const script = `#!/bin/bash
if [ "\${1:0:1}" == '-' ]; then
  set -- nginx "$@"
fi
all=()
for one in "$@"; do
  all+=("$(eval "echo $one")")
done
exec "\${all[@]}"`;
  expect(await trace(script, { args: ["-c", "/etc/app.conf.in"] })).toMatchInlineSnapshot(`
    "file /etc/app.conf.in: names /etc/app.conf.in (line 3)
    file /etc/app.conf.in: names /etc/app.conf.in (line 7)
    file /etc/app.conf.in: names /etc/app.conf.in (line 9)
    program /usr/bin/nginx [-c, /etc/app.conf.in]: runs nginx (line 9)
    warning SHELL_COMMAND_COMPUTED: cannot tell what line 9 of /entrypoint.sh runs: "\${all[@]}" is known only when it runs"
  `);
});

it("tells of a list that nothing is known of", async () => {
  expect(await trace('all=()\nall+=("$(unknown)")\nexec "${all[@]}"', {})).toMatchInlineSnapshot(`
    "warning SHELL_COMMAND_MISSING: cannot find unknown: line 2 of /entrypoint.sh runs it, not on the PATH of the builder
    warning SHELL_COMMAND_COMPUTED: cannot tell what line 3 of /entrypoint.sh runs: "\${all[@]}" is known only when it runs"
  `);
});

it("reads commands in arguments, which a script may evaluate", async () => {
  const args = ["--address=$(cat /etc/app.conf.in)"];
  expect(await trace('eval "nginx $*"', { script: "/entrypoint.sh", args })).toMatchInlineSnapshot(`
    "module /entrypoint.sh: runs the script of its arguments
    file /etc/app.conf.in: names /etc/app.conf.in (line 1)
    program /usr/bin/cat [/etc/app.conf.in]: runs cat (line 1)
    program /usr/bin/nginx []: runs nginx (line 1)"
  `);
});

it("of what a package's script starts and the builder lacks, nobody is told", async () => {
  const { diagnostics } = await closureOf({
    root: `
//- /usr/bin/sh 0755 elf=x86_64
//- /usr/bin/control 0755
#!/usr/bin/sh
www-viewer "$1"
//- /start.sh 0755
#!/usr/bin/sh
eval "all$1=\${1}"
mistyped
control
//- /var/lib/dpkg/status
Package: server
Status: install ok installed
Version: 1
Architecture: all
//- /var/lib/dpkg/info/server.list
/usr/bin/control
`,
    roots: [],
    process: { entrypoint: ["/start.sh", "one"], env: { PATH: "/usr/bin" } },
    plugins: { runtimes: [shell], packages: [dpkg] },
  });
  expect(diagnostics.map(({ message }) => message)).toEqual([
    "cannot find mistyped: line 3 of /start.sh runs it, not on the PATH of the builder",
  ]);
});

it("starts a program of the application of which only the run tells the directory", async () => {
  const { entries, diagnostics } = await closureOf({
    root: "//- /usr/bin/sh 0755 elf=x86_64\n//- /usr/bin/cat 0755 elf=x86_64\n",
    trees: [
      {
        id: "app",
        kind: "app",
        prefix: "/app",
        tree: `
//- /start.sh 0755
#!/usr/bin/sh
read -r DIR < "$1"
exec "$DIR/machine" run
//- /releases/1/machine 0755
#!/usr/bin/sh
exec cat "$1"
`,
      },
    ],
    roots: [{ kind: "app", pointer: "/app", view: "main" }],
    process: {
      entrypoint: ["/app/start.sh"],
      workdir: toAbsPath("/app"),
      appRoot: toAbsPath("/app"),
      env: { PATH: "/usr/bin" },
    },
    plugins: { runtimes: [shell] },
  });
  const machine = entries.find(({ path }) => path === "/app/releases/1/machine");
  expect(machine?.reason.why).toBe("takes it with the application");
  expect(diagnostics).toEqual([]);
});

it("takes a directory of the PATH that is compared for where programs are looked up", async () => {
  const env = { PATH: "/opt/tools:/usr/bin" };
  const asked = async (command: string): Promise<string> =>
    trace(`#!/bin/sh\n${command}\n`, { env, more: "//- /opt/tools/one 0755\n" });
  expect(await asked('test "$HERE" -ef "${PATH%%:*}"')).not.toContain("/opt/tools");
  expect(await asked('find "${PATH%%:*}"')).toContain("/opt/tools");
});

it("takes the default of an argument for one of many in a function that a computed name calls", async () => {
  const more = ["db_dump", "db_restore"].map((name) => `//- /usr/bin/${name} 0755\n`).join("");
  const script = '#!/bin/sh\ncmd_db() { tool=${1:-dump}; "db_$tool"; }\n"cmd_$1" "$2"\n';
  expect(await trace(script, { more, args: ["other"] })).toContain("program /usr/bin/db_restore");
});

it("takes a pattern below the root for no program that can be told", async () => {
  expect(await trace("/* a\n/** b\n/*/bin/i* c\n/usr/bin/i* d\n")).toMatchInlineSnapshot(`
    "unknown /usr/bin/i* (line 4): {"kind":"prefix","prefix":"/usr/bin/i"}
    program /usr/bin/id [d]: runs /usr/bin/i* (line 4)
    program /usr/bin/id [d]: runs /usr/bin/id (line 4)
    warning SHELL_COMMAND_COMPUTED: cannot tell what line 1 of /entrypoint.sh runs: /* is known only when it runs
    warning SHELL_COMMAND_COMPUTED: cannot tell what line 2 of /entrypoint.sh runs: /** is known only when it runs
    warning SHELL_COMMAND_COMPUTED: cannot tell what line 3 of /entrypoint.sh runs: /*/bin/i* is known only when it runs"
  `);
});

it("takes a word that a script compares for a mode of its own, also behind programs that start others", async () => {
  const lines = async (script: string): Promise<readonly string[]> =>
    (await trace(script, { args: ["serve", "-v"] })).split("\n").map((line) => line.replace(/: runs .*/u, ""));
  const arms = 'case "$1" in serve) shift; gosu app nginx "$@" ;; *) gosu app "$@" ;; esac';
  expect(await lines(arms)).not.toContain("program /usr/bin/gosu [app, serve, -v]");
  const set = 'if [ "$1" = serve ]; then set -- nginx -g; fi\nexec gosu app gosu app "$@"';
  expect(await lines(set)).toEqual([
    "program /usr/bin/gosu [app, gosu, app]",
    "program /usr/bin/gosu [app, gosu, app, nginx, -g]",
  ]);
  expect(await lines('[ "$1" = serve ] || exec gosu app gosu app "$@"')).toEqual([
    "program /usr/bin/gosu [app, gosu, app]",
  ]);
  expect(await lines('exec gosu app "$@"')).toEqual(["program /usr/bin/gosu [app, serve, -v]"]);
});
