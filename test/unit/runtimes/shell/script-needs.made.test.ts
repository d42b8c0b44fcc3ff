import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { python } from "../../../../src/runtimes/python/python.ts";
import { shell } from "../../../../src/runtimes/shell/shell.ts";
import { binary, closureOf } from "../../../support/closure.ts";

const root = `
//- /usr/bin/python3 0755 elf=x86_64
//- /usr/bin/sh 0755 elf=x86_64
//- /usr/bin/cp 0755 elf=x86_64
//- /usr/lib/python3.13/os.py
//- /usr/src/shop/main.py
import os
//- /usr/local/bin/start 0755
#!/usr/bin/sh
cp -r /usr/src/shop /srv/
exec python3 /srv/shop/main.py
`;

it("what a script starts may be what the script has made: a warning, and the source of it ships", async () => {
  const { entries, diagnostics } = await closureOf({
    root,
    roots: [binary("/usr/local/bin/start")],
    process: { env: { PATH: "/usr/bin" } },
    plugins: { runtimes: [shell, python] },
  });
  expect(entries.map(({ path }) => path)).toContain("/usr/src/shop/main.py");
  expect(diagnostics.map(({ severity, code, message }) => `${severity} ${code}: ${message}`)).toEqual([
    "warning FILE_MISSING: cannot find /srv/shop/main.py: not in the builder; asked for by /usr/bin/python3 <- /usr/local/bin/start",
  ]);
});

it("what the image itself starts has to be there", async () => {
  const { diagnostics } = await closureOf({
    root,
    roots: [{ kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/python3" }],
    process: { cmd: ["/srv/shop/main.py"], env: { PATH: "/usr/bin" } },
    plugins: { runtimes: [shell, python] },
  });
  expect(diagnostics.map(({ severity, code }) => `${severity} ${code}`)).toContain("error FILE_MISSING");
});

it("starts scripts of other run-times among those of which an argument chooses one", async () => {
  const { entries } = await closureOf({
    root: `${root}
//- /usr/local/bin/work 0755
#!/usr/bin/sh
for job in /srv/jobs/*; do echo "$job"; done
exec "$(ls /srv/jobs | grep "$1")"
//- /srv/jobs/copy.sh 0755
#!/usr/bin/sh
cp /a /b
//- /srv/jobs/convert 0755
#!/usr/bin/python3
import rows
//- /usr/lib/python3.13/rows.py
`,
    roots: [binary("/usr/local/bin/work")],
    process: { env: { PATH: "/usr/bin" } },
    plugins: { runtimes: [shell, python] },
  });
  const paths = entries.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(["/usr/bin/cp", "/usr/bin/python3", "/usr/lib/python3.13/rows.py"]));
});

it("keeps the directory into which a script writes a file", async () => {
  const { entries } = await closureOf({
    root: `${root}
//- /usr/local/bin/setup 0755
#!/usr/bin/sh
echo "LANG=$LANG" > /etc/default/own
echo done >> /tmp/log
//- /etc/default/other
x
`,
    roots: [binary("/usr/local/bin/setup")],
    process: { env: { PATH: "/usr/bin" } },
    plugins: { runtimes: [shell, python] },
  });
  const paths = entries.map(({ path }) => path);
  expect(paths).toContain("/etc/default");
  expect(paths.filter((path) => /^\/tmp|default\//u.test(path))).toEqual([]);
});

it("reads files as scripts that the arm of a case for their ending sources", async () => {
  const { entries, diagnostics } = await closureOf({
    root: `${root}
//- /usr/bin/gzip 0755 elf=x86_64
//- /usr/local/bin/run-hooks 0755
#!/usr/bin/sh
run_all() {
  for f; do
    case "$f" in
      *.sh | *.envsh) . "$f" ;;
      *.sql.gz) gzip -dc "$f" ;;
      *) echo "leaves $f out" ;;
    esac
  done
}
run_all /hooks.d/*
//- /hooks.d/10-own.envsh
cp /a /b
//- /hooks.d/20-table.sql
create table t (a text);
//- /hooks.d/30-more.sql.gz
x
`,
    roots: [binary("/usr/local/bin/run-hooks")],
    process: { env: { PATH: "/usr/bin" } },
    plugins: { runtimes: [shell, python] },
  });
  const paths = entries.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(["/hooks.d/10-own.envsh", "/hooks.d/20-table.sql", "/usr/bin/cp"]));
  expect(diagnostics.map(({ message }) => message)).toEqual([]);
});

it("reads what a function sources that is given a pattern, and the path that compgen tells", async () => {
  const { entries } = await closureOf({
    root: `${root}
//- /usr/bin/gzip 0755 elf=x86_64
//- /usr/local/bin/run-hooks 0755
#!/usr/bin/sh
run_all() {
  for f in "$@"; do . "$f"; done
}
run_all /hooks.d/*
one=$(compgen -G "/jobs/$1.*" | head -n 1)
exec "$one"
//- /hooks.d/own.envsh
cp /a /b
//- /jobs/pack.sh 0755
#!/usr/bin/sh
gzip -9 /a
`,
    roots: [binary("/usr/local/bin/run-hooks")],
    process: { cmd: ["pack"], env: { PATH: "/usr/bin" } },
    plugins: { runtimes: [shell, python] },
  });
  const paths = entries.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(["/hooks.d/own.envsh", "/usr/bin/cp", "/usr/bin/gzip"]));
});

it("has one program for a path that only a variable which nothing sets would begin", async () => {
  const { entries, diagnostics } = await closureOf({
    root: `${root}
//- /usr/local/bin/run 0755
#!/usr/bin/sh
exec \${TOOLS:+$TOOLS/bin/}cp \${FROM:+--from=$FROM} /a /b
`,
    roots: [binary("/usr/local/bin/run")],
    process: { env: { PATH: "/usr/bin" } },
    plugins: { runtimes: [shell, python] },
  });
  expect(entries.map(({ path }) => path)).toContain("/usr/bin/cp");
  expect(diagnostics).toEqual([]);
});

it.each([
  ["reads what lies in the directory that it changed to", "cd /hooks.d && . ./own.sh"],
  ["hands a line of a table on", 'echo "*/5 * * * * sh /hooks.d/own.sh" | crontab -'],
  ["writes a table", "printf '%s\\n' '@daily root sh /hooks.d/own.sh' > /etc/cron.d/own"],
  ["has a command watched", 'watch -n 5 "sh /hooks.d/own.sh"'],
  ["has a shell find its scripts", "find /hooks.d -type f -exec sh {} \\;"],
])("follows a script that %s", async (_, line) => {
  const { entries, diagnostics } = await closureOf({
    root: `${root}
//- /bin -> usr/bin
//- /usr/bin/crontab 0755 elf=x86_64
//- /usr/bin/watch 0755 elf=x86_64
//- /usr/bin/find 0755 elf=x86_64
//- /usr/local/bin/start-hooks 0755
#!/usr/bin/sh
${line}
//- /hooks.d/own.sh
cp /a /b
`,
    roots: [binary("/usr/local/bin/start-hooks")],
    process: { env: { PATH: "/usr/bin" }, workdir: toAbsPath("/srv") },
    plugins: { runtimes: [shell, python] },
  });
  expect(entries.map(({ path }) => path)).toContain("/usr/bin/cp");
  expect(diagnostics).toEqual([]);
});
