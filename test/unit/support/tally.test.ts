import { expect, it } from "vitest";
import { brokenRun, sumTallies, tallyLine, troubleReport } from "../../support/tally-reporter.ts";

const steady = { passed: 5, failed: 0, skipped: 0, failures: [], unsteady: [] };
const unsteady = { ...steady, passed: 2, unsteady: [{ name: "engine a.test.ts > b", message: "first\nsecond" }] };

it("several runs end in one line", () => {
  expect(tallyLine(sumTallies([steady, unsteady]))).toBe("7 passed, 0 failed");
  expect(tallyLine(sumTallies([{ ...steady, skipped: 3 }, brokenRun("corpus", "died")]))).toBe(
    "5 passed, 1 failed, 3 skipped",
  );
});

it("what failed is told after what was unsteady, and nothing where all was well", () => {
  expect(troubleReport(steady)).toBe("");
  expect(troubleReport(sumTallies([brokenRun("corpus on classic", "died"), unsteady]))).toBe(
    [
      "passed only when run again: engine a.test.ts > b",
      "    first",
      "    second",
      "",
      "failed: corpus on classic",
      "    died",
      "",
    ].join("\n"),
  );
});
