import { expect, it } from "vitest";
import type { SettledUnknown } from "../../../src/closure/model/unknown.ts";
import { countUnknowns } from "../../../src/resolver/statistics.ts";

const unknown = (from: string, outcome: SettledUnknown["outcome"], files = 0): SettledUnknown => ({
  kind: "computed-name",
  what: "load(name)",
  bound: { kind: "anything" },
  from,
  outcome,
  files,
});

it("names what stays out first, then the author's own sources, then what ships most files", () => {
  const counts = countUnknowns([
    unknown("/usr/lib/kit/a.rb", "shipped", 900),
    unknown("/usr/lib/kit/b.rb", "unbounded"),
    unknown("/app/c.rb", "unbounded"),
    unknown("/app/node_modules/kit/d.js", "unbounded"),
    unknown("/usr/lib/kit/e.rb", "warned"),
    unknown("/usr/lib/kit/f.rb", "present"),
  ]);
  expect(counts).toEqual({
    kept: 2,
    warned: 1,
    unbounded: 3,
    foremost: ["/usr/lib/kit/e.rb load(name)", "/app/c.rb load(name)", "/usr/lib/kit/b.rb load(name)"],
  });
});
