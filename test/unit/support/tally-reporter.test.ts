import { expect, it } from "vitest";
import {
  brokenRun,
  emptyTally,
  judgeTallies,
  overBudget,
  skippedRun,
  sumTallies,
  tallyLine,
  troubleReport,
  waitFactor,
} from "../../support/tally-reporter.ts";

const steady = { ...emptyTally, passed: 5 };
const shaky = { name: "engine a.test.ts > b", message: "first\nsecond" };
const unsteady = { ...emptyTally, passed: 2, unsteady: [shaky] };

it("several runs end in one line", () => {
  expect(tallyLine(sumTallies([steady, unsteady]))).toBe("7 passed, 0 failed");
  expect(tallyLine(sumTallies([{ ...steady, skipped: 3 }, brokenRun("corpus", "died")]))).toBe(
    "5 passed, 1 failed, 3 skipped",
  );
});

it("the report names skipped, unsteady and failed tests, in this order", () => {
  expect(troubleReport(steady)).toBe("");
  const skipped = skippedRun("differential", "needs root on x86-64");
  expect(troubleReport(sumTallies([brokenRun("corpus on classic", "died"), unsteady, skipped]))).toBe(
    [
      "skipped: differential: needs root on x86-64",
      "",
      "unsteady, passed only when run again: engine a.test.ts > b",
      "    first",
      "    second",
      "",
      "failed: corpus on classic",
      "    died",
      "",
    ].join("\n"),
  );
});

it("a long list of skipped tests is cut", () => {
  const skips = Array.from({ length: 42 }, (_, index) => ({ name: `test ${String(index)}`, message: "" }));
  const lines = troubleReport({ ...steady, skipped: 42, skips }).split("\n");
  expect(lines.slice(-3)).toEqual(["skipped: test 39", "skipped: and 2 more", ""]);
});

it("two unsteady tests are borne, a third fails the run", () => {
  expect(judgeTallies([unsteady, unsteady]).failed).toBe(0);
  const judged = judgeTallies([unsteady, unsteady, unsteady]);
  expect(tallyLine(judged)).toBe("6 passed, 1 failed");
  expect(judged.failures).toEqual([
    { name: "steadiness", message: "3 tests are unsteady, the limit is 2: a test has to pass at its first try" },
  ]);
});

it("a run without tests fails", () => {
  expect(tallyLine(judgeTallies([]))).toBe("0 passed, 1 failed");
  expect(tallyLine(judgeTallies([emptyTally, emptyTally]))).toBe("0 passed, 1 failed");
});

it("a file fails beyond its budget", () => {
  const file = { name: "unit a.test.ts", seconds: 10.5 };
  expect(overBudget(file, undefined)).toBeUndefined();
  expect(overBudget(file, 10.5)).toBeUndefined();
  expect(overBudget(file, 10)).toEqual({ name: "unit a.test.ts", message: "took 10.5 s, its budget is 10 s" });
});

it("a machine with more work than cores gives a file more time, an idle one not less", () => {
  expect(waitFactor(0.3, 2)).toBe(1);
  expect(waitFactor(6, 2)).toBe(3);
});
