import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BadSpec, badSpecs } from "../support/bad-specs.ts";
import { build, dockerOutput, mustBuild, testEngine } from "../support/engine.ts";
import { engineSeconds, readFailure } from "../support/failure-output.ts";
import { inTurn } from "../support/turn.ts";

/** The output for specs that cannot be built, in the client's own words. */

interface Built {
  readonly code: number;
  readonly output: string;
  readonly seconds: number;
}

/**
 * A failed build, and how long it took beside one that does nothing new: the machine was as busy for the one as for the
 * other.
 */
interface Failed extends Built {
  readonly goodSeconds: number;
}

const chosen = inTurn(badSpecs, { file: "test/support/bad-specs.ts", nameOf: ({ name }) => name });
const folder = mkdtempSync(join(tmpdir(), "pith-bad-"));
const repository = "pith-test/bad";
const failed = new Map<string, Failed>();

/** Builds at once: enough to use the cores, few enough to keep the times honest. */
const lanes = 3;
/**
 * How often as long as a build that does nothing new a failure may take beside the engine's own work: in the middle,
 * and each. On a quick machine such a build takes half a second to a second, so that each failure is told within two
 * seconds more.
 */
const limits = { middle: 1.5, each: 2.5 } as const;
/**
 * Builds of one spec until one is quick enough: what the engine did the first time is cached the second time, and a
 * machine stutters.
 */
const tries = 4;

beforeAll(async () => {
  const good = writeSpec({ name: "good", spec: "from: debian:trixie-slim\nbinaries: [cat]\n", codes: [], lines: [] });
  await mustBuild({ spec: good });
  await inLanes(chosen, async (bad) => {
    const spec = writeSpec(bad);
    const args = ["--tag", `${repository}:${bad.name}`, ...(bad.args ?? [])];
    const runs: Failed[] = [];
    do {
      const { seconds: goodSeconds } = await timed(good, []);
      runs.push({ ...(await timed(spec, args)), goodSeconds });
    } while (runs.length < tries && runs.every((run) => timesAsLong(run) > limits.each));
    const quickest = runs.toSorted((left, right) => timesAsLong(left) - timesAsLong(right))[0];
    if (quickest !== undefined) failed.set(bad.name, quickest);
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

test("there are at least forty", () => {
  expect(new Set(badSpecs.map((bad) => bad.name)).size).toBe(badSpecs.length);
  expect(badSpecs.length).toBeGreaterThanOrEqual(40);
});

describe.for(chosen)("$name", (bad) => {
  test("says what is wrong, where, and what to do", () => {
    const { code, output } = failedBuild(bad);
    expect(code).not.toBe(0);
    const { marked, codes, hints, message } = readFailure(output);
    expect({ codes, marked }, output).toEqual({
      codes: bad.codes,
      marked: bad.lines.length === 0 ? {} : { [bad.marked ?? "pith.yaml"]: bad.lines },
    });
    expect(hints).toBe(codes.length);
    expect(output).not.toMatch(/>>> # syntax=/u);
    expect(withoutEngineWords(message)).toMatchSnapshot();
  });
});

test("none takes long", () => {
  const all = chosen
    .map((bad) => ({ name: bad.name, run: failedBuild(bad) }))
    .toSorted((left, right) => timesAsLong(right.run) - timesAsLong(left.run));
  const [slowest] = all;
  const middle = median(all.map(({ run }) => timesAsLong(run)));
  const goodSeconds = median(all.map(({ run }) => run.goodSeconds));
  process.stdout.write(
    `bad specs: a build that does nothing new takes ${goodSeconds.toFixed(2)} s in the middle; beside the engine's own work a failure takes ` +
      `${middle.toFixed(2)} times as long in the middle, ` +
      `${slowest === undefined ? "" : `${timesAsLong(slowest.run).toFixed(2)} times (${slowest.run.seconds.toFixed(2)} s) at most: ${slowest.name}`}\n`,
  );
  expect(middle).toBeLessThan(limits.middle);
  expect(all.filter(({ run }) => timesAsLong(run) > limits.each)).toEqual([]);
});

test("nothing is tagged", async () => {
  expect(await dockerOutput(["images", "--quiet", repository])).toBe("");
});

test("a setuid bit that is lost is a warning, shown at the end", async () => {
  const spec = writeSpec({
    name: "setuid",
    spec: "from: debian:trixie-slim\nbuild: [chmod 4755 /usr/bin/cat]\nbinaries:\n  - ls\n  - cat\n",
    codes: [],
    lines: [],
  });
  const output = await mustBuild({ spec });
  expect(output).toContain("1 warning found");
  expect(output).toContain("FILE_SETUID_STRIPPED: cannot keep the setuid or setgid bit of /usr/bin/cat");
});

function failedBuild({ name }: BadSpec): Failed {
  const found = failed.get(name);
  if (found === undefined) throw new Error(`${name} was not built`);
  return found;
}

function writeSpec({ name, spec, files }: BadSpec): string {
  const context = join(folder, name);
  mkdirSync(context);
  for (const [path, text] of Object.entries(files ?? {})) {
    const hostPath = join(context, path);
    mkdirSync(dirname(hostPath), { recursive: true });
    writeFileSync(hostPath, text);
  }
  const hostPath = join(context, "pith.yaml");
  writeFileSync(hostPath, typeof spec === "string" ? `# syntax=${testEngine().frontend}\n${spec}` : spec.whole);
  return hostPath;
}

function timesAsLong({ seconds, output, goodSeconds }: Failed): number {
  return (seconds - engineSeconds(output)) / goodSeconds;
}

async function timed(spec: string, args: readonly string[]): Promise<Built> {
  const start = performance.now();
  const { code, output } = await build({ spec, args });
  return { code, output, seconds: (performance.now() - start) / 1000 };
}

/** Works on all of them, a few at a time, and answers in their order. */
async function inLanes<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const entries = all.entries();
  const lane = async (): Promise<void> => {
    for (const [index, one] of entries) results[index] = await work(one);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((left, right) => left - right)[Math.floor(numbers.length / 2)] ?? 0;
}

/** A registry's words depend on the network of the machine. */
function withoutEngineWords(message: string): string {
  return (
    message
      .replaceAll(/(IMAGE_UNRESOLVED: cannot load image \S+: ).*/gu, "$1...")
      // The syntax line is as long as the registry's name.
      .replaceAll(/\b(it has|its) \d+ bytes/gu, "$1 N bytes")
  );
}
