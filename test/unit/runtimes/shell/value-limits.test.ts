import { expect, it } from "vitest";
import { trace } from "./trace-shell.ts";

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

it("reads variables that lengthen themselves in the time that they are long", async () => {
  const lines = Array.from({ length: 40 }, (_, index) => `args="\${args} -${String(index)} \${more}"; more="\${args}"`);
  expect(await trace([...lines, "nginx ${args}"].join("\n"))).toContain("program /usr/bin/nginx");
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

it("ends where an element of a list is made of the list", async () => {
  const script = `#!/bin/bash
list=(nginx "\${list[1]}.old" "\${list[0]}")
"\${list[2]}" -t`;
  expect(await trace(script)).toMatchInlineSnapshot(`
    "program /usr/bin/nginx [-t]: runs nginx (line 3)
    warning SHELL_COMMAND_COMPUTED: cannot tell what line 3 of /entrypoint.sh runs: "\${list[2]}" is known only when it runs"
  `);
});

it("gives the values of variables a length together, and follows what comes after them", async () => {
  // Each line makes each variable the sum of all.
  const names = ["a", "b", "c", "d"];
  const sum = (name: string): string => `${name}="\${OWN:-x}${names.map((other) => `$${other}`).join("")}"\n`;
  const script = `#!/bin/sh\n${names.map(sum).join("").repeat(300)}exec sed "$a"\n`;
  expect(await trace(script)).toContain("program /usr/bin/sed [");
});
