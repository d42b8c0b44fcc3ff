import { expect, it } from "vitest";
import { fixtureRoot } from "../../../support/fixture.ts";
import { builder, trace, traceIn } from "./trace-shell.ts";

const more = "//- /srv/app/server/main.sh\n//- /srv/app/run 0755\n//- /srv/parts/go.sh\n//- /opt/app/lib.sh\n";

async function programs(script: string): Promise<readonly string[]> {
  const lines = (await trace(script, { script: "/entrypoint.sh", more })).split("\n");
  return lines.filter((line) => /^(?:program|error|warning)/u.test(line));
}

it("starts a program in the directory that it changed to, where what it names lies there", async () => {
  expect(await programs("cd /srv/app && sh server/main.sh")).toEqual([
    "program /usr/bin/sh [server/main.sh] in /srv/app: runs sh (line 1)",
  ]);
  expect(await programs("cd /srv\ncd app\nsh server/main.sh")).toEqual([
    "program /usr/bin/sh [server/main.sh] in /srv/app: runs sh (line 3)",
  ]);
  expect(await programs("cd /srv/app\n./run -q")).toEqual([
    "program /srv/app/run [-q]: runs ./run (line 2)",
    "program /srv/app/run [-q] in /srv/app: runs ./run (line 2)",
  ]);
});

it("looks a directory up in those before, as a subshell may have ended, and counts none that the script makes", async () => {
  const script = "cd /srv\n(cd app; sed 1)\nmkdir made\n(cd made; sed 2)\n(cd parts; sh go.sh)";
  expect(await programs(script)).toContain("program /usr/bin/sh [go.sh] in /srv/parts: runs sh (line 5)");
});

it("starts a program that names nothing in both places", async () => {
  expect(await programs("cd /srv/app && tar")).toEqual([
    "program /usr/bin/tar []: runs tar (line 1)",
    "program /usr/bin/tar [] in /srv/app: runs tar (line 1)",
  ]);
  expect(await programs("cd /tmp && tar")).toEqual(["program /usr/bin/tar []: runs tar (line 1)"]);
});

it("warns of a script in a directory that only the run tells", async () => {
  expect(await programs('cd "$WHERE"\nsh configure')).toEqual([
    "warning SHELL_COMMAND_MISSING: cannot find configure: line 2 of /entrypoint.sh runs it, not in a directory that is known",
    "program /usr/bin/sh []: runs sh (line 2)",
  ]);
  // Where nothing changed the directory, the script is not there: its own process says so.
  expect(await programs("sh configure")).toEqual(["program /usr/bin/sh [configure]: runs sh (line 1)"]);
});

it("refuses nothing for a script that came along with others and that nothing runs", async () => {
  const root = fixtureRoot(`${builder}\n//- /entrypoint.sh 0755\n#!/bin/sh\nsh nothere.sh\n`);
  expect(await traceIn(root, { script: "/opt/bin/tool" })).toBe(
    "module /opt/bin/tool: runs the script of its arguments\n" +
      "warning SHELL_COMMAND_MISSING: cannot find nothere.sh: line 2 of /entrypoint.sh runs it, not in a directory that is known\n" +
      "program /usr/bin/sh []: runs sh (line 2)",
  );
});

it("follows no script of an installed package that nothing starts", async () => {
  const root = fixtureRoot(`${builder}\n//- /srv/node_modules/part/build.sh 0755\n#!/bin/sh\ntar -x\n`);
  expect(await traceIn(root, { script: "/opt/bin/tool", reads: "/srv/node_modules/part/build.sh" })).toBe(
    "module /opt/bin/tool: runs the script of its arguments",
  );
  expect(
    await traceIn(root, { script: "/srv/node_modules/part/build.sh", reads: "/srv/node_modules/part/build.sh" }),
  ).toBe(
    "module /srv/node_modules/part/build.sh: runs the script of its arguments\nprogram /usr/bin/tar [-x]: runs tar (line 2)",
  );
});
