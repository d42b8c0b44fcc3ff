import { expect, it } from "vitest";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { evaluate } from "../../../../src/runtimes/php/expressions.ts";

it("ends where variables are made of each other in many ways", () => {
  const names = Array.from({ length: 12 }, (_, index) => `v${index}`);
  const given = names.map((one) => `$${one} . "x"`);
  const variables = new Map(names.map((one) => [one, ["__DIR__", ...given]]));
  const scope = { source: toAbsPath("/app/main.php"), constants: new Map(), variables };
  const begun = performance.now();
  expect(evaluate("$v0 . '.php'", scope)).toContain("*.php");
  expect(performance.now() - begun).toBeLessThan(5000);
});
