import { setTimeout as delay } from "node:timers/promises";
import { expect, it } from "vitest";
import { fileLine, timeReport } from "../../../../scripts/lib/time-report.ts";
import { noteWait, waitedSeconds } from "../../../../scripts/lib/waits.ts";

it("a file's line says what it waited for, longest first", () => {
  const spent = { processor: 3.2, builds: 80.4, containers: 0.2, registries: 0, programs: 12 };
  expect(fileLine({ name: "engine a.test.ts", seconds: 101.23, spent })).toBe(
    " 101.2 s engine a.test.ts: builds 80 s, other programs 12 s, its own processors 3 s",
  );
  expect(fileLine({ name: "unit b.test.ts", seconds: 2 })).toBe("   2.0 s unit b.test.ts");
});

it("a report has ten files, and how busy the cores were", () => {
  const files = Array.from({ length: 12 }, (_, index) => ({ name: `f${String(index)}`, seconds: 12 - index }));
  const lines = timeReport()(files);
  expect(lines).toHaveLength(11);
  expect(lines.at(-1)).toMatch(/^0\.0 minutes, in which \d+ cores were busy for \d+ % of the time$/u);
});

it("commands that run at once are waited for once, each for what it does", async () => {
  const start = performance.now();
  const wait = async (): Promise<unknown> => delay(100);
  await Promise.all([
    noteWait("docker", ["--debug", "build", "."], wait),
    noteWait("docker", ["buildx", "build"], wait),
    noteWait("docker", ["run", "image"], wait),
    noteWait("docker", ["push", "image"], wait),
    noteWait("skopeo", ["copy"], wait),
    noteWait("git", [], wait),
  ]);
  const elapsed = (performance.now() - start) / 1000;
  const waited = waitedSeconds(start);
  for (const kind of ["builds", "containers", "registries", "programs"] as const) {
    expect(waited[kind]).toBeGreaterThan(0.09);
    expect(waited[kind]).toBeLessThanOrEqual(elapsed);
  }
});
