import type { CapabilityName } from "../../spec/policy-kinds.ts";
import { capabilities, capabilitiesOf } from "./capabilities.ts";
import type { ClassifiedFile } from "./classify.ts";

/** The inputs of the score, beside the classified files. */
export interface ScoreFacts {
  /** Packages in the package database, or known to own a file. */
  readonly packages: number;
  /** Paths with a file capability (xattr `security.capability`), where that is known. */
  readonly fileCapabilities: number;
  /** Files that hold or are named as secrets. */
  readonly secrets: number;
  /** Paths of programs that the image is for: its declared interpreter, its entrypoint. */
  readonly required: ReadonlySet<string>;
}

/** The attack-surface score, term by term. Lower is better. One static program in an empty image has 3. */
export interface SurfaceScore {
  /** The sum of the terms. */
  readonly total: number;
  readonly terms: {
    readonly capabilities: number;
    readonly setuid: number;
    readonly fileCapabilities: number;
    readonly worldWritable: number;
    readonly executables: number;
    readonly packages: number;
    readonly secrets: number;
    readonly devices: number;
  };
  /** The part of `terms.capabilities` that is due to programs which the image is for; 0 where others give the same. */
  readonly requiredCapabilities: number;
  /** Each capability that is there, with the paths that give it, in the order of the list of capabilities. */
  readonly found: readonly {
    readonly capability: CapabilityName;
    readonly weight: number;
    readonly paths: readonly string[];
    readonly isRequired: boolean;
  }[];
  /** The terms of the count. */
  readonly counts: {
    readonly executables: number;
    readonly listedPrograms: number;
    readonly setuid: number;
    readonly worldWritable: number;
    readonly devices: number;
  };
}

/**
 * The score (docs/guides/policy.md, "The score"): every term is a count that anyone can repeat on the unpacked files. A
 * capability counts once however many programs give it, and sizes enter as logarithms, so that no term can be improved
 * by splitting or renaming.
 *
 *     capabilities     = sum of the weights of the capabilities that at least one program gives       0 to 100
 *     setuid           = min(50, 10 x files with the setuid or setgid bit)
 *     fileCapabilities = min(30, 10 x files with a file capability)
 *     worldWritable    = min(20, 5 x files and directories that anybody may write, sticky directories aside)
 *     executables      = min(50, 10 x log10(1 + regular files with an x bit))
 *     packages         = min(50, 10 x log10(1 + packages))
 *     secrets          = min(100, 25 x files with secrets)
 *     devices          = min(20, 10 x device nodes)
 */
export function scoreSurface(files: readonly ClassifiedFile[], facts: ScoreFacts): SurfaceScore {
  const found = capabilities.flatMap(({ name, weight }) => {
    const givers = files.filter((file) => file.capabilities.includes(name)).map(({ path }) => path);
    if (givers.length === 0) return [];
    const isRequired = givers.every((path) => facts.required.has(path));
    return [{ capability: name, weight, paths: givers, isRequired }];
  });
  const counts = {
    executables: count(files, ({ stat }) => stat.kind === "file" && (stat.mode & 0o111) !== 0),
    listedPrograms: countListed(files),
    setuid: count(files, hasSetuid),
    worldWritable: count(files, isWorldWritable),
    devices: count(files, ({ stat }) => stat.kind === "device"),
  };
  const terms = {
    capabilities: sum(found.map(({ weight }) => weight)),
    setuid: Math.min(50, 10 * counts.setuid),
    fileCapabilities: Math.min(30, 10 * facts.fileCapabilities),
    worldWritable: Math.min(20, 5 * counts.worldWritable),
    executables: Math.min(50, logarithm(counts.executables)),
    packages: Math.min(50, logarithm(facts.packages)),
    secrets: Math.min(100, 25 * facts.secrets),
    devices: Math.min(20, 10 * counts.devices),
  };
  return {
    total: round(sum(Object.values(terms))),
    terms,
    requiredCapabilities: sum(found.filter(({ isRequired }) => isRequired).map(({ weight }) => weight)),
    found,
    counts,
  };
}

/** True for a regular file that runs as its owner or group. */
export function hasSetuid({ stat }: Pick<ClassifiedFile, "stat">): boolean {
  return stat.kind === "file" && (stat.mode & 0o6000) !== 0;
}

/** True for what anybody may write: a file, or a directory that is not sticky. */
export function isWorldWritable({ stat }: Pick<ClassifiedFile, "stat">): boolean {
  if ((stat.mode & 0o002) === 0) return false;
  return stat.kind === "file" || (stat.kind === "directory" && (stat.mode & 0o1000) === 0);
}

/** Listed names that the files answer to, those of one file's links and applets each. */
function countListed(files: readonly ClassifiedFile[]): number {
  const programs = files.flatMap(({ identities }) => identities.map(({ program }) => program));
  return new Set(programs.filter((program) => capabilitiesOf(program).length > 0)).size;
}

function count(files: readonly ClassifiedFile[], holds: (file: ClassifiedFile) => boolean): number {
  return files.reduce((total, file) => total + Number(holds(file)), 0);
}

/** One decimal is what a reader can compare. */
function logarithm(number: number): number {
  return round(10 * Math.log10(1 + number));
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
