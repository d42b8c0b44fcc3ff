import { fieldOf, isRecord } from "../../formats/json/json-object.ts";
import { parseRecordWithComments } from "../../formats/json/json-with-comments.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, childOf, toAbsPath } from "../../rootfs/rootfs.ts";
import {
  chooseVersion,
  compareVersions,
  type FrameworkVersion,
  parseVersion,
  type RollForward,
  rollForwardOf,
} from "./versions.ts";

type Json = Readonly<Record<string, unknown>>;

/** The settings of `NAME.runtimeconfig.json`. */
export interface RuntimeConfig {
  /** Shared frameworks; none for a program that has its run-time beside it. */
  readonly frameworks: readonly FrameworkReference[];
  readonly properties: Json;
  /** Directories that packages are looked for in, beside the program's own. */
  readonly probingPaths: readonly string[];
}

export interface FrameworkReference {
  readonly name: string;
  readonly version: string;
  readonly rollForward: RollForward;
}

/** Settings before a configuration: `--roll-forward` or DOTNET_ROLL_FORWARD, and `--fx-version`. */
export interface FrameworkOverrides {
  readonly rollForward: RollForward | undefined;
  readonly version: string | undefined;
}

export function parseRuntimeConfig(text: string): RuntimeConfig {
  const options = fieldOf(parseRecordWithComments(text), "runtimeOptions");
  const general = rollForwardOf(options["rollForward"]) ?? "minor";
  const listed: readonly unknown[] = Array.isArray(options["frameworks"])
    ? options["frameworks"]
    : [options["framework"]];
  const frameworks = listed.flatMap((one) => {
    if (!isRecord(one) || typeof one["name"] !== "string" || typeof one["version"] !== "string") return [];
    return [{ name: one["name"], version: one["version"], rollForward: rollForwardOf(one["rollForward"]) ?? general }];
  });
  const { additionalProbingPaths: paths } = options;
  const probing: readonly unknown[] = Array.isArray(paths) ? paths : [];
  return {
    frameworks,
    properties: fieldOf(options, "configProperties"),
    probingPaths: probing.filter((path) => typeof path === "string"),
  };
}

/**
 * The frameworks of an installation that a configuration leads to, by their names, and the references that nothing
 * answers.
 */
export interface FoundFrameworks {
  readonly directories: ReadonlyMap<string, AbsPath>;
  readonly missing: readonly { readonly reference: FrameworkReference; readonly available: readonly string[] }[];
}

const referenceLimit = 100;

/**
 * Finds frameworks as the host does: each may ask for others, and the highest version that is asked for of one name
 * counts.
 */
export async function findFrameworks(
  files: ProcessFiles,
  install: AbsPath,
  { config, overrides }: { readonly config: RuntimeConfig; readonly overrides: FrameworkOverrides },
): Promise<FoundFrameworks> {
  const directories = new Map<string, AbsPath>();
  const missing = new Map<string, FoundFrameworks["missing"][number]>();
  const wanted = new Map<string, FrameworkVersion>();
  const [first, ...others] = config.frameworks;
  const pending: FrameworkReference[] = [];
  if (first !== undefined) {
    const { version } = overrides;
    pending.push(version === undefined ? first : { ...first, version, rollForward: "disable" }, ...others);
  }
  for (let count = 0; pending.length > 0 && count < referenceLimit; count++) {
    const reference = pending.shift();
    const version = reference && parseVersion(reference.version);
    // Names become paths: they are names of directories, and nothing else.
    if (reference === undefined || version === undefined || !/^[\w.-]+$/u.test(reference.name)) continue;
    const before = wanted.get(reference.name);
    if (before !== undefined && compareVersions(version, before) <= 0) continue;
    wanted.set(reference.name, version);
    const location = toAbsPath(`shared/${reference.name}`, install);
    const available = [...(await files.names(location))].flatMap((name) => parseVersion(name) ?? []);
    const isFixed = reference.rollForward === "disable";
    const rollForward = isFixed ? reference.rollForward : (overrides.rollForward ?? reference.rollForward);
    const chosen = chooseVersion(available, { wanted: version, rollForward });
    if (chosen === undefined) {
      missing.set(reference.name, { reference, available: available.map(({ text }) => text).sort() });
      continue;
    }
    const directory = childOf(location, chosen.text);
    directories.set(reference.name, directory);
    const own = await files.readText(childOf(directory, `${reference.name}.runtimeconfig.json`));
    if (own !== undefined) pending.push(...parseRuntimeConfig(own).frameworks);
  }
  return { directories, missing: [...missing.values()] };
}

/** The newest version in a directory whose names are versions. */
export async function newestIn(files: ProcessFiles, directory: AbsPath): Promise<AbsPath | undefined> {
  const versions = [...(await files.names(directory))].flatMap((name) => parseVersion(name) ?? []);
  const newest = versions.sort(compareVersions).at(-1);
  return newest === undefined ? undefined : childOf(directory, newest.text);
}
