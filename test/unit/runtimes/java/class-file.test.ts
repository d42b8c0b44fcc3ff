import { expect, it } from "vitest";
import { stringLiterals } from "../../../../src/runtimes/java/class-file.ts";
import { classFile } from "./trace-java.ts";

it("reads class files that end anywhere", () => {
  const whole = classFile(["a", "b"], "m");
  expect(stringLiterals(whole)).toEqual(["a", "b"]);
  for (let length = 0; length < whole.length; length++) {
    expect(stringLiterals(whole.subarray(0, length)).length).toBeLessThanOrEqual(2);
  }
});
