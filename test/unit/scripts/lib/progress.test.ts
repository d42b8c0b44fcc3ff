import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { runLogged, step } from "../../../../scripts/lib/progress.ts";
import { logFile } from "../../../../scripts/lib/project.ts";

test("a step says what happens and how long it may take, and then how long it took", async () => {
  const lines: unknown[] = [];
  const write = vi.spyOn(process.stderr, "write").mockImplementation((text) => lines.push(text) > 0);
  try {
    expect(await step("demo: an image", "up to 60 s", async () => Promise.resolve(7))).toBe(7);
  } finally {
    write.mockRestore();
  }
  expect(lines.join("")).toMatch(/demo: an image/u);
  expect(lines.join("")).toContain("up to 60 s");
  expect(lines.at(-1)).toMatch(/ 0 s\n$/u);
});

test("what programs print is in the log, and the end of it in a failure", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pith-progress-"));
  vi.stubEnv("PITH_ENGINE_DIR", folder);
  try {
    await runLogged("sh", ["-c", "echo fine; echo $WORD >&2"], { env: { WORD: "also" } });
    expect(readFileSync(logFile(), "utf8")).toBe("fine\nalso\n");
    const failing = runLogged("sh", ["-c", "echo broken; exit 3"]);
    await expect(failing).rejects.toThrow(/ended with code 3\nbroken\nall of it is in/u);
    await expect(runLogged("/no/such/program", [])).rejects.toThrow("cannot run /no/such/program");
  } finally {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  }
});
