import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { passThrough } from "../../../../scripts/lib/command.ts";
import { startDeadline } from "../../../../scripts/lib/deadline.ts";
import { runLanes, type Step } from "../../../../scripts/lib/whole-run.ts";
import { emptyTally, sumTallies, tallyLine } from "../../../support/tally-reporter.ts";

// Each step says how long it took, which would look like a part of the run that tests this.
const said = vi.spyOn(process.stderr, "write");
beforeAll(() => {
  said.mockReturnValue(true);
});
afterAll(() => {
  said.mockRestore();
});

const passed = [{ ...emptyTally, passed: 1 }];
const step = (name: string, work: Step["work"] = async () => passed): Step => ({ name, work });

it("lanes run beside each other, and a step that throws is a failure", async () => {
  const deadline = startDeadline(Number.POSITIVE_INFINITY);
  const order: string[] = [];
  const noted = (name: string): Step =>
    step(name, async () => {
      order.push(name);
      await delay(5);
      return passed;
    });
  const broken = step("d", async () => Promise.reject(new Error("no engine")));
  const total = sumTallies(
    await runLanes({ deadline }, [
      [noted("a"), noted("b")],
      [noted("c"), broken],
    ]),
  );
  expect(order.slice(0, 2)).toEqual(["a", "c"]);
  expect(tallyLine(total)).toBe("3 passed, 1 failed");
  expect(total.failures).toEqual([{ name: "d", message: "no engine" }]);
});

it("what the limit leaves is named and has failed: what had not begun, and what does not end", async () => {
  const deadline = startDeadline(0.001);
  const endless = step("endless", async () => new Promise(() => {}));
  const until = step("slow", async () => {
    await once(deadline.signal, "abort");
    return passed;
  });
  const total = sumTallies(
    await runLanes(
      { deadline },
      [
        [until, step("never")],
        [endless, step("behind")],
      ],
      50,
    ),
  );
  expect(tallyLine(total)).toBe("1 passed, 3 failed");
  const why = "the run has taken 0.001 minutes, which is its limit";
  expect(total.failures).toEqual([
    { name: "never", message: `not run: ${why}` },
    { name: "endless", message: `did not end: ${why}` },
    { name: "behind", message: `did not end: ${why}` },
  ]);
});

it("a program ends with all that it started when the time is over", async () => {
  const deadline = startDeadline(Number.POSITIVE_INFINITY);
  setTimeout(() => deadline.end("enough"), 200);
  const started = performance.now();
  expect(await passThrough("sh", ["-c", "sleep 60 & wait; sleep 60"], { signal: deadline.signal })).not.toBe(0);
  expect(performance.now() - started).toBeLessThan(20_000);
  expect(deadline.reason()).toBe("enough");
});
