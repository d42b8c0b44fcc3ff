import type { Yield } from "../../closure/model/closure.ts";
import { type AbsPath, baseName, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { asksForModule } from "./asked-names.ts";
import { type Distribution, topsOf } from "./distributions.ts";
import type { Because } from "./emitter.ts";
import { type Area, areaOf, type Installation, isByAuthor } from "./installation.ts";
import type { FoundModule } from "./module-finder.ts";
import type { ModuleIdentity } from "./module-identity.ts";
import type { Reach } from "./reach.ts";
import type { SourceScan } from "./source-scan.ts";

/** Modules whose names two texts of a source make: `"kit.parts." + name for name in ("a", "b")`. */
export async function joinedNames(
  { prefixes, names }: Pick<SourceScan, "prefixes" | "names">,
  { finder }: Installation,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const prefix of prefixes.filter((one) => one.endsWith("."))) {
    if ((await finder.find(prefix.slice(0, -1))) === undefined) continue;
    for (const name of names) {
      if (/^[A-Za-z_]\w*$/u.test(name) && (await finder.find(`${prefix}${name}`)) !== undefined)
        found.push(`${prefix}${name}`);
    }
  }
  return found;
}

/** Where a literal stands. */
export interface LiteralContext {
  readonly path: AbsPath;
  readonly identity: ModuleIdentity;
  readonly isMain: boolean;
  /** The source imports modules of computed names, so that plain words may name its siblings. */
  readonly importsComputed: boolean;
  /** The source itself does so, and not only through functions of others. */
  readonly importsItself?: boolean;
  /** The source has a list of packages that a framework loads by parts. */
  readonly listsPackages: boolean;
  /** Whether a group of entry points that it names is loaded. */
  readonly loadsGroups: () => Promise<boolean>;
  /** Is given modules that count once something else reaches their distribution. */
  readonly whenReached?: (module: string, because: Because) => void;
  /** The command line or a variable has it, which say what runs. */
  readonly isDeclared?: boolean;
  /** The source only could be loaded: what it names of other distributions counts once something else reaches them. */
  readonly isPossible?: boolean;
}

const dottedName = /^\.*[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/u;

/**
 * A string literal that names a module (`gunicorn.workers.sync`, `app:create`), a distribution (`gunicorn==23.0.0`) or
 * a group of entry points. Of a dotted name the first two parts must be modules; a single word counts in the sources of
 * the application, where it is a module of its own or an installed one, or with an attribute. Answers the module.
 */
export async function reachLiteral(
  literal: string,
  around: LiteralContext,
  context: { readonly installation: Installation; readonly reach: Reach; readonly out: Yield[] },
): Promise<FoundModule | undefined> {
  const { installation, reach, out } = context;
  const { finder } = installation;
  const because: Because = { evidence: around.isDeclared === true ? "declared" : "string", why: `names ${literal}` };
  const reachFound = async (name: string): Promise<FoundModule | undefined> =>
    (await finder.find(name)) === undefined ? undefined : reach.name(name, because, out);

  if (around.isPossible !== true && installation.distributions.inGroup(literal).length > 0) {
    // Who names a group of his own loads what others have in it.
    const isOwn = isOwnGroup(literal, around, installation);
    if (isOwn) await reachGroup(literal, { evidence: "rule", why: because.why }, context);
    else if (await around.loadsGroups()) await reachGroup(literal, because, context);
  }
  if (literal.includes("==")) {
    if (around.isMain) await reachPinned(literal, around, because, context);
    return undefined;
  }
  const beside = literal.endsWith(".py") ? toAbsPath(literal, parentOf(around.path)) : around.path;
  if (beside !== around.path && (await installation.files.isFile(beside))) {
    // It may be opened: `exec(open(join(here, "version.py")).read())`.
    out.push({ need: { path: beside, role: "file", ...because } });
    return reachFound(reach.identify(beside).name);
  }
  const [name = "", attribute] = literal.split(":");
  if (!dottedName.test(name)) return undefined;
  if (name.startsWith(".")) {
    // `.py` is an ending where no package is.
    for (const package_ of packagesAround(around.identity.package)) {
      const found = await reachFound(absoluteName(name, package_));
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (name.includes(".")) {
    const module = await moduleNamedBy(name, around, installation);
    if (module !== undefined && !(await isMeant(module, around, installation))) {
      around.whenReached?.(module, because);
      return undefined;
    }
    const found = module === undefined ? undefined : await reach.name(module, because, out);
    const isOfApp = isByAuthor(installation, around.path);
    if (isOfApp && found?.name === name && found.directories.length > 0) await reachWhole(found, context);
    // The class that describes an application of Django stands for the package that it lies in.
    const described = isOfApp && around.listsPackages ? /^(.+)\.apps$/u.exec(found?.name ?? "")?.[1] : undefined;
    const package_ = described === undefined ? undefined : await finder.find(described);
    if (package_ !== undefined) await reachWhole(package_, context);
    return found;
  }
  if (attribute !== undefined) {
    const found = await finder.find(name);
    const where = found?.file ?? found?.directories[0];
    const area = where === undefined ? undefined : areaOf(installation, where);
    // An application says `package:Class` of what is installed too.
    const isMeant = area === "site" && isByAuthor(installation, around.path) && /^[A-Za-z_][\w.]*$/u.test(attribute);
    return area === "app" || isMeant ? reach.name(name, because, out) : undefined;
  }
  if (around.importsComputed && around.identity.package !== "") {
    const found = await reachFound(`${around.identity.package}.${name}`);
    if (found !== undefined) return found;
  }
  const own = await moduleOfWord(name, around, installation);
  if (own === undefined) return undefined;
  const reached = await reach.name(name, because, out);
  if (around.listsPackages && own.area === "site" && own.module.directories.length > 0) {
    await reachWhole(own.module, context);
  }
  return reached;
}

/**
 * A word names a module in an application, which hands plug-ins to functions of others:
 * `config.include("pyramid_jinja2")`. In a package's source that imports what it is given, it names an installed one;
 * where functions of other sources do so, one of a distribution that the package may require; in any source, another
 * module of the package's own distribution: `[sys.executable, "-m", "ipykernel_launcher"]`.
 */
async function moduleOfWord(
  word: string,
  around: LiteralContext,
  installation: Installation,
): Promise<{ readonly module: FoundModule; readonly area: Area } | undefined> {
  const isOfApp = isByAuthor(installation, around.path);
  const isOwn = !isOfApp && word !== around.identity.name.split(".")[0] && isTopOfOwn(word, around.path, installation);
  if (!isOfApp && !isOwn && (!around.importsComputed || around.isPossible === true)) return undefined;
  const module = await installation.finder.find(word);
  if (module?.file === undefined) return undefined;
  const area = areaOf(installation, module.file);
  if (area === "stdlib") return undefined;
  if (isOwn && !asksForModule((await installation.files.readText(around.path)) ?? "", word)) return undefined;
  // A package may be installed beside the one that asks for it, and no record says so.
  const isMeant = isOfApp || isOwn || around.importsItself === true;
  return isMeant || isOfRequired(module.file, around.path, installation) ? { module, area } : undefined;
}

const namesOfTops = new WeakMap<Distribution, ReadonlySet<string>>();

/** True for the name of a top-level module of the distribution that a source is of. */
function isTopOfOwn(word: string, path: AbsPath, { distributions }: Installation): boolean {
  return distributions.ownersOf(path).some((owner) => {
    const names = namesOfTops.get(owner) ?? new Set(topsOf(owner).map(baseName));
    namesOfTops.set(owner, names);
    return names.has(word);
  });
}

/** True for a file of a distribution that the one of the source may require. */
function isOfRequired(file: AbsPath, path: AbsPath, { distributions }: Installation): boolean {
  const own = distributions.ownersOf(path);
  return distributions.ownersOf(file).some(({ name }) => own.some(({ mayRequire }) => mayRequire.includes(name)));
}

/**
 * A package that settings name is a plug-in: whoever loads it asks for modules in it by names of his own, `base` or
 * `models`.
 */
async function reachWhole(package_: FoundModule, context: Parameters<typeof reachLiteral>[2]): Promise<void> {
  const { finder } = context.installation;
  const because: Because = { evidence: "string", why: `may load it from ${package_.name}` };
  for (const inner of await finder.submodules(package_)) {
    if (/\.(?:tests?|conftest)$/u.test(inner)) continue;
    const found = await context.reach.name(inner, because, context.out);
    if (found?.name === inner && found.directories.length > 0) await reachWhole(found, context);
  }
}

/**
 * The module that a dotted name leads to, of at least two parts. What follows must be a name that the module defines,
 * or the text is a key that only looks like one.
 */
async function moduleNamedBy(
  name: string,
  { path }: LiteralContext,
  installation: Installation,
): Promise<string | undefined> {
  const { finder, files } = installation;
  const parts = name.split(".");
  let module: FoundModule | undefined;
  // The application says `package.Class` too, and a package does of what it requires; others speak of classes.
  const [top = ""] = parts;
  const whole = parts.length === 2 ? await finder.find(top) : undefined;
  const isOfApp = isByAuthor(installation, path);
  if (isOfApp || (whole?.file !== undefined && isOfRequired(whole.file, path, installation))) module = whole;
  let count = 2;
  for (; count <= parts.length; count++) {
    const next = await finder.find(parts.slice(0, count).join("."));
    if (next === undefined) break;
    module = next;
  }
  const attribute = parts[count - 1];
  if (module === undefined || attribute === undefined) return module?.name;
  if (module.file === undefined || module.kind !== "source") return module.name;
  // Definitions of an application change with every edit, and a name of a module of its own means that module.
  if (areaOf(installation, module.file) === "app") return module.name;
  const text = (await files.readText(module.file)) ?? "";
  return defines(text, attribute) ? module.name : undefined;
}

/**
 * A package that imports nothing of a computed name means its own modules and those of what it requires: others it may
 * name to pass over them, or to speak of them. They count where something else reaches their distribution.
 */
async function isMeant(module: string, context: LiteralContext, installation: Installation): Promise<boolean> {
  const importsAny = context.importsComputed && context.isPossible !== true;
  if (importsAny || context.isDeclared === true || isByAuthor(installation, context.path)) return true;
  const { finder, distributions } = installation;
  const found = await finder.find(module);
  const where = found?.file ?? found?.directories[0];
  if (where === undefined || areaOf(installation, where) !== "site") return true;
  if (module.split(".")[0] === context.identity.name.split(".")[0]) return true;
  const own = distributions.ownersOf(context.path);
  const isOfOwn = distributions.ownersOf(where).some(({ name }) => name !== "" && own.some((one) => one.name === name));
  return isOfOwn || isOfRequired(where, context.path, installation);
}

/** True when a source defines, assigns or imports a name, or answers for names that it does not have. */
function defines(text: string, name: string): boolean {
  const forms = [
    `^[ \\t]*(?:async[ \\t]+)?(?:class|def)[ \\t]+${name}\\b`,
    `^[ \\t]*${name}[ \\t]*[:=,]`,
    `\\bimport\\b.*\\b${name}\\b`,
    // A line of its own in a bracketed import.
    `^[ \\t]+(?:\\w+ as )?${name},?$`,
  ];
  return text.includes("__getattr__") || new RegExp(forms.join("|"), "mu").test(text);
}

/** A package and those around it, the innermost first: a relative name may be meant in any of them. */
export function packagesAround(package_: string): readonly string[] {
  if (package_ === "") return [];
  const dot = package_.lastIndexOf(".");
  return [package_, ...packagesAround(package_.slice(0, Math.max(0, dot)))];
}

/** `..name` in a package: each dot after the first goes up one. */
export function absoluteName(text: string, package_: string): string {
  const dots = /^\.*/u.exec(text)?.[0].length ?? 0;
  if (dots === 0) return text;
  const parts = package_ === "" ? [] : package_.split(".");
  return [...parts.slice(0, Math.max(0, parts.length - dots + 1)), text.slice(dots)].join(".");
}

/** Who asks for a group of entry points loads them all. */
async function reachGroup(
  group: string,
  because: Because,
  { installation, reach, out }: Parameters<typeof reachLiteral>[2],
): Promise<void> {
  for (const distribution of installation.distributions.inGroup(group)) {
    await reach.distribution(distribution, { evidence: "rule", why: `asks for the entry points ${group}` }, out);
    for (const point of distribution.entryPoints) {
      if (point.group === group) await reach.name(point.module, because, out);
    }
  }
}

/** True for a group of a package's own, `shop.commands` in `shop`: who names it loads it. */
function isOwnGroup(group: string, { path, identity }: LiteralContext, { distributions }: Installation): boolean {
  const [top = ""] = identity.name.split(".");
  if (top === "" || group.split(/[._-]/u)[0] !== top) return false;
  const own = distributions.ownersOf(path).map(({ name }) => name);
  return distributions.inGroup(group).some(({ name }) => own.includes(name));
}

/** Scripts that old installers wrote load their entry point by distribution and name. */
async function reachPinned(
  literal: string,
  context: LiteralContext,
  because: Because,
  { installation, reach, out }: Parameters<typeof reachLiteral>[2],
): Promise<void> {
  for (const distribution of installation.distributions.named(literal.split("==")[0] ?? "")) {
    await reach.distribution(distribution, because, out);
    for (const point of distribution.entryPoints) {
      const isScript = point.group === "console_scripts" && context.path.endsWith(`/${point.name}`);
      if (isScript) await reach.name(point.module, because, out);
    }
  }
}
