import { expect, test } from "vitest";
import { build } from "../../../../src/frontend/build.ts";
import { answer, type FakeEngine, findingsOf, recordingEngine } from "../../../support/fake-engine.ts";

const spec = (verify: string, more = ""): FakeEngine["spec"] => ({
  "pith.yaml": `from: base:1\nbinaries: [/bin/x]\n${more}verify:\n${verify}  - start: off\n`,
});

/** The operation of a graph that has a text: the check. */
function lastExec(solved: readonly string[], text: string): string {
  const dump = solved.find((one) => one.includes(text)) ?? "";
  const op = dump.split(/^(?=#\d)/mu).find((one) => one.includes(text)) ?? "";
  return op.replaceAll(/"digest": "[^"]*"/gu, '"digest": "..."');
}

/** The record of a run by `observe`. */
const observed = (status: string, stdout = "", stderr = "") => ({
  "report/status": `${status}\n`,
  "report/stdout": stdout,
  "report/stderr": stderr,
});

const missing = (...found: readonly object[]) => ({
  "missing.json": JSON.stringify({ version: 1, missing: found, denied: [] }),
});

test("a check runs as the image would, in a root that nobody writes to", async () => {
  const { engine, solved } = recordingEngine({
    spec: spec("  - run: [/bin/x, -v]\n", "env: {A: '1'}\nworkdir: /w\n"),
  });
  await build(engine, { files: [] });
  expect(lastExec(solved, '"-v"')).toMatchSnapshot();
});

test.for([
  ["checks", "  - run: [/bin/x, -v]\n", '"-v"'],
  ["attacks", "  - attacks: default\n", "/dev/pith/bin/attack"],
])("%s run in what the engine unpacks of the written layers", async ([, check = "", text = ""]) => {
  const layers = ["system", "app"];
  const { engine, solved } = recordingEngine({
    spec: spec(check),
    outputs: { '"resolve"': { "answer.json": JSON.stringify({ ...answer, layers }) } },
  });
  await build(engine, { files: [] });
  const dump = solved.find((one) => one.includes(text)) ?? "";
  const ops = dump.split(/^(?=#\d)/mu);
  const below = (op: string): string => ops[Number(/"digest": "#(\d+)"/u.exec(op)?.[1])] ?? "";
  const root = below(ops.find((op) => op.includes(text)) ?? "");
  const unpacks =
    /"copy": \{\s+"src": "(\S+)",\s+"dest": "\/",\s+"mode": -1,\s+"attemptUnpackDockerCompatibility": true/u;
  expect([root, below(root)].map((op) => unpacks.exec(op)?.[1])).toEqual(["/layers/app.tar", "/layers/system.tar"]);
  // Below the lowest layer is nothing.
  expect(below(root)).toMatch(/^\s+"input": -1,$/mu);
});

test.for([
  ["volumes", "volumes: [/data]\n"],
  ["a directory of its own", "files: {/data: {directory: true}}\n"],
])("an image with %s gets a root that it can write to", async ([, more = ""]) => {
  const { engine, solved } = recordingEngine({ spec: spec("  - run: [/bin/x, -v]\n", more) });
  await build(engine, { files: [] });
  expect(lastExec(solved, '"-v"')).not.toMatch(/"dest": "\/",\s+"output": -1,\s+"readonly": true/u);
});

test("what fails is told at its entry and at the line that takes away what it looked for, all of it", async () => {
  const found = await findingsOf({
    spec: spec(
      "  - run: [/bin/x, one]\n  - run: [/bin/x, two]\n  - run: [/bin/x, three four]\n",
      "closure:\n  exclude:\n    - {path: /lib/a.so, force: true}\n",
    ),
    failures: { '"/bin/x",\n    "one"': 1, '"/bin/x",\n    "three four"': 137 },
    outputs: {
      '"missing"': missing(
        { path: "/lib/a.so", kind: "file", program: "/bin/x", owner: "dpkg:liba", excludedBy: 0, isNamed: true },
        { path: "/lib/b.py", kind: "file", program: "/bin/x", owner: "pypi:b", isNamed: true },
        { path: "/etc/c.conf", kind: "file", program: "/bin/x", isNamed: false },
      ),
      "--trace": observed("exit 1", "", "first\nlast \n"),
    },
  });
  expect(found).toMatchInlineSnapshot(`
    [
      "VERIFY_RUN_FAILED: cannot verify /bin/x one: it ended with exit code 1; it misses /lib/a.so (package liba), /lib/b.py (package pypi:b); it printed last: last (pith.yaml:7; read what it printed, above under its name)",
      "VERIFY_FILE_MISSING: cannot find /lib/a.so (package liba): /bin/x looked for it in vain, and this pattern takes it away (pith.yaml:5; remove the pattern from closure.exclude)",
      "VERIFY_FILE_MISSING: cannot find /lib/b.py (package pypi:b): /bin/x looked for it in vain, and the builder has it (pith.yaml:7; add to closure.include: - {path: "/lib/b.py", because: "/bin/x opens it"})",
      "VERIFY_RUN_FAILED: cannot verify /bin/x "three four": it ended with exit code 1; it misses /lib/a.so (package liba), /lib/b.py (package pypi:b); it printed last: last (pith.yaml:9; read what it printed, above under its name)",
      "VERIFY_FILE_MISSING: cannot find /lib/b.py (package pypi:b): /bin/x looked for it in vain, and the builder has it (pith.yaml:9; add to closure.include: - {path: "/lib/b.py", because: "/bin/x opens it"})",
    ]
  `);
});

test.for([
  ["exit 3", 'exit: 3, stdout: "a\\nb", stderr: {matches: "^a+$"}', "a\nb\n", "aaa\n"],
  ["exit 0", "stdout: {contains: b}", "abc", ""],
] as const)("%s with the output as wanted passes: %s", async ([status, wanted, stdout, stderr]) => {
  const found = await findingsOf({
    spec: spec(`  - {run: [/bin/x], ${wanted}}\n`),
    outputs: { "/dev/pith/bin/observe": observed(status, stdout, stderr) },
  });
  expect(found).toEqual([]);
});

test.for([
  ["exit: 3", "exit 0", ""],
  ["exit: 3", "signal 9", ""],
  ["exit: 3", "failed 2", ""],
  ["stdout: ok", "exit 0", "OK\nnot ok"],
  ["stdout: {contains: ok}", "exit 0", ""],
  ["stderr: {matches: ok}", "exit 0", ""],
] as const)("a run that should have had %s, and %s", async ([wanted, status, stdout]) => {
  const found = await findingsOf({
    spec: spec(`  - {run: [/bin/x], ${wanted}}\n`),
    outputs: {
      '"missing"': missing({ path: "/etc/c.conf", kind: "file", program: "/bin/x", isNamed: false }),
      "/dev/pith/bin/observe": observed(status, stdout),
    },
  });
  expect(`${found.join("\n")}\n`).toMatchSnapshot();
});

test("an old run that does not please is not believed when a fresh one does", async () => {
  const found = await findingsOf({
    spec: spec("  - {run: [/bin/x], stdout: ok}\n"),
    outputs: { "--trace": observed("exit 0", "ok"), "/dev/pith/bin/observe": observed("exit 0", "no") },
  });
  expect(found).toEqual([]);
});

test("the start is probed on the loopback address with the image's own command and signal", async () => {
  const { engine, solved } = recordingEngine({
    spec: spec("  - {start: true, http: {port: 80, path: /h, status: 204, within: 1.5s}}\n", "stop-signal: SIGQUIT\n"),
  });
  await build(engine, { files: [] });
  const args = /"args": \[([^\]]*)\]/u.exec(lastExec(solved, '"/h"'))?.[1];
  expect(args?.replaceAll(/\s+/gu, " ")).toMatchInlineSnapshot(
    `" "/dev/pith/bin/start", "/dev/pith/out/report/verdict", "1500", "3", "80", "204", "/h", "--", "/usr/bin/true" "`,
  );
});

test.for([
  ["refused 0"],
  ["silent 0"],
  ["answered 500"],
  ["exited 1"],
  ["killed 11"],
  ["failed 13"],
  ["ready 0"],
] as const)("a start that fails: %s", async ([verdict]) => {
  const found = await findingsOf({
    spec: spec("  - {start: true, http: {port: 80}}\n"),
    failures: { '/dev/pith/bin/start",\n    "/dev/pith/out/report/verdict': 1 },
    outputs: { '"missing"': missing(), "--trace": { ...observed("exit 1"), "report/verdict": `${verdict}\n` } },
  });
  expect(`${found.join("\n")}\n`).toMatchSnapshot();
});

test("attacks that the spec does not name are errors, those that it does are warnings", async () => {
  const attacks = [
    "started\tsh\t/bin/sh\t/usr/bin/dash",
    "started\tdash\t/usr/bin/dash\t/usr/bin/dash",
    "started\twget\t/usr/bin/wget\t/usr/bin/wget",
    "writable\t/tmp",
    "writable\t/home/nonroot",
    "writable\t/var/tmp",
    "",
  ].join("\0");
  const fake: FakeEngine = {
    spec: { "pith.yaml": "from: base:1\nbinaries: [sh]\nverify:\n  - attacks: default\n" },
    outputs: { "/dev/pith/bin/attack": { "report/attacks": attacks } },
  };
  expect(await findingsOf(fake)).toMatchInlineSnapshot(`
    [
      "VERIFY_ATTACK: cannot keep an intruder from using /usr/bin/wget: it starts, and it is a program that downloads or uploads, with which one can fetch programs and send away what the container can read (pith.yaml:4; run --target explain --build-arg EXPLAIN=/usr/bin/wget to see what brings it, and leave that out or name it in policy.allow)",
      "VERIFY_WRITABLE: cannot keep an intruder from adding programs: the image's user can write one into /var/tmp and start it (pith.yaml:4; take the write permission from the directory in the builder)",
    ]
  `);
  const allowed = await findingsOf({
    ...fake,
    spec: {
      "pith.yaml":
        "from: base:1\nbinaries: [/bin/x]\npolicy: {allow: [shell, {path: /usr/bin/w*}]}\nverify:\n  - attacks: default\n",
    },
  });
  expect(allowed.map((line) => line.split(":")[0])).toEqual(["VERIFY_WRITABLE"]);
  const meant = attacks.replaceAll(/started\twget[^\0]*\0|writable\t\/var\/tmp\0/gu, "");
  const recording = recordingEngine({ ...fake, outputs: { "/dev/pith/bin/attack": { "report/attacks": meant } } });
  await build(recording.engine, { files: [] });
  expect(recording.warnings.map(({ short, detail }) => [short, ...detail])).toMatchInlineSnapshot(`
    [
      [
        "VERIFY_ATTACK: cannot keep an intruder from using /bin/sh, which the spec asks for: it starts, and it is a shell, with which one can run commands that are slipped into the application",
        "hint: leave the program out if the image works without it",
      ],
      [
        "VERIFY_WRITABLE: cannot keep an intruder from adding programs: the image's user can write one into /tmp, /home/nonroot and start it, as the spec has it",
        "hint: run the container with a read-only root, and give it memory where programs do not start: --read-only --tmpfs /tmp:noexec",
      ],
    ]
  `);
  const tried = /"args": \[([^\]]*)\]/u.exec(lastExec(recording.solved, "/dev/pith/bin/attack"))?.[1]?.split(",") ?? [];
  expect(tried.length).toBeGreaterThan(200);
});

test("a platform that the engine cannot run is not verified, which is said", async () => {
  const { engine, warnings } = recordingEngine({
    spec: spec("  - run: [/bin/x]\n"),
    options: { platform: "linux/s390x" },
    images: { "docker.io/library/base:1": '{"architecture":"s390x","os":"linux","config":{}}' },
  });
  await build(engine, { files: [] });
  expect(warnings.map(({ short }) => short)).toMatchInlineSnapshot(`
    [
      "VERIFY_SKIPPED: cannot verify the image for linux/s390x: the engine runs no programs of that platform",
    ]
  `);
});

test("a trace warns of what only the builder's run opened, and changes nothing", async () => {
  const more = Array.from({ length: 30 }, (_, index) => ({
    path: `/m${String(index)}`,
    kind: "file",
    program: "/bin/x",
    isNamed: false,
  }));
  const { engine, solved, warnings } = recordingEngine({
    spec: {
      "pith.yaml":
        "from: base:1\nbinaries: [/bin/x]\nclosure:\n  trace: {run: [/bin/x, --all]}\n  exclude:\n    - {path: /lib/a.so, force: true}\nverify: {start: off}\n",
    },
    outputs: {
      '"missing"': missing(
        { path: "/lib/a.so", kind: "file", program: "/bin/x", owner: "dpkg:liba", excludedBy: 0, isNamed: false },
        { path: "/lib/b.py", kind: "file", program: "", owner: "pypi:b", isNamed: false },
        ...more,
      ),
      "--trace": observed("exit 1"),
    },
  });
  await build(engine, { files: [] });
  expect(
    warnings.slice(0, 3).map(({ short, detail, spans }) => [short, ...detail, spans[0]?.start.line]),
  ).toMatchInlineSnapshot(`
    [
      [
        "TRACE_RUN_FAILED: cannot trace /bin/x --all to its end: in the builder and in the closure it ended with exit code 1",
        "hint: read what it printed, above under its name",
        4,
      ],
      [
        "TRACE_MISS: cannot find /lib/a.so (package liba) in the closure: /bin/x opens it in the builder, and looks for it in vain in the image",
        "hint: remove the pattern from closure.exclude",
        6,
      ],
      [
        "TRACE_MISS: cannot find /lib/b.py (package pypi:b) in the closure: the program opens it in the builder, and looks for it in vain in the image",
        "hint: add to closure.include: - {path: "/lib/b.py", because: "the program opens it"}",
        4,
      ],
    ]
  `);
  expect(warnings.length).toBe(21);
  expect(warnings.at(-1)?.short).toMatch(/, as 12 more files$/u);
  const runs = solved.filter((dump) => dump.includes('"--all"') && !dump.includes('"missing"'));
  expect(runs.length).toBeGreaterThanOrEqual(2);
});
