import { z } from "zod";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";

/** Versions of packages, by their names with the database in front: `dpkg:libc6`. */
export type PackageVersions = Readonly<Record<string, string>>;

/** The origin of a builder. */
export interface LockedBuilder {
  /** Undefined where it starts from no image of a registry. */
  readonly image?: { readonly name: string; readonly digest: string } | undefined;
  /** By platform: `linux/amd64`. */
  readonly packages: Readonly<Record<string, PackageVersions>>;
}

/** The contents of `pith.lock`: the inputs of builders that change without the spec. */
export interface Lock {
  readonly version: 1;
  /** By name; builders that a target has otherwise than the main image are named `TARGET/NAME`. */
  readonly builders: Readonly<Record<string, LockedBuilder>>;
}

const versions = z
  .record(z.string(), z.string())
  .meta({ description: "Versions of packages by name, with the package database in front." });

const builder = z.strictObject({
  image: z
    .strictObject({
      name: z.string().meta({ description: "The image as the spec names it." }),
      digest: z.string().regex(/^[a-z0-9]+:[0-9a-f]{32,}$/),
    })
    .optional()
    .meta({ description: "The image that the builder starts from." }),
  packages: z.record(z.string(), versions).meta({ description: "Installed packages by platform." }),
});

export const lockSchema: z.ZodType<Lock> = z
  .strictObject({
    version: z.literal(1),
    builders: z
      .record(z.string(), builder)
      .meta({ description: "Builders by name; TARGET/NAME where a target differs." }),
  })
  .meta({ title: "Lock file of Pith", description: "What builders are made from, as --target lock found it." });

/** The lock file beside a spec: `pith.lock` for `pith.yaml`. */
export function lockNameOf(specName: string): string {
  return `${specName.replace(/\.ya?ml$/u, "")}.lock`;
}

/** Reads a lock file; LOCK_INVALID for one that is none. */
export function parseLock(
  text: string,
  name: string,
): { readonly lock?: Lock; readonly diagnostics: readonly Diagnostic[] } {
  const parsed = lockSchema.safeParse(parseJson(text));
  if (parsed.success) return { lock: parsed.data, diagnostics: [] };
  const [issue] = parsed.error.issues;
  const location = issue === undefined || issue.path.length === 0 ? "" : ` at ${issue.path.map(String).join(".")}`;
  return {
    diagnostics: [
      {
        severity: "error",
        code: "LOCK_INVALID",
        message: `cannot read ${name}: not a lock file of this version${location}`,
        hint: "have it made anew with --target lock --output DIRECTORY",
      },
    ],
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Prints a lock, a package a line and everything sorted, so that versions in a history compare well. */
export function printLock({ version, builders }: Lock): string {
  const sorted = sortKeys(builders, ({ image, packages }) => ({
    ...(image === undefined ? {} : { image: { name: image.name, digest: image.digest } }),
    packages: sortKeys(packages, (found) => sortKeys(found, (one) => one)),
  }));
  return `${JSON.stringify({ version, builders: sorted }, undefined, 2)}\n`;
}

function sortKeys<T, U>(values: Readonly<Record<string, T>>, map: (value: T) => U): Readonly<Record<string, U>> {
  const sorted = Object.entries(values).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, value]) => [key, map(value)]));
}

export const updateHint = "name these packages too, as --build-arg LOCK_UPDATE=NAME,NAME, or renew the whole lock";

export const renewHint = "build with what the lock names, or renew it with --target lock --output DIRECTORY";

/** The packages that `LOCK_UPDATE` names, with their database in front or without; undefined where it names none. */
export function parseLockUpdate(text: string | undefined): ReadonlySet<string> | undefined {
  const names = (text ?? "").split(/[\s,]+/u).filter((name) => name !== "");
  return names.length === 0 ? undefined : new Set(names);
}

/** Versions without the packages that may have others. */
export function withoutUpdated(versions: PackageVersions, update: ReadonlySet<string>): PackageVersions {
  return Object.fromEntries(
    Object.entries(versions).filter(([id]) => !update.has(id) && !update.has(id.slice(id.indexOf(":") + 1))),
  );
}

/** The differences from the lock, in words: `libc6 is 2.41-13, locked 2.41-12`. Sorted by name. */
export function comparePackages(locked: PackageVersions, found: PackageVersions): readonly string[] {
  const names = [...new Set([...Object.keys(locked), ...Object.keys(found)])].sort();
  return names.flatMap((name) => {
    const [before, after] = [locked[name], found[name]];
    if (before === after) return [];
    if (before === undefined) return [`${name} ${after ?? ""} is new`];
    if (after === undefined) return [`${name} ${before} is gone`];
    return [`${name} is ${after}, locked ${before}`];
  });
}
