import { expect, it } from "vitest";
import { isGemMaterial } from "../../../../src/runtimes/ruby/stdlib.ts";

it("leaves out of a gem its tests, documents and sources of compiled parts, and nothing that only looks so", () => {
  const out = ["test/a.rb", "spec/a_spec.rb", "README.md", "ext/x/x.c", "ext/x/Makefile", "Rakefile", "lib/x.o"];
  const kept = [
    "lib/generators/templates/Gemfile",
    "lib/generators/templates/README.md",
    "lib/web/test/helper.rb",
    "ext/x/x.so",
    "app/views/doc/index.html",
    "lib/x.jar",
    "lib/template.h",
    "examples/a.rb",
    "LICENSE.md",
  ];
  expect(out.filter((path) => !isGemMaterial(path))).toEqual([]);
  expect(kept.filter(isGemMaterial)).toEqual([]);
});
