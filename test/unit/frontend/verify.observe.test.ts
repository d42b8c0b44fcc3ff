import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { projectFolder } from "../../../scripts/lib/project.ts";

const folder = mkdtempSync(join(tmpdir(), "pith-observe-"));
const observe = join(folder, "observe");
const sources = join(projectFolder, "native/observe");
const canRun =
  process.getuid?.() === 0 && ["/usr/bin/cc", "/usr/bin/taskset", "/usr/bin/unshare"].every((path) => existsSync(path));

beforeAll(() => {
  if (!canRun) return;
  const files = readdirSync(sources).filter((file) => file.endsWith(".c"));
  execFileSync("cc", ["-Os", "-o", observe, ...files.map((file) => join(sources, file))]);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** How a program of `loops` steps ends on one processor, which so many others want too. */
function statusOf(loops: number, others: number): string {
  const code = "i=0; while [ $i -lt $0 ]; do i=$((i+1)); done; exit 3";
  const busy = Array.from({ length: others }, () => spawn("taskset", ["-c", "0", "sh", "-c", "while :; do :; done"]));
  try {
    const alone = ["-c", "0", "unshare", "--pid", "--fork", "--mount-proc", "--kill-child"];
    spawnSync("taskset", [...alone, observe, "--for", "800", folder, "sh", "-c", code, String(loops)]);
  } finally {
    for (const one of busy) one.kill("SIGKILL");
  }
  return readFileSync(join(folder, "status"), "utf8").trim();
}

test.runIf(canRun)("a moment is longer where others keep the program from the processors", { timeout: 60_000 }, () => {
  expect(statusOf(120_000, 6)).toBe("exit 3");
  // A program that goes on for ever is stopped all the same.
  expect(statusOf(1_000_000_000, 0)).toBe("running 0");
});
