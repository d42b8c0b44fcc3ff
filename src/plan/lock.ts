import { z } from "zod";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Spec } from "../spec/spec.ts";

/** Versions of packages, by their names with the database in front: `dpkg:libc6`. */
export type PackageVersions = Readonly<Record<string, string>>;

/** Packages of a builder: their versions, and digests of those that an index or an installer has a digest of. */
export interface LockedPackages {
  readonly versions: PackageVersions;
  /** As `sha256:HEX`, or as npm writes them. */
  readonly digests: Readonly<Record<string, string>>;
}

/** The origin of a builder. */
export interface LockedBuilder {
  /** Undefined where it starts from no image of a registry. */
  readonly image?: { readonly name: string; readonly digest: string } | undefined;
  /** By platform: `linux/amd64`. */
  readonly packages: Readonly<Record<string, PackageVersions>>;
  /**
   * By platform, under the names of the packages. Undefined in locks of before, which have the distribution's alone.
   */
  readonly digests?: Readonly<Record<string, LockedPackages["digests"]>> | undefined;
}

/** The contents of `pith.lock`: the inputs of builders that change without the spec. */
export interface Lock {
  readonly version: 1;
  /** By name; builders that a target has otherwise than the main image are named `TARGET/NAME`. */
  readonly builders: Readonly<Record<string, LockedBuilder>>;
}

/** A lock file and the part of it that a build is held to. */
export interface HeldLock {
  /** As messages name it. */
  readonly name: string;
  readonly builders: Lock["builders"];
  /** Before the names of builders: `debug/` for a target that has others than the main image. */
  readonly prefix: string;
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
  digests: z
    .record(z.string(), z.record(z.string(), z.string()))
    .optional()
    .meta({ description: "Digests of packages by platform: of the archive's files, or what their installer keeps." }),
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

/** Before the names of a target's builders in a lock. */
export function lockPrefix(main: Spec, spec: Spec, target: string | undefined): string {
  const isSame = JSON.stringify(spec.builders) === JSON.stringify(main.builders);
  return isSame || target === undefined ? "" : `${target}/`;
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
  const sorted = sortKeys(builders, ({ image, packages, digests }) => ({
    ...(image === undefined ? {} : { image: { name: image.name, digest: image.digest } }),
    packages: sortKeys(packages, (found) => sortKeys(found, (one) => one)),
    ...(digests === undefined ? {} : { digests: sortKeys(digests, (found) => sortKeys(found, (one) => one)) }),
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

/** The package database in front of a name, as the distribution's tools are called. */
const systemDatabases: ReadonlySet<string> = new Set(["apk", "dpkg", "rpm"]);

/** The lock of a builder for a platform; locks of before have nothing of languages, and are not asked for it. */
export function lockedFor(
  { packages, digests }: LockedBuilder,
  platform: string,
): (LockedPackages & { readonly isOfSystemAlone: boolean }) | undefined {
  const versions = packages[platform];
  if (versions === undefined) return undefined;
  return { versions, digests: digests?.[platform] ?? {}, isOfSystemAlone: digests?.[platform] === undefined };
}

/** The builder of a lock for a platform, or why there is none: for a build that it holds. */
export function heldBuilder(
  lock: HeldLock,
  { builder, platform }: { readonly builder: string; readonly platform: string },
): NonNullable<ReturnType<typeof lockedFor>> | string {
  const locked = lock.builders[lock.prefix + builder];
  if (locked === undefined) return `${lock.name} does not have it`;
  return lockedFor(locked, platform) ?? `${lock.name} has no packages for ${platform}`;
}

/** The error of a builder that is not what a lock has. */
export function lockDrift(builder: string, reason: string, hint: string = renewHint): Diagnostic {
  return {
    severity: "error",
    code: "LOCK_DRIFT",
    message: `cannot use builder ${builder}: ${reason}`,
    hint,
    pointer: `/builders/${builder}`,
  };
}

/** What differs in a builder from its lock, in words, but for the packages that may have other versions. */
export function findChanges(
  lockName: string,
  {
    held: locked,
    found,
    update = new Set(),
  }: {
    readonly held: NonNullable<ReturnType<typeof lockedFor>>;
    readonly found: LockedPackages;
    readonly update?: ReadonlySet<string>;
  },
): string | undefined {
  const isAsked = (id: string): boolean => !locked.isOfSystemAlone || systemDatabases.has(id.split(":")[0] ?? "");
  const asked = Object.fromEntries(Object.entries(found.versions).filter(([id]) => isAsked(id)));
  const changes = comparePackages(withoutUpdated(locked.versions, update), withoutUpdated(asked, update));
  const held = Object.entries(withoutUpdated(found.digests, update)).flatMap(([id, digest]) => {
    const before = locked.digests[id];
    const isSame = before === undefined || before === digest || locked.versions[id] !== found.versions[id];
    return isSame ? [] : [`${id} ${found.versions[id] ?? ""} is ${digest}, locked ${before}`];
  });
  const all = [...changes, ...held];
  return all.length === 0 ? undefined : `its packages are not those of ${lockName}: ${all.join("; ")}`;
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
