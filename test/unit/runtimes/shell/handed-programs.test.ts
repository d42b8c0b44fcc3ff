import { expect, it } from "vitest";
import { trace } from "./trace-shell.ts";

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

it("starts a command that an argument has behind a kind, also where it is one word", async () => {
  const more = "//- /usr/local/bin/own 0755\n";
  expect(await trace("nginx EXEC:cat SYSTEM:'id -u' owner:sed", { more })).toMatchInlineSnapshot(`
    "program /usr/bin/cat []: runs cat (line 1)
    program /usr/bin/id [-u]: runs id (line 1)
    program /usr/bin/nginx [EXEC:cat, SYSTEM:id -u, owner:sed]: runs nginx (line 1)"
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
