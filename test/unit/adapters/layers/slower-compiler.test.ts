import { setFlagsFromString } from "node:v8";
import { afterEach, expect, test, vi } from "vitest";
import { allowSlowerCompilerLater, forgoSlowerCompiler } from "../../../../src/adapters/layers/slower-compiler.ts";

vi.mock("node:v8", () => ({ setFlagsFromString: vi.fn<(flags: string) => void>() }));
afterEach(() => vi.useRealTimers());

test("a run does without V8's slower compiler until it has lasted", () => {
  vi.useFakeTimers();
  const set = vi.mocked(setFlagsFromString);
  forgoSlowerCompiler();
  allowSlowerCompilerLater();
  vi.advanceTimersByTime(2999);
  expect(set.mock.calls).toEqual([["--no-opt"]]);
  vi.advanceTimersByTime(1);
  expect(set.mock.calls).toEqual([["--no-opt"], ["--opt"]]);
});
