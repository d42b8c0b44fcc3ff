import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { pith } from "../support/command-line.ts";
import { docker, dockerOutput, mustBuild, testEngine } from "../support/engine.ts";
import { buildFailure, buildTree, makeProject } from "../support/project.ts";

const spec = "from: python:3.13-slim\ninterpreter: python3\napp: app\ncmd: [main.py]\n";
const project = makeProject({
  "safe.yaml": spec,
  "observed.yaml": `${spec}closure:
  observed:
    - {run: [python3, -m, unittest, test_main]}
`,
  "failing.yaml": `${spec}closure:
  observed:
    - {run: [python3, -c, "raise SystemExit('no test ran')"]}
`,
  "recorded.yaml": `${spec}closure: {observed: [recording-0.json, recording-1.json]}\n`,
  "lost.yaml": `${spec}closure: {observed: [lost.json]}\n`,
  "app/main.py": `import json, sys
def rare():
    import wsgiref.simple_server
if __name__ == "__main__":
    if len(sys.argv) > 1:
        rare()
    print(json.dumps("served"))
`,
  "app/test_main.py": `import unittest, main
class Test(unittest.TestCase):
    def test_main(self):
        import xml.dom.minidom
`,
});

const rare = "usr/lib/python3.13/wsgiref/simple_server.py";
const tested = "usr/lib/python3.13/xml/dom/minidom.py";

async function run(tag: string, ...args: readonly string[]) {
  return docker(["run", "--rm", "--network=none", "--read-only", tag, "/app/main.py", ...args]);
}

describe("recordings of an application", () => {
  test("cut what safe ships to what its start and its tests opened, and the image says so", async () => {
    const tag = `${testEngine().registry}/observed:1`;
    const safe = await buildTree(project, { spec: project.path("safe.yaml") });
    const cut = await buildTree(project, { spec: project.path("observed.yaml"), startCheck: true });
    expect(safe.read(rare)).toBeDefined();
    expect(cut.read(rare)).toBeUndefined();
    expect(cut.read(tested)).toBeDefined();
    expect(cut.output).toMatch(/cut by recorded runs \(safe has [\d,]+ files and [\d.]+ MB more\)/u);
    await mustBuild({ spec: project.path("observed.yaml"), tag });
    expect(await run(tag)).toMatchObject({ code: 0, stdout: '"served"\n' });
    const failed = await run(tag, "rare");
    expect(failed).toMatchObject({ code: 1 });
    expect(failed.stderr).toContain("No module named 'wsgiref'");
    const label = await dockerOutput(["inspect", "--format", '{{index .Config.Labels "pith.observed"}}', tag]);
    expect(JSON.parse(label)).toMatchObject([
      { command: ["/usr/bin/python3", "main.py"] },
      { command: ["python3", "-m", "unittest", "test_main"] },
    ]);
  });

  test("are files that the target record writes, with which the assembler makes the same closure", async () => {
    await mustBuild({
      spec: project.path("observed.yaml"),
      args: ["--target", "record", `--output=type=local,dest=${project.folder}`],
    });
    const recording: unknown = JSON.parse(readFileSync(project.path("recording-1.json"), "utf8"));
    expect(recording).toMatchObject({ version: 1, command: ["python3", "-m", "unittest", "test_main"] });
    const written = await buildTree(project, { spec: project.path("recorded.yaml") });
    expect(written.read(rare)).toBeUndefined();
    expect(written.read(tested)).toBeDefined();
    const builder = project.path("builder");
    await mustBuild({
      spec: project.path("safe.yaml"),
      args: ["--target", "builder", `--output=type=local,dest=${builder}`],
    });
    const layout = project.path("layout");
    const { code, err } = await pith([
      "build",
      "-f",
      project.path("recorded.yaml"),
      "--source",
      `main=dir:${builder}`,
      "-o",
      `oci:${layout}`,
    ]);
    expect(err).toMatch(/cut by recorded runs/u);
    expect(code).toBe(0);
  });

  test("explain names them as the reason for what is absent", async () => {
    const tree = await buildTree(project, {
      spec: project.path("observed.yaml"),
      args: ["--target", "explain", "--build-arg", `EXPLAIN=/${rare}`],
    });
    expect(tree.read("explain.txt")).toContain("no recorded run opened it, or anything of its package or directory");
  });

  test("OBSERVED_RUN_FAILED: a program that fails", async () => {
    const failure = await buildFailure({ spec: project.path("failing.yaml") });
    expect(failure).toContain("failing.yaml:8: OBSERVED_RUN_FAILED: cannot record python3 -c");
    expect(failure).toContain("it ended with exit code 1; it printed: no test ran");
  });

  test("RECORDING_INVALID: a file that is not there", async () => {
    const failure = await buildFailure({ spec: project.path("lost.yaml") });
    expect(failure).toContain("lost.yaml:6: RECORDING_INVALID: cannot read the recording lost.json");
  });
});
