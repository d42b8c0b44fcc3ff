import type { PackageRecord } from "../../closure/ownership/package-metadata.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { matchGlob, parseGlob } from "../../rootfs/glob.ts";
import { type AbsPath, compareBytes } from "../../rootfs/rootfs.ts";
import type { AllowLicenseSpec, PolicySpec } from "../../spec/spec.ts";
import { joinLicenses } from "../sbom/licenses.ts";

/** The violations of a policy by the licences of the shipped packages. */
export interface LicenseAnswer {
  readonly diagnostics: readonly Diagnostic[];
  /** Packages that state no licence which a machine can read, sorted. */
  readonly unknown: readonly string[];
  /** The exceptions in their order, each with the packages that it was of use for. */
  readonly allowed: readonly (AllowLicenseSpec & { readonly used: readonly string[] })[];
}

type Licensed = Pick<PackageRecord, "id" | "name" | "licenses">;

/** The files of a package in the image, and where the spec brings it in. */
interface Shipped {
  readonly pathsOf: (id: string) => readonly AbsPath[];
  readonly originOf: (id: string) => string | undefined;
}

/**
 * POLICY_LICENSE for every package of which files ship under a licence that is forbidden. Of a choice (`OR`) one
 * licence that is not forbidden is enough; of licences that hold together (`AND`) each counts. `*` in an identifier is
 * any text. Exceptions cover a package, or all of its files that ship.
 */
export function checkLicenses(
  { forbid, allow = [] }: PolicySpec["licenses"],
  packages: readonly Licensed[],
  { pathsOf, originOf }: Shipped,
): LicenseAnswer {
  if (forbid.length === 0) return { diagnostics: [], unknown: [], allowed: [] };
  const patterns = forbid.map(toPattern);
  const exceptions = allow.map(toException);
  const unknown: string[] = [];
  const diagnostics = packages.flatMap((one): readonly Diagnostic[] => {
    const { id, licenses } = one;
    const covers = coverageOf(exceptions, one, pathsOf);
    const expression = joinLicenses(licenses)?.expression;
    if (expression === undefined) {
      if (!covers(undefined)) unknown.push(id);
      return [];
    }
    const isForbidden = (license: string): boolean => patterns.some((pattern) => pattern.test(license));
    // Exceptions that nothing needs are not of use.
    if (forbiddenIn(expression, isForbidden).length === 0) return [];
    const found = forbiddenIn(expression, (license) => isForbidden(license) && !covers(license));
    const index = patterns.findIndex((pattern) => found.some((license) => pattern.test(license)));
    if (index === -1) return [];
    const origin = originOf(id);
    return [
      {
        severity: "error",
        code: "POLICY_LICENSE",
        message: `cannot ship files of ${id}: policy forbids ${forbid[index] ?? ""}, and its licence is ${expression}`,
        hint: "leave out what asks for the package, use another one, or add it to licenses.allow",
        pointer: `/policy/licenses/forbid/${String(index)}`,
        ...(origin === undefined ? {} : { origin }),
      },
    ];
  });
  return {
    diagnostics: [...diagnostics, ...unknownLicenses(unknown)],
    unknown,
    allowed: exceptions.map(({ spec, used }) => ({ ...spec, used: [...used].sort(compareBytes) })),
  };
}

interface Exception {
  readonly spec: AllowLicenseSpec;
  readonly used: Set<string>;
  isPackage(one: Licensed): boolean;
  isPath(path: AbsPath): boolean;
  isLicense(license: string | undefined): boolean;
}

function toException(spec: AllowLicenseSpec): Exception {
  const name = spec.package === undefined ? undefined : toPattern(spec.package);
  const glob = spec.path === undefined ? undefined : parseGlob(spec.path);
  const license = spec.license === undefined ? undefined : toPattern(spec.license);
  return {
    spec,
    used: new Set(),
    isPackage: (one) => name !== undefined && (name.test(one.name) || name.test(one.id)),
    isPath: (path) => glob !== undefined && matchGlob(glob, path),
    // One from a single licence says nothing of those that nobody can read.
    isLicense: (found) => license === undefined || (found !== undefined && license.test(found)),
  };
}

/** Whether exceptions cover a licence of a package; of one that states none, where it is undefined. */
function coverageOf(
  exceptions: readonly Exception[],
  one: Licensed,
  pathsOf: Shipped["pathsOf"],
): (license: string | undefined) => boolean {
  return (license) => {
    const fitting = exceptions.filter((exception) => exception.isLicense(license));
    const byName = fitting.filter((exception) => exception.isPackage(one));
    for (const { used } of byName) used.add(one.id);
    if (byName.length > 0 || fitting.length === 0) return byName.length > 0;
    const paths = pathsOf(one.id);
    const byPath = fitting.filter((exception) => paths.some((path) => exception.isPath(path)));
    const isWhole = paths.length > 0 && paths.every((path) => byPath.some((exception) => exception.isPath(path)));
    if (isWhole) for (const { used } of byPath) used.add(one.id);
    return isWhole;
  };
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
      hint: "read their licences, then add the packages to licenses.allow",
      pointer: "/policy/licenses/forbid",
    },
  ];
}

function toPattern(identifier: string): RegExp {
  const text = identifier.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll("*", ".*");
  return new RegExp(`^${text}$`, "i");
}

/** The forbidden licences that cannot be avoided by a choice; empty where one can. */
function forbiddenIn(expression: string, isForbidden: (license: string) => boolean): readonly string[] {
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
    return isForbidden(token) ? [token] : [];
  }

  return choices();
}
