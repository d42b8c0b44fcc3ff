import { expect, it } from "vitest";
import { checkLicenses } from "../../../../src/inspect/policy/licenses.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import type { AllowLicenseSpec } from "../../../../src/spec/spec.ts";

const paths = ["/usr/lib/liba.so.1", "/usr/lib/liba.so"].map((path) => toAbsPath(path));
const shipped = { pathsOf: () => paths, originOf: () => "/app" };
const messages = (forbid: readonly string[], licenses: readonly string[]) =>
  checkLicenses({ forbid }, [{ id: "npm:a@1", name: "a", licenses }], shipped).diagnostics.map(
    ({ message }) => message,
  );

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
    { forbid: ["MIT", "AGPL-*"] },
    [{ id: "npm:a@1", name: "a", licenses: ["AGPL-3.0-only"] }],
    shipped,
  );
  expect(diagnostics).toEqual([
    {
      severity: "error",
      code: "POLICY_LICENSE",
      message: "cannot ship files of npm:a@1: policy forbids AGPL-*, and its licence is AGPL-3.0-only",
      hint: "leave out what asks for the package, use another one, or add it to licenses.allow",
      pointer: "/policy/licenses/forbid/1",
      origin: "/app",
    },
  ]);
});

it("warns once of all packages that state none, and keeps quiet without a list", () => {
  const packages = ["dpkg:a", "dpkg:b"].map((id) => ({ id, name: id.slice(5), licenses: [] }));
  expect(checkLicenses({ forbid: ["MIT"] }, packages, shipped)).toMatchObject({
    diagnostics: [{ severity: "warning", code: "POLICY_LICENSE_UNKNOWN" }],
    unknown: ["dpkg:a", "dpkg:b"],
  });
  const none = { diagnostics: [], unknown: [], allowed: [] };
  expect(checkLicenses({ forbid: [] }, packages, shipped)).toEqual(none);
  const allow = [{ package: "a", because: "it was read" }];
  expect(checkLicenses({ forbid: ["MIT"], allow }, packages, shipped).unknown).toEqual(["dpkg:b"]);
});

/** Packages that are refused, and what each exception was of use for. */
function judged(allow: readonly AllowLicenseSpec[]): object {
  const packages = [
    { id: "dpkg:liba1", name: "liba1", licenses: ["GPL-3.0-or-later", "LGPL-2.1-only"] },
    { id: "npm:b@1", name: "b", licenses: ["MIT"] },
  ];
  const { diagnostics, allowed } = checkLicenses({ forbid: ["GPL-*", "LGPL-*"], allow }, packages, shipped);
  return { refused: diagnostics.length, used: allowed.map(({ used }) => used.join(" ")) };
}

it.each<[name: string, allow: readonly AllowLicenseSpec[], refused: number, used: readonly string[]]>([
  ["none", [], 1, []],
  ["a package", [{ package: "liba1" }], 0, ["dpkg:liba1"]],
  ["a package as reports name it", [{ package: "dpkg:liba*" }], 0, ["dpkg:liba1"]],
  ["another package", [{ package: "lib" }, { package: "b" }], 1, ["", ""]],
  ["one of its licences", [{ package: "liba1", license: "GPL-3.0-*" }], 1, ["dpkg:liba1"]],
  [
    "both of its licences",
    ["GPL-*", "LGPL-*"].map((license) => ({ package: "liba1", license })),
    0,
    ["dpkg:liba1", "dpkg:liba1"],
  ],
  ["all of its files", [{ path: "/usr/lib/liba.*" }], 0, ["dpkg:liba1"]],
  [
    "each of its files",
    [{ path: "/usr/lib/liba.so" }, { path: "/usr/lib/liba.so.1" }],
    0,
    ["dpkg:liba1", "dpkg:liba1"],
  ],
  ["some of its files", [{ path: "/usr/lib/liba.so" }], 1, [""]],
])("takes an exception for %s", (_, allow, refused, used) => {
  expect(judged(allow)).toEqual({ refused, used });
});
