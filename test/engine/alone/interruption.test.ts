import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { startEngine } from "../../../scripts/lib/engine.ts";
import { processesNaming } from "../../../scripts/lib/processes.ts";
import { dockerOutput, mustBuild, testEngine } from "../../support/engine.ts";
import { interruptBuild } from "../../support/interrupted-build.ts";

/** Whatever ends a build in the middle leaves nothing tagged, and the next build works. */

const folder = mkdtempSync(join(tmpdir(), "pith-interrupted-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Moment {
  readonly name: string;
  readonly spec: string;
  readonly when: RegExp;
}

const moments: readonly Moment[] = [
  {
    name: "in a step",
    spec: 'args: {SECONDS: "60"}\nfrom: debian:trixie-slim\nbuild:\n  - echo begun; sleep ${SECONDS}\nbinaries: [cat]\n',
    when: /^#\d+ \d+\.\d+ begun$/mu,
  },
  {
    name: "in the resolver",
    spec: 'args: {SECONDS: "60"}\nfrom: python:3.13-slim\ninterpreter: python3\napp: .\ncmd: [app.py]\nenv: {UNIQUE: "${SECONDS}"}\n',
    when: /^#\d+ \[pith\] resolve closure$/mu,
  },
];

let count = 0;

function writeSpec(moment: Moment): { readonly spec: string; readonly tag: string } {
  count += 1;
  const context = join(folder, String(count));
  mkdirSync(context);
  const spec = join(context, "pith.yaml");
  writeFileSync(spec, `# syntax=${testEngine().frontend}\n${moment.spec}`);
  // No two builds share their steps.
  writeFileSync(join(context, "app.py"), `print(${String(count)}, ${String(process.pid)})\n`);
  return { spec, tag: `pith-test/interrupted:${String(count)}` };
}

async function isTagged(tag: string, env: Readonly<Record<string, string>>): Promise<boolean> {
  return (await dockerOutput(["images", "--quiet", tag], { env })) !== "";
}

describe.for(moments)("$name", (moment) => {
  test.for(["SIGINT", "SIGKILL"] as const)("the client gets %s", async (signal) => {
    const { spec, tag } = writeSpec(moment);
    const args = ["--no-cache"];
    const ended = await interruptBuild({ spec, tag, args, env: {}, when: moment.when, act: (send) => send(signal) });
    expect(ended.reached).toBe(true);
    expect(ended.code).not.toBe(0);
    expect(await isTagged(tag, {})).toBe(false);
    const next = `${tag}-next`;
    await mustBuild({ spec, tag: next, args: ["--build-arg=SECONDS=0"] });
    expect([await isTagged(tag, {}), await isTagged(next, {})]).toEqual([false, true]);
  });
});

test("the daemon is restarted, then killed", async () => {
  const { store } = testEngine();
  const before = process.env["PITH_ENGINE_DIR"];
  const own = join(folder, "engine");
  process.env["PITH_ENGINE_DIR"] = own;
  let engine = await startEngine(store, "with-us");
  try {
    for (const [index, moment] of moments.entries()) {
      const running = engine;
      const { spec, tag } = writeSpec(moment);
      const stop = async (): Promise<void> => {
        if (index > 0) {
          for (const pid of processesNaming(`--data-root=${own}`)) process.kill(pid, "SIGKILL");
        }
        await running.stop();
      };
      const { environment: env } = running;
      const ended = await interruptBuild({ spec, tag, args: [], env, when: moment.when, act: stop });
      expect(ended.reached).toBe(true);
      expect(ended.code).not.toBe(0);
      engine = await startEngine(store, "with-us");
      expect(await isTagged(tag, engine.environment)).toBe(false);
      await mustBuild({ spec, tag, args: ["--build-arg=SECONDS=0"], env: engine.environment });
      expect(await isTagged(tag, engine.environment)).toBe(true);
    }
  } finally {
    await engine.stop();
    if (before === undefined) delete process.env["PITH_ENGINE_DIR"];
    else process.env["PITH_ENGINE_DIR"] = before;
  }
});
