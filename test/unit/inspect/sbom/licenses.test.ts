import { expect, it } from "vitest";
import { joinLicenses } from "../../../../src/inspect/sbom/licenses.ts";

const expressionOf = (...names: readonly string[]): string | undefined => joinLicenses(names)?.expression;

it("writes what packages call their licences as SPDX does", () => {
  expect(expressionOf("GPL-2+")).toBe("GPL-2.0-or-later");
  expect(expressionOf("LGPL-2.1")).toBe("LGPL-2.1-only");
  expect(expressionOf("Expat", "BSD-3-clause")).toBe("BSD-3-Clause AND MIT");
  expect(expressionOf("GPL-2+ or Artistic")).toBe("GPL-2.0-or-later OR Artistic-1.0-Perl");
  expect(expressionOf("Expat", "GPL-2 or MPL-1.1")).toBe("(GPL-2.0-only OR MPL-1.1) AND MIT");
  expect(expressionOf("(MIT OR Apache-2.0)")).toBe("(MIT OR Apache-2.0)");
  expect(expressionOf("GPL-3+ with GCC exception")).toBe("GPL-3.0-or-later WITH GCC-exception-3.1");
});

it("refers to licences that SPDX does not know by their names", () => {
  const found = joinLicenses(["public-domain", "Our own, all rights reserved"]);
  expect(found?.expression).toBe("LicenseRef-Our-own-all-rights-reserved AND LicenseRef-public-domain");
  expect(found?.custom.get("LicenseRef-public-domain")).toBe("public-domain");
});

it("says nothing where nothing is said", () => {
  expect(joinLicenses([])).toBeUndefined();
  expect(expressionOf("SEE LICENSE IN LICENSE.md")).toBeUndefined();
});
