import { expect, it } from "vitest";
import { trace } from "./trace-shell.ts";

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
