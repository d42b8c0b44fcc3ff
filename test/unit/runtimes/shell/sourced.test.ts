import { expect, it } from "vitest";
import { fixtureRoot } from "../../../support/fixture.ts";
import { builder, trace, traceIn } from "./trace-shell.ts";

it("reads no binary file, as shells do not", async () => {
  const text = "\x7fELF\x02\x01\x01\0\0H\0\0tool\nls /srv\n";
  expect(await trace(text)).toMatchInlineSnapshot(
    `"warning SHELL_UNREADABLE: cannot read the shell script /entrypoint.sh: line 1: not a script, but a binary file"`,
  );
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
