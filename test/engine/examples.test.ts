import { describe, expect, test } from "vitest";
import { runServer, runToEnd } from "../../scripts/lib/containers.ts";
import { savedImageConfig } from "../../scripts/lib/saved-image.ts";
import { dockerOutput, mustBuild } from "../support/engine.ts";
import { assembleFromEngine } from "../support/finished-builders.ts";
import { imageTree } from "../support/image-tree.ts";
import { startFunction } from "../support/lambda-function.ts";
import { type Example, examples, type Limits } from "../support/run-json.ts";
import { inTurn } from "../support/turn.ts";

interface Variant {
  readonly name: string;
  readonly example: Example;
  readonly target: string | undefined;
  readonly limits: Limits;
}

/** The main image of each example that has its turn, and each target that its run.json names. */
const variants: readonly Variant[] = inTurn(examples(), {
  file: "test/engine/examples.test.ts",
  nameOf: ({ name }) => name,
  pathOf: ({ name }) => `examples/${name}/`,
}).flatMap((example) => [
  { name: example.name, example, target: undefined, limits: example.run.limits },
  ...Object.entries(example.run.targets).map(([target, limits]) => ({
    name: `${example.name} ${target}`,
    example,
    target,
    limits,
  })),
]);

function tagOf({ example, target }: Variant): string {
  return `pith-example/${example.name}:${target ?? "latest"}`;
}

test("each example has a name of its own", () => {
  const names = examples().map((example) => example.name);
  expect(new Set(names).size).toBe(names.length);
});

describe.for(variants)("$name", (variant) => {
  const { example, target, limits } = variant;
  const { run } = example;
  const tag = tagOf(variant);

  // Some compile what they depend on.
  test("builds, runs confined and answers", { timeout: 600_000 }, async () => {
    for (const args of run.prepare) await dockerOutput(args, { cwd: example.folder });
    const targetArgs = target === undefined ? [] : ["--target", target];
    const output = await mustBuild({ spec: example.spec, tag, startCheck: true, args: [...run.build, ...targetArgs] });
    expect(output).not.toContain("START_");
    if (run.probe !== undefined) {
      const { status, body, ...probe } = run.probe;
      expect(await runServer(tag, { runArgs: run.run, args: run.args, probe })).toEqual({ status, body });
    }
    if (run.invocations.length > 0) {
      await using called = await startFunction(tag);
      for (const { event, response } of run.invocations) {
        const outcome = await called.invoke(event);
        const body: unknown = outcome.kind === "response" ? JSON.parse(outcome.body) : outcome;
        expect(body).toEqual(response);
      }
    }
    if (run.stdout !== undefined) {
      const { code, stdout } = await runToEnd(tag, { runArgs: run.run, args: run.args });
      expect({ code, stdout }).toEqual({ code: run.exitCode, stdout: run.stdout });
    }
  });

  test("is the image that the command line makes of the same builders, byte for byte", async () => {
    const { config, given } = await assembleFromEngine(example.spec, {
      tag: `pith-test/finished-${example.name}:${target ?? "main"}`,
      target,
      build: run.build,
    });
    expect(given).not.toEqual([]);
    // It names the layers by their digests, and its own digest is the image's ID.
    expect(config).toBe(await savedImageConfig(tag));
  });

  test("stays within its limits and holds no program that it does not name", async () => {
    const files = (await imageTree(tag)).filter((entry) => entry.type === "file");
    const programs = files.filter((entry) => /(?:^|\/)s?bin\/[^/]+$/u.test(entry.path));
    expect(programs.map((entry) => entry.path.replace(/^.*\//u, "")).sort()).toEqual([...run.programs].sort());
    const counted = files.filter((entry) => !entry.path.endsWith(".pyc"));
    const bytes = counted.reduce((sum, entry) => sum + entry.size, 0);
    expect(counted.length).toBeLessThanOrEqual(limits.files ?? Number.POSITIVE_INFINITY);
    expect(bytes).toBeLessThanOrEqual(limits.bytes ?? Number.POSITIVE_INFINITY);
  });
});
