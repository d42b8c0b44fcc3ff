import { expect, it } from "vitest";
import { trace } from "./trace-shell.ts";

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

it("takes the words that eval sets for arguments", async () => {
  expect(await trace(`eval set -- "tar --version"\nexec "$@"`)).toContain("program /usr/bin/tar [--version]");
});

it("takes a file that a command of a program's own language names within one argument", async () => {
  const traced = await trace('cat -e "script load /srv/chat/own.py" --', { more: "//- /srv/chat/own.py\n" });
  expect(traced).toContain("file /srv/chat/own.py: names /srv/chat/own.py (line 1)");
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
