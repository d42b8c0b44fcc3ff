import type { PackageRecord } from "../../closure/ownership/package-metadata.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { joinLicenses } from "../sbom/licenses.ts";

/** The violations of a policy by the licences of the shipped packages. */
export interface LicenseAnswer {
  readonly diagnostics: readonly Diagnostic[];
  /** Packages that state no licence which a machine can read, sorted. */
  readonly unknown: readonly string[];
}

/**
 * POLICY_LICENSE for every package of which files ship under a licence that is forbidden. Of a choice (`OR`) one
 * licence that is not forbidden is enough; of licences that hold together (`AND`) each counts. `*` in an identifier is
 * any text.
 */
export function checkLicenses(
  forbid: readonly string[],
  packages: readonly Pick<PackageRecord, "id" | "licenses">[],
  originOf: (id: string) => string | undefined,
): LicenseAnswer {
  if (forbid.length === 0) return { diagnostics: [], unknown: [] };
  const patterns = forbid.map(toPattern);
  const unknown: string[] = [];
  const diagnostics = packages.flatMap(({ id, licenses }): readonly Diagnostic[] => {
    const expression = joinLicenses(licenses)?.expression;
    if (expression === undefined) {
      unknown.push(id);
      return [];
    }
    const found = forbiddenIn(expression, patterns);
    const index = patterns.findIndex((pattern) => found.some((license) => pattern.test(license)));
    if (index === -1) return [];
    const origin = originOf(id);
    return [
      {
        severity: "error",
        code: "POLICY_LICENSE",
        message: `cannot ship files of ${id}: policy forbids ${forbid[index] ?? ""}, and its licence is ${expression}`,
        hint: "leave out what asks for the package, or use another one",
        pointer: `/policy/licenses/forbid/${String(index)}`,
        ...(origin === undefined ? {} : { origin }),
      },
    ];
  });
  return { diagnostics: [...diagnostics, ...unknownLicenses(unknown)], unknown };
}

const shownPackages = 10;

function unknownLicenses(unknown: readonly string[]): readonly Diagnostic[] {
  if (unknown.length === 0) return [];
  const rest = unknown.length - shownPackages;
  const names = `${unknown.slice(0, shownPackages).join(", ")}${rest > 0 ? ` and ${String(rest)} more` : ""}`;
  return [
    {
      severity: "warning",
      code: "POLICY_LICENSE_UNKNOWN",
      message: `cannot judge the licence of ${names}: no licence is stated in a form that a machine can read`,
      hint: "read their licences",
      pointer: "/policy/licenses/forbid",
    },
  ];
}

function toPattern(identifier: string): RegExp {
  const text = identifier.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll("*", ".*");
  return new RegExp(`^${text}$`, "i");
}

/** The forbidden licences that cannot be avoided by a choice; empty where one can. */
function forbiddenIn(expression: string, patterns: readonly RegExp[]): readonly string[] {
  const tokens = expression.match(/\(|\)|[^\s()]+/g) ?? [];
  let at = 0;

  function choices(): readonly string[] {
    const sides = [together()];
    while (tokens[at] === "OR") {
      at++;
      sides.push(together());
    }
    return sides.some((side) => side.length === 0) ? [] : sides.flat();
  }

  function together(): readonly string[] {
    const parts = [...license()];
    while (tokens[at] === "AND") {
      at++;
      parts.push(...license());
    }
    return parts;
  }

  function license(): readonly string[] {
    const token = tokens[at++] ?? "";
    if (token === "(") {
      const inner = choices();
      at++;
      return inner;
    }
    if (tokens[at] === "WITH") at += 2;
    return patterns.some((pattern) => pattern.test(token)) ? [token] : [];
  }

  return choices();
}
