import { expect, it } from "vitest";
import { parseLock } from "../../../../src/runtimes/ruby/bundle-settings.ts";

it("reads the gems of a lock, and not what they depend on", () => {
  const lock =
    "GEM\n  specs:\n    web (2.1.0-x86_64-linux)\n      base (>= 1)\n    base (1.4)\n\nDEPENDENCIES\n  web\n";
  expect([...parseLock(lock)]).toEqual([
    ["web", ["2.1.0"]],
    ["base", ["1.4"]],
  ]);
});
