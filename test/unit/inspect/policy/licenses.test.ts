import { expect, it } from "vitest";
import { checkLicenses } from "../../../../src/inspect/policy/licenses.ts";

const messages = (forbid: readonly string[], licenses: readonly string[]) =>
  checkLicenses(forbid, [{ id: "npm:a@1", licenses }], () => "/app").diagnostics.map(({ message }) => message);

it.each([
  ["the licence itself", ["AGPL-3.0-only"], ["AGPL-3.0-only"], true],
  ["one of those that hold together", ["GPL-2.0-only"], ["MIT AND GPL-2.0-only"], true],
  ["one of several that a package names", ["GPL-2.0-only"], ["MIT", "GPL-2"], true],
  ["both sides of a choice", ["GPL-*"], ["GPL-2.0-only OR GPL-3.0-only"], true],
  ["a licence with an exception", ["GPL-2.0-only"], ["GPL-2.0-only WITH Classpath-exception-2.0"], true],
  ["a choice inside others", ["GPL-2.0-only"], ["MIT AND (GPL-2.0-only OR BSD-3-Clause)"], false],
  ["another version", ["AGPL-3.0-only"], ["AGPL-3.0-or-later"], false],
  ["a choice", ["AGPL-3.0-only"], ["MIT OR AGPL-3.0-only"], false],
  ["another licence", ["AGPL-3.0-only"], ["MIT"], false],
] as const)("judges %s", (_, forbid, licenses, isForbidden) => {
  expect(messages(forbid, licenses)).toHaveLength(isForbidden ? 1 : 0);
});

it("says which package, which entry of the policy, and what brought it in", () => {
  const { diagnostics } = checkLicenses(
    ["MIT", "AGPL-*"],
    [{ id: "npm:a@1", licenses: ["AGPL-3.0-only"] }],
    () => "/app",
  );
  expect(diagnostics).toEqual([
    {
      severity: "error",
      code: "POLICY_LICENSE",
      message: "cannot ship files of npm:a@1: policy forbids AGPL-*, and its licence is AGPL-3.0-only",
      hint: "leave out what asks for the package, or use another one",
      pointer: "/policy/licenses/forbid/1",
      origin: "/app",
    },
  ]);
});

it("warns once of all packages that state none, and keeps quiet without a list", () => {
  const packages = ["dpkg:a", "dpkg:b"].map((id) => ({ id, licenses: [] }));
  expect(checkLicenses(["MIT"], packages, () => undefined)).toMatchObject({
    diagnostics: [{ severity: "warning", code: "POLICY_LICENSE_UNKNOWN" }],
    unknown: ["dpkg:a", "dpkg:b"],
  });
  expect(checkLicenses([], packages, () => undefined)).toEqual({ diagnostics: [], unknown: [] });
});
