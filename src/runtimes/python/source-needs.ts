import type { Yield } from "../../closure/model/closure.ts";
import { zonesNeed } from "../../dlopen/zones-need.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";
import { reachBeside } from "./beside-source.ts";
import { reachComputedImports } from "./computed-imports.ts";
import { reachDataPath, reachJoinedShares } from "./data-paths.ts";
import type { Because } from "./emitter.ts";
import { reachEntryPoint, reachNamespaceFiles, reachOwnEntryPoints } from "./entry-points.ts";
import { reachAlias, reachFinder } from "./finders.ts";
import type { Waiting } from "./gates.ts";
import { gateThatHolds } from "./held-imports.ts";
import { isOther, reachImport } from "./import-calls.ts";
import type { ImportStatement } from "./import-statement.ts";
import { habitsOf, loadEntryPoints } from "./imported-habits.ts";
import { areaOf, type Installation, isByAuthor } from "./installation.ts";
import { reachBegunLookup, reachHandedLookups, reachLibrary, reachNamedLibraries } from "./libraries.ts";
import { reachLibraryPrograms } from "./library-programs.ts";
import { joinedNames, reachLiteral } from "./literals.ts";
import type { FoundModule } from "./module-finder.ts";
import type { ModuleIdentity } from "./module-identity.ts";
import { Grade } from "./module-reach.ts";
import { distributionForOthers, isOfMember, type OptionalImports } from "./optional-imports.ts";
import { reachPackageLookups } from "./package-lookups.ts";
import type { Reach } from "./reach.ts";
import type { SourceFacts } from "./source-facts.ts";
import type { SourceScan } from "./source-scan.ts";
import { absoluteModule, exportedNamesIn } from "./source-text.ts";
import { importCalls, metadataCalls, programCalls } from "./source-words.ts";
import { reachPackagedPrograms, reachStartedPrograms } from "./started-programs.ts";
import { mayLackFile } from "./stdlib.ts";

/** A source that is about to be read. */
export interface Source {
  readonly path: AbsPath;
  readonly facts: SourceFacts;
  readonly identity: ModuleIdentity;
  /** It is run as a script, so that its main block runs. */
  readonly isMain: boolean;
  /**
   * How sure it is that it is loaded: of a mere member of its distribution, other distributions that it could use are
   * not wanted, and of what only could be loaded not those that offer themselves to it. Default: certain.
   */
  readonly grade?: Grade;
}

/** The imports of a source, beyond the needs. */
export interface ReadSource {
  readonly scan: SourceScan;
  /** Sources of the application that it leads to. */
  readonly leadsTo: readonly AbsPath[];
  /** Modules that it imports unconditionally and that are nowhere. */
  readonly missing: readonly string[];
  /** Directories that it adds to `sys.path`, for all that run after it. */
  readonly added: readonly AbsPath[];
  /** Modules that its texts name, which count once something else reaches their distribution. */
  readonly whenReached: readonly NamedModule[];
}

export interface NamedModule {
  readonly name: string;
  readonly because: Because;
}

/** An import that happens only once some source uses it. */
export type HeldImport = (out: Yield[]) => Promise<void>;

export interface ReadingContext {
  readonly installation: Installation;
  readonly reach: Reach;
  readonly waiting: Waiting<HeldImport>;
  readonly optional: OptionalImports;
}

/** Finds what one source needs: its import statements, then what its string literals name. */
export async function readSource(source: Source, shared: ReadingContext, out: Yield[]): Promise<ReadSource> {
  const added = await addedDirectories(source, shared.installation);
  const reach = shared.reach.seenFrom(source.path, added);
  const installation = { ...shared.installation, finder: reach.finder };
  const context = { ...shared, installation, reach };
  const { scan } = source.facts;
  const area = areaOf(installation, source.path);
  const leadsTo: AbsPath[] = [];
  const missing: string[] = [];
  const imported: (FoundModule | undefined)[] = [];
  const whenReached: NamedModule[] = [];
  // What it imports unconditionally and is nowhere: such a source never gets further.
  let absent: string | undefined;
  const note = (found: FoundModule | undefined): void => {
    if (found?.file !== undefined && areaOf(installation, found.file) === "app") leadsTo.push(found.file);
  };

  for (const statement of scan.imports) {
    if (!runs(statement, source.isMain)) continue;
    const base = absoluteModule(statement, source.identity.package);
    if (base === undefined || (source.grade === Grade.member && !(await isOfMember(source.path, base, installation))))
      continue;
    const gate = await gateThatHolds(statement, base, { source, area, installation });
    if (
      gate !== undefined &&
      !context.waiting.wait(gate, async (out) => void (await follow(statement, base, context, out)))
    )
      continue;
    if (area !== "stdlib" && base === "zoneinfo") out.push({ need: zonesNeed });
    if (absent !== undefined && (await shipsAnyway(base, source, installation))) continue;
    const ofOthers = isOther(base, source.identity);
    const isCandidate = isCandidateOnly(source, context) && ofOthers;
    const isLater = statement.time !== "always" && ofOthers;
    const mayWait = isLater || isCandidate || (ofOthers && absent !== undefined);
    if (mayWait && (await isOptional(statement, base, { source, context, isCandidate, isLater, absent }))) continue;
    const found = await follow(statement, base, isLater ? { ...context, reach: reach.later } : context, out);
    for (const module of found) note(module);
    imported.push(...found);
    if (!isMissing(statement, base, found[0])) continue;
    missing.push(base);
    if (isNowhere(source, found[0], installation)) absent ??= base;
  }
  if (isByAuthor(installation, source.path)) context.optional.noteNames(scan.names);
  if (source.grade === Grade.member) {
    await reachData(source, context, out);
  } else if (area !== "stdlib") {
    const texts = await reachTexts(source, imported, context, out);
    for (const module of texts.modules) note(module);
    whenReached.push(...texts.whenReached);
  }
  return { scan, leadsTo, missing, added, whenReached };
}

interface Importing {
  readonly source: Source;
  readonly context: ReadingContext;
  readonly isCandidate: boolean;
  readonly isLater: boolean;
  readonly absent: string | undefined;
}

/**
 * True for what a name only could stand for: what an extra is for is used with that extra. At `safe` a text is more.
 */
function isCandidateOnly({ grade }: Source, { installation: { proc } }: ReadingContext): boolean {
  return grade === Grade.candidate || (grade === Grade.possible && proc.prune === "reachable");
}

/** True for what the builder has for others: it is followed once something that runs brings it. */
async function isOptional(
  statement: ImportStatement,
  base: string,
  { source: { path }, context, isCandidate, isLater, absent }: Importing,
): Promise<boolean> {
  const asked = { ...context.installation, isCandidate, isLater, absent };
  const found = await distributionForOthers(base, path, asked);
  if (found === undefined || context.reach.isReached(found.file)) return false;
  const later = { ...context, reach: context.reach.later };
  context.optional.hold({
    ...found,
    source: path,
    isCandidate,
    absent,
    follow: async (out) => void (await follow(statement, base, later, out)),
  });
  return true;
}

/** Data and libraries that calls and string literals name. */
async function reachData(
  { path, identity, facts: { scan, joinedShares } }: Source,
  context: ReadingContext,
  out: Yield[],
): Promise<void> {
  const { installation } = context;
  for (const name of scan.paths) await reachDataPath(name, { path, identity }, installation, out);
  await reachJoinedShares(joinedShares, { path, identity }, installation, out);
  // An application may have its names in one source, and open them in another.
  const isOfApp = isByAuthor(installation, path);
  if (scan.opensLibraries || isOfApp) await reachNamedLibraries(scan.names, path, installation, out);
  for (const { callee, text, complete } of scan.calls) {
    if (isLibraryCall(callee)) await reachLibrary({ callee, text, source: path, complete }, installation, out);
  }
}

function isLibraryCall(callee: string): boolean {
  const isOther = importCalls.has(callee) || callee === "load_entry_point" || metadataCalls.has(callee);
  return !isOther && !programCalls.has(callee);
}

/** Finds what calls and string literals name; answers the modules. */
async function reachTexts(
  source: Source,
  imported: readonly (FoundModule | undefined)[],
  context: ReadingContext,
  out: Yield[],
): Promise<{ readonly modules: readonly (FoundModule | undefined)[] } & Pick<ReadSource, "whenReached">> {
  const { installation, reach } = context;
  const { path, identity, isMain } = source;
  const { scan } = source.facts;
  const habits = await habitsOf(imported, installation);
  const importsComputed = scan.importsComputed || habits.importsComputed;
  await reachCalls(scan, source, context, out);
  await reachFinder({ scan, identity }, { installation, reach, out });
  if (importsComputed) {
    const computing = { path, identity, scan, isOwn: scan.importsComputed };
    await reachComputedImports(computing, { installation, reach, out });
  }
  if (scan.listsModules || habits.listsModules || (scan.importsComputed && scan.listsDirectory)) {
    await reachListed(source, context, out);
  }
  if (importsComputed) await reachHandedPackages(source, context, out);
  await reachData(source, context, out);
  const isOfApp = isByAuthor(installation, path);
  if (isOfApp) {
    await reachBeside(path, installation, out);
    await reachStartedPrograms(scan, path, installation, out);
    await reachLibraryPrograms(scan, path, installation, out);
  }
  if (areaOf(installation, path) === "site") {
    const isLoaded = (source.grade ?? Grade.certain) === Grade.certain;
    await reachPackagedPrograms(scan, { path, isLoaded }, installation, out);
  }
  const loadsGroups = async (): Promise<boolean> =>
    isOfApp || scan.loadsEntryPoints || loadEntryPoints(imported, installation);
  const later: NamedModule[] = [];
  const whenReached = (name: string, because: Because): void => void later.push({ name, because });
  const { listsPackages } = scan;
  const isPossible = source.grade === Grade.possible || source.grade === Grade.candidate;
  const reading = { importsComputed, importsItself: scan.importsComputed, listsPackages, isPossible };
  const location = { path, identity, isMain, ...reading, loadsGroups, whenReached };
  const modules: (FoundModule | undefined)[] = [];
  const joined = isOfApp ? await joinedNames(scan, installation) : [];
  for (const name of [...scan.names, ...joined]) {
    modules.push(await reachLiteral(name, location, { installation, reach, out }));
  }
  return { modules, whenReached: later };
}

/** The directories that are there of those which a source adds to `sys.path`. */
async function addedDirectories({ path, facts }: Source, { files, proc }: Installation): Promise<readonly AbsPath[]> {
  const found: AbsPath[] = [];
  for (const text of facts.scan.addedPaths) {
    const directory = toAbsPath(text, text.startsWith("..") ? path : proc.workdir);
    if (directory !== "/" && (await files.isDirectory(directory))) found.push(directory);
  }
  return found;
}

function runs(statement: ImportStatement, isMain: boolean): boolean {
  return statement.time !== "never" && (statement.time !== "main" || isMain);
}

/** The modules that a statement loads, that which it names first. */
async function follow(
  statement: ImportStatement,
  base: string,
  { installation, reach }: ReadingContext,
  out: Yield[],
): Promise<readonly (FoundModule | undefined)[]> {
  const found = await reach.name(base, { evidence: "proved", why: `imports ${base}` }, out);
  const all = [found];
  if (found !== undefined && found.name !== base) {
    for (const name of [base, ...(statement.names ?? []).map((one) => `${base}.${one}`)]) {
      await reachAlias(name, found, { installation, reach, out });
    }
  }
  if (found?.name !== base || found.directories.length === 0) return all;
  const isStar = statement.names?.[0] === "*";
  const names = isStar ? await exportedNames(found, installation) : (statement.names ?? []);
  for (const name of names) {
    const inner = `${base}.${name}`;
    if ((await installation.finder.find(inner)) === undefined) continue;
    all.push(await reach.name(inner, { evidence: "proved", why: `imports ${inner}` }, out));
  }
  return all;
}

function isMissing(statement: ImportStatement, base: string, found: FoundModule | undefined): boolean {
  if (statement.time !== "always") return false;
  if (statement.level > 0) return found?.name !== base;
  return found === undefined && !mayLackFile(base.split(".")[0] ?? base);
}

/** True for a module that ships with the distribution of the source, whoever asks for it. */
async function shipsAnyway(module: string, { path }: Source, installation: Installation): Promise<boolean> {
  const { distributions, finder, proc } = installation;
  const file = proc.prune === "safe" ? (await finder.find(module))?.file : undefined;
  if (file === undefined || areaOf(installation, file) !== "site") return false;
  const own = distributions.ownersOf(path);
  return distributions.ownersOf(file).some((owner) => own.includes(owner));
}

/** True where an installed source imports what no search finds. */
function isNowhere({ path, facts }: Source, found: FoundModule | undefined, installation: Installation): boolean {
  const mayBeElsewhere = facts.scan.touchesPath || installation.searchPath.archives.length > 0;
  return found === undefined && !mayBeElsewhere && areaOf(installation, path) === "site";
}

/** `from package import *` loads the modules that the package's `__all__` names. */
async function exportedNames(found: FoundModule, installation: Installation): Promise<readonly string[]> {
  if (found.file === undefined || found.kind !== "source") return [];
  return exportedNamesIn((await installation.files.readText(found.file)) ?? "");
}

/** `import twisted.plugins as package` beside functions that load modules by name: those of the package are meant. */
async function reachHandedPackages(
  { identity, facts, isMain }: Source,
  { installation, reach }: ReadingContext,
  out: Yield[],
): Promise<void> {
  const top = identity.name.split(".")[0] ?? "";
  for (const statement of facts.scan.imports) {
    const { module, names, level } = statement;
    const isOwn = level === 0 && names === undefined && module.startsWith(`${top}.`);
    if (top === "" || !isOwn || statement.time !== "sometimes" || !runs(statement, isMain)) continue;
    const [directory] = (await installation.finder.find(module))?.directories ?? [];
    if (directory === undefined) continue;
    await reach.name(`${module}.*`, { evidence: "string", why: `hands on the package ${module}` }, out);
    const bound = { kind: "directory", path: directory } as const;
    out.push({ unknown: { kind: "listed-directory", what: module, bound } });
  }
}

/** Who lists modules loads those of its own package, and of the packages that it names (Django's commands). */
async function reachListed(source: Source, { installation, reach }: ReadingContext, out: Yield[]): Promise<void> {
  const { package: package_ } = source.identity;
  const { scan } = source.facts;
  if (package_ !== "" && (scan.listsModules || scan.listsDirectory)) {
    await reach.name(`${package_}.*`, { evidence: "string", why: `lists the modules of ${package_}` }, out);
  }
  for (const name of scan.names) {
    if (!/^\w+(?:\.\w+)*$/u.test(name)) continue;
    for (const full of name.includes(".") ? [name] : [`${package_}.${name}`]) {
      const found = full.startsWith(".") ? undefined : await installation.finder.find(full);
      const [first] = found?.directories ?? [];
      if (found === undefined || first === undefined || areaOf(installation, first) === "stdlib") continue;
      const because: Because = { evidence: "string", why: `lists the modules of ${found.name}` };
      await reach.name(`${found.name}.*`, because, out);
      const bound = { kind: "directory", path: first } as const;
      out.push({ unknown: { kind: "listed-directory", what: `"${name}"`, bound } });
    }
  }
}

async function reachCalls(scan: SourceScan, source: Source, context: ReadingContext, out: Yield[]): Promise<void> {
  const { installation, reach } = context;
  for (const { callee, text, complete } of scan.calls) {
    if (importCalls.has(callee)) await reachImport({ callee, text, complete }, source, { installation, reach, out });
    else if (!complete && callee === "find_library") await reachBegunLookup(text, installation, out);
    else if (complete && callee === "load_entry_point") {
      await reachEntryPoint(text, { path: source.path, names: scan.names }, { installation, reach, out });
    } else if (complete && metadataCalls.has(callee)) {
      if (callee === "files") await reachNamespaceFiles(text, installation, out);
      for (const distribution of installation.distributions.named(text)) {
        await reach.metadata(distribution, { evidence: "proved", why: `asks for the metadata of ${text}` }, out);
        if (scan.loadsEntryPoints) await reachOwnEntryPoints(distribution, scan.names, { reach, out });
      }
    }
  }
  if (areaOf(installation, source.path) === "app") {
    await reachHandedLookups(scan, source.path, installation, out);
  } else if (areaOf(installation, source.path) === "site") await reachPackageLookups(scan, source, installation, out);
}
