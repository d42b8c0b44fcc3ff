import { describe, expect, test } from "vitest";
import { runServer, runToEnd } from "../../scripts/lib/containers.ts";
import { dockerOutput, mustBuild } from "../support/engine.ts";
import { imageTree } from "../support/image-tree.ts";
import { type Example, examples } from "../support/run-json.ts";

async function buildExample(example: Example): Promise<string> {
  const tag = `pith-example/${example.name}`;
  for (const args of example.run.prepare) await dockerOutput(args, { cwd: example.folder });
  await mustBuild({ spec: example.spec, tag, args: example.run.build });
  return tag;
}

test("each example has a name of its own", () => {
  const names = examples().map((example) => example.name);
  expect(new Set(names).size).toBe(names.length);
});

describe.for(examples())("$name", (example) => {
  test("builds, runs confined and answers", async () => {
    const tag = await buildExample(example);
    const { run } = example;
    if (run.probe !== undefined) {
      const { status, body, ...probe } = run.probe;
      expect(await runServer(tag, { runArgs: run.run, args: run.args, probe })).toEqual({ status, body });
    }
    if (run.stdout !== undefined) {
      const { code, stdout } = await runToEnd(tag, { runArgs: run.run, args: run.args });
      expect({ code, stdout }).toEqual({ code: run.exitCode, stdout: run.stdout });
    }
  });

  test("stays within its limits", async () => {
    const files = (await imageTree(`pith-example/${example.name}`)).filter((entry) => entry.type === "file");
    const bytes = files.reduce((sum, entry) => sum + entry.size, 0);
    expect(files.length).toBeLessThanOrEqual(example.run.limits.files ?? Number.POSITIVE_INFINITY);
    expect(bytes).toBeLessThanOrEqual(example.run.limits.bytes ?? Number.POSITIVE_INFINITY);
  });
});
