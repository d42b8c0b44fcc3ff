import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { projectFolder } from "../../../../scripts/lib/project.ts";

const folder = mkdtempSync(join(tmpdir(), "pith-interruption-"));
afterAll(() => rmSync(folder, { recursive: true }));
const lib = join(projectFolder, "scripts/lib");

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

/** Runs a script in a process group of its own, sends its group the signal when it prints "ready", and waits. */
async function interrupt(lines: string, signal: NodeJS.Signals, toGroup: boolean): Promise<Ended> {
  const script = join(folder, "script.ts");
  const imports = `import { capture } from "${lib}/command.ts";
import { runLogged } from "${lib}/progress.ts";
import { undoing, undoingFailures } from "${lib}/interruption.ts";
`;
  writeFileSync(script, imports + lines);
  const env = { ...process.env, PITH_ENGINE_DIR: folder };
  const begin = join(projectFolder, "scripts/begin.cjs");
  const child = spawn(process.execPath, ["-r", begin, script], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env,
  });
  let said = "";
  const hear = (chunk: Buffer): void => {
    const isFirst = !said.includes("ready\n");
    said += chunk.toString();
    if (isFirst && said.includes("ready\n") && child.pid !== undefined) {
      process.kill(toGroup ? -child.pid : child.pid, signal);
    }
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  return new Promise((resolve) => {
    child.once("close", (code) => resolve({ code, said }));
  });
}

const undone = `
await undoing(async () => void (await capture("sh", ["-c", "echo outer undone"]).then(({ stdout }) => console.log(stdout.trim()))), async () =>
  undoing(() => console.log("inner undone"), async () => {
    console.log("ready");
    await capture("sh", ["-c", "sleep 60"]).catch(() => console.log("taken for an answer"));
    console.log("went on");
  }),
);
`;

test.each([
  ["SIGINT", true, 130],
  ["SIGTERM", false, 143],
] as const)("%s ends the program that runs, undoes in reverse, and nothing goes on", async (signal, toGroup, code) => {
  const started = performance.now();
  expect(await interrupt(undone, signal, toGroup)).toEqual({
    code,
    said: "ready\n\ninterrupted: ending what was started\ninner undone\nouter undone\n",
  });
  expect(performance.now() - started).toBeLessThan(30_000);
});

test("a program that has to end does, though the terminal interrupts it", async () => {
  const file = join(folder, "installed");
  const lines = `
await undoing(() => {}, async () => {
  const installing = runLogged("sh", ["-c", "sleep 1; echo whole >${file}"], { mustEnd: true });
  console.log("ready");
  await installing;
});
`;
  const { code, said } = await interrupt(lines, "SIGINT", true);
  expect(code).toBe(130);
  expect(said).toContain("waiting for apt-get");
  expect(readFileSync(file, "utf8")).toBe("whole\n");
});

test("what is to stay is undone after a failure alone", async () => {
  const { code, said } = await interrupt(
    'await undoingFailures(() => console.log("undone"), async () => console.log("ready"));\nawait new Promise((done) => setTimeout(done, 500));',
    "SIGWINCH",
    false,
  );
  expect({ code, said }).toEqual({ code: 0, said: "ready\n" });
  const failed = await interrupt(
    'await undoingFailures(() => console.log("undone"), async () => { throw new Error("cannot stay: no room"); });',
    "SIGWINCH",
    false,
  );
  expect(failed).toEqual({ code: 1, said: "undone\ncannot stay: no room\n" });
});
