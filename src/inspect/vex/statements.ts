import { compareBytes } from "../../rootfs/rootfs.ts";
import { judgeGoFunctions, judgeLibraryFunctions } from "./function-verdict.ts";
import type { LinkedCode } from "./linked-code.ts";
import { type AffectedPackage, isAffected, type NamedFunctions, type Vulnerability } from "./vulnerability.ts";

/** A package of a builder, as far as statements need it. */
export interface BuilderPackage {
  /** `dpkg`, `pypi`, `npm`. */
  readonly database: string;
  readonly name: string;
  readonly version: string;
  /** Of a distribution, what it was built from; the package itself elsewhere. */
  readonly source: { readonly name: string; readonly version: string };
  readonly purl: string;
  readonly files: readonly string[];
}

/** The figures of the builders and of the image. */
export interface Presence {
  readonly packages: readonly BuilderPackage[];
  readonly distribution: { readonly id: string; readonly releases: readonly string[] } | undefined;
  /** Of packages of which any file ships: `dpkg:libc6`. */
  readonly shipped: ReadonlySet<string>;
  /** True where the image has the path. */
  has(path: string): boolean;
  /** True where something of the image that is in no package of the distribution may have code of these files. */
  hasCopy(one: BuilderPackage, files: readonly string[]): Promise<boolean>;
  /** The code of what ships; undefined where only files are known. */
  readonly code?: LinkedCode;
}

export interface Statement {
  readonly vulnerability: Vulnerability;
  readonly justification:
    | "component_not_present"
    | "vulnerable_code_not_present"
    | "vulnerable_code_not_in_execute_path";
  readonly impact: string;
  /** Sorted. */
  readonly purls: readonly string[];
  readonly evidence: Evidence;
}

/** What a statement stands on: whoever has the image can look again. */
export interface Evidence {
  /** The database of the packages, `dpkg`. */
  readonly database: string;
  /** What the packages were built from; the package itself where it is of no distribution. */
  readonly source: string;
  /** Files that the image does not have, absolute paths, sorted. */
  readonly files: readonly string[];
  /** Functions that no program of these has (Go), or that nothing but these libraries names; sorted. */
  readonly functions?: readonly string[];
  readonly programs?: readonly string[];
}

type Verdict = Pick<Statement, "justification" | "impact"> & Pick<Evidence, "files" | "functions" | "programs">;

/**
 * Orders of versions by the package database: negative where the left one is older, NaN where one of them is no
 * version. A database without one has versions that only lists of them tell.
 */
export type VersionOrders = Readonly<Record<string, (left: string, right: string) => number>>;

/**
 * States which vulnerabilities the image cannot have though its builders may: where no file of a package ships, and
 * where the list names the vulnerable files or binary packages and none of them ships. Nothing is said of a package of
 * which anything ships otherwise, nor where a file of the application may be a copy. Sorted by vulnerability.
 */
export async function stateAbsences(
  vulnerabilities: readonly Vulnerability[],
  presence: Presence,
  orders: VersionOrders,
): Promise<readonly Statement[]> {
  const byName = new Map<string, BuilderPackage[]>();
  for (const one of presence.packages) {
    const key = `${one.database}:${one.source.name}`;
    byName.set(key, [...(byName.get(key) ?? []), one]);
  }
  const statements: Statement[] = [];
  for (const vulnerability of mergeById(vulnerabilities)) {
    const verdicts = new Map<BuilderPackage, (Verdict | undefined)[]>();
    for (const affected of vulnerability.packages) {
      if (!isOfDistribution(affected, presence)) continue;
      for (const one of byName.get(`${affected.database}:${affected.name}`) ?? []) {
        if (isAffected(one.source.version, affected.affected, orders[one.database]) === "no") continue;
        const judged = verdicts.get(one) ?? [];
        judged.push(await judge(one, affected, presence));
        verdicts.set(one, judged);
      }
    }
    statements.push(...toStatements(vulnerability, verdicts));
  }
  return statements;
}

/** Lists may have several records of one vulnerability: what one leaves open, another may not settle. */
export function mergeById(vulnerabilities: readonly Vulnerability[]): readonly Vulnerability[] {
  const merged = new Map<string, Vulnerability>();
  for (const one of vulnerabilities) {
    const known = merged.get(one.id);
    merged.set(one.id, {
      id: one.id,
      aliases: [...new Set([...(known?.aliases ?? []), ...one.aliases])].sort(compareBytes),
      packages: [...(known?.packages ?? []), ...one.packages],
    });
  }
  return [...merged.values()].sort((left, right) => compareBytes(left.id, right.id));
}

/** True for records of no distribution, and for those of this one and its release. */
export function isOfDistribution({ distribution }: AffectedPackage, own: Pick<Presence, "distribution">): boolean {
  if (distribution === undefined) return true;
  if (own.distribution?.id !== distribution.id) return false;
  return distribution.release === undefined || own.distribution.releases.includes(distribution.release);
}

/** A distribution with its release by the names that lists have for it: `13.2`, `13` and `trixie`. */
export function distributionOf(
  found: { readonly id: string; readonly version: string } | undefined,
  codename: string | undefined,
): Presence["distribution"] {
  if (found === undefined) return undefined;
  const { id, version } = found;
  const [major = "", minor] = version.split(".");
  // Lists have a release by its first number (Debian, Red Hat), its first two (Alpine), or its name.
  const releases = [version, major, ...(minor === undefined ? [] : [`${major}.${minor}`])];
  return { id, releases: [...releases, ...(codename === undefined ? [] : [codename])] };
}

async function judge(one: BuilderPackage, affected: AffectedPackage, presence: Presence): Promise<Verdict | undefined> {
  const isShipped = ({ database, name }: BuilderPackage) => presence.shipped.has(`${database}:${name}`);
  const { functions } = affected;
  if (functions !== undefined && presence.code !== undefined && isShipped(one)) {
    const judged = await judgeFunctions(one, functions, { presence, code: presence.code });
    if (judged !== undefined) return judged;
  }
  // Whose files nobody knows may be in the image as a file of no package.
  if (one.files.length === 0) return undefined;
  if (!isShipped(one)) {
    if (await presence.hasCopy(one, one.files)) return undefined;
    const impact = "No file of this package is in the image.";
    return { justification: "component_not_present", impact, files: absentFiles(one.files, presence) };
  }
  const siblings = presence.packages.filter(
    ({ database, source }) => database === one.database && source.name === one.source.name,
  );
  const { binaries, files } = affected;
  if (binaries !== undefined) {
    const vulnerable = siblings.filter(({ name }) => binaries.includes(name));
    // A list that names no package of the builder may have another name for the one that ships.
    if (vulnerable.length === 0 || binaries.includes(one.name) || vulnerable.some(isShipped)) return undefined;
    const theirs = vulnerable.flatMap((sibling) => sibling.files);
    if (await presence.hasCopy(one, theirs)) return undefined;
    const names = vulnerable.map(({ name }) => name).sort(compareBytes);
    const impact = `No file of ${[...new Set(names)].join(", ")} is in the image.`;
    return { justification: "vulnerable_code_not_present", impact, files: absentFiles(theirs, presence) };
  }
  if (files === undefined) return undefined;
  const known = new Set(siblings.flatMap((sibling) => sibling.files));
  if (!files.every((file) => known.has(file)) || files.some((file) => presence.has(file))) return undefined;
  if (await presence.hasCopy(one, files)) return undefined;
  const sorted = [...files].sort(compareBytes);
  const impact = `The image does not have ${sorted.join(", ")}.`;
  return { justification: "vulnerable_code_not_present", impact, files: sorted };
}

async function judgeFunctions(
  one: BuilderPackage,
  functions: readonly NamedFunctions[],
  { presence, code }: { readonly presence: Presence; readonly code: LinkedCode },
): Promise<Verdict | undefined> {
  const files = functions.map(({ path }) => path);
  if (
    await presence.hasCopy(
      one,
      files.filter((path) => path.startsWith("/")),
    )
  )
    return undefined;
  if (one.database === "golang") return judgeGoFunctions(one.name, functions, code);
  const siblings = presence.packages.filter(
    ({ source, database }) => database === one.database && source.name === one.source.name,
  );
  return judgeLibraryFunctions(
    siblings.flatMap((sibling) => sibling.files),
    functions,
    code,
  );
}

/** Those of a package's files that the image has not, without the directories that they are in. */
function absentFiles(files: readonly string[], presence: Presence): readonly string[] {
  const absent = files.filter((file) => !presence.has(file)).sort(compareBytes);
  const folders = new Set(absent.map((file) => file.slice(0, file.lastIndexOf("/"))));
  return absent.filter((file) => !folders.has(file));
}

interface Group {
  readonly verdict: Verdict;
  readonly database: string;
  readonly source: string;
  readonly purls: Set<string>;
  readonly files: Set<string>;
  readonly functions: Set<string>;
  readonly programs: Set<string>;
}

function toStatements(
  vulnerability: Vulnerability,
  verdicts: ReadonlyMap<BuilderPackage, readonly (Verdict | undefined)[]>,
): readonly Statement[] {
  const groups = new Map<string, Group>();
  for (const [{ database, source, purl }, judged] of verdicts) {
    // One place where it cannot be excluded is enough to say nothing.
    const [verdict] = judged;
    if (verdict === undefined || judged.includes(undefined)) continue;
    const key = [verdict.justification, verdict.impact, database, source.name].join("\n");
    const known = groups.get(key) ?? {
      verdict,
      database,
      source: source.name,
      purls: new Set(),
      files: new Set(),
      functions: new Set(),
      programs: new Set(),
    };
    groups.set(key, known);
    known.purls.add(purl);
    for (const file of verdict.files) known.files.add(file);
    for (const name of verdict.functions ?? []) known.functions.add(name);
    for (const program of verdict.programs ?? []) known.programs.add(program);
  }
  return [...groups]
    .sort(([left], [right]) => compareBytes(left, right))
    .map(([, { verdict, database, source, purls, files, functions, programs }]) => ({
      vulnerability,
      justification: verdict.justification,
      impact: verdict.impact,
      purls: [...purls].sort(compareBytes),
      evidence: {
        database,
        source,
        files: [...files].sort(compareBytes),
        ...(programs.size === 0
          ? {}
          : { functions: [...functions].sort(compareBytes), programs: [...programs].sort(compareBytes) }),
      },
    }));
}
