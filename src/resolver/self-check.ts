import { type ClosureEntry, type Reason, weakEvidence } from "../closure/model/closure.ts";
import { chainOf, pointerOf } from "../closure/model/graph.ts";
import type { Plugins } from "../closure/model/plugins.ts";
import type { ClosureRequest, RequestRoot, RequestTree } from "../closure/model/request.ts";
import { openView, type TreeRoot, type View } from "../closure/model/view.ts";
import {
  type Closure,
  finishClosure,
  reachPaths,
  resolveClosure,
  type SettledClosure,
} from "../closure/walk/resolve.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { parseEnvArgument, parseShebang, shebangBytes } from "../formats/text/shebang.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { overlayRootFs } from "../rootfs/overlay.ts";
import { type AbsPath, baseName, isWithin, parentOf, type RootFs, rootPath, toAbsPath } from "../rootfs/rootfs.ts";
import { besideBuilders, partOf } from "./beside-builders.ts";
import { forcedOut } from "./forced-out.ts";

const shownPaths = 10;
const anyoneRuns = 0o111;

/**
 * Resolves the closure again inside the produced tree, and tells what is not reached there: the image would then hold
 * less than what its programs need, or more than what the resolver can explain. Answers nothing when the two are the
 * same.
 *
 * Some decisions rest on what only the builder has: which directory a link leads to, how many files lie in a place,
 * what is private. So a difference counts only where it stays when the builder is asked as well: what was decided from
 * its trees is then decided alike, and whatever is reached has to be in the image.
 */
export async function checkClosed(
  closure: SettledClosure,
  {
    request,
    layers,
    plugins,
    views: builders,
  }: {
    readonly request: ClosureRequest;
    /** The written layers, bottom first. */
    readonly layers: readonly RootFs[];
    readonly plugins: Plugins;
    /** The views that the closure was found in. */
    readonly views: ReadonlyMap<string, View>;
  },
): Promise<readonly Diagnostic[]> {
  const merged = mergeLayers(layers);
  const base: TreeRoot = { id: "image", prefix: rootPath, kind: "builder", root: merged };
  const views = new Map(
    request.views.map((view) => {
      const apps = request.trees
        .filter((tree) => tree.kind === "app" && view.trees.includes(tree.id))
        .map((tree) => ({ ...tree, root: partOf(merged, { paths: pathsOf(closure, tree), prefix: tree.prefix }) }));
      const builder = builders.get(view.name);
      // A path left out by force is missed by those who need it, and that is meant.
      const out = builder === undefined ? undefined : forcedOut(builder.root, request);
      const below: readonly TreeRoot[] =
        out === undefined ? [] : [{ id: "forced-out", prefix: rootPath, kind: "builder", root: out }];
      return [view.name, openView(view, [...below, base, ...apps])];
    }),
  );
  const inside = requestInside(request);
  const look = async (requested: ClosureRequest, packages: Plugins["packages"]): Promise<Difference> => {
    const found = { ...plugins, packages, systemPackages: closure.systemPackages };
    const again = await reachPaths(requested, views, found);
    const { nodes, findings } = again.work;
    // Records of packages add to the paths.
    const isWhole = packages.length > 0 || findings.some(({ finding }) => finding.severity === "error");
    const diagnostics = isWhole ? (await finishClosure(again)).diagnostics : [];
    return differences(closure, { nodes, diagnostics }, merged);
  };
  // Owners decide nothing of what ships. What only their records bring shows as a difference here, and is looked for
  // with them.
  const unowned = await look({ ...inside, metadata: { ...inside.metadata, packageDb: false } }, []);
  const found = isSame(unowned) ? unowned : await look(inside, plugins.packages);
  if (isSame(found)) return [];
  const beside = besideBuilders(closure, { request, builders, image: merged });
  const again = await resolveClosure(inside, beside, { ...plugins, systemPackages: closure.systemPackages });
  return confirmed(closure, { found, again, image: merged });
}

/** What a closure does not have of the one that was found in the builders. */
interface Difference {
  readonly lost: readonly AbsPath[];
  /** Errors that only it has. */
  readonly problems: readonly string[];
}

function isSame({ lost, problems }: Difference): boolean {
  return lost.length + problems.length === 0;
}

/** A difference as far as it stays in a closure that was resolved with the builders beside the image. */
async function confirmed(
  closure: SettledClosure,
  seen: { readonly found: Difference; readonly again: Closure; readonly image: RootFs },
): Promise<readonly Diagnostic[]> {
  const { found, again, image } = seen;
  const isReached = async (path: AbsPath): Promise<boolean> =>
    again.nodes.has(path) && (await image.lstat(path)) !== undefined;
  const lost: AbsPath[] = [];
  for (const path of found.lost) if (!(await isReached(path))) lost.push(path);
  const more = await missingPaths(closure, again, image);
  const problems = newErrors(closure, again.diagnostics);
  if (lost.length + more.length + problems.length === 0) return [];
  return [
    ...(lost.length === 0 ? [] : [notClosed(`${list(lost)} not reached there`)]),
    ...(more.length === 0 ? [] : [notClosed(`${list(more)} needed and not there`)]),
    ...(found.problems.length > 0 ? found.problems : problems).map(notClosed),
  ];
}

/** Paths that something proves to be needed, and that neither the closure nor the image has. */
async function missingPaths(closure: SettledClosure, again: Closure, image: RootFs): Promise<readonly AbsPath[]> {
  const known = new Set<string>(closure.entries.map(({ path }) => path));
  const reasons = new Map<string, Reason>(again.entries.map(({ path, reason }) => [path, reason]));
  const missing: AbsPath[] = [];
  for (const { path, content } of again.entries) {
    if (known.has(path) || content !== undefined || (await image.lstat(path)) !== undefined) continue;
    if (chainOf(reasons, path).every(({ evidence }) => !weakEvidence.has(evidence))) missing.push(path);
  }
  return missing;
}

/** The paths of a closure that another one does not have, and the findings of that closure alone. */
async function differences(
  closure: SettledClosure,
  again: { readonly nodes: ReadonlyMap<string, unknown>; readonly diagnostics: readonly Diagnostic[] },
  image: RootFs,
): Promise<Difference> {
  const absent = closure.entries.filter(({ path }) => !again.nodes.has(path));
  const guests = await interpretedBy(absent, image);
  const isCopied = copiedPaths(closure);
  // What is only suggested may depend on where a program lies: one that is moved has no package in the image.
  const reasons = new Map<string, Reason>(closure.entries.map(({ path, reason }) => [path, reason]));
  const isProved = (path: string): boolean => {
    const chain = chainOf(reasons, path);
    const isRun = (one: string): boolean => guests.has(one);
    return chain.every(({ from, evidence }) => !weakEvidence.has(evidence) && !isRun(from)) && !isRun(path);
  };
  const lost = absent.filter((entry) => entry.content === undefined && !isCopied(entry) && isProved(entry.path));
  return { lost: lost.map(({ path }) => path), problems: newErrors(closure, again.diagnostics) };
}

/** The errors that a closure does not have. */
function newErrors(closure: SettledClosure, diagnostics: readonly Diagnostic[]): readonly string[] {
  const known = new Set(closure.diagnostics.map(keyOf));
  const problems = diagnostics.filter((found) => found.severity === "error" && !known.has(keyOf(found)));
  return problems.map(({ message }) => message);
}

/**
 * Scripts that are there because their interpreter runs them. It does so for whoever starts them, and that may be a
 * mere suggestion.
 */
async function interpretedBy(entries: readonly ClosureEntry[], image: RootFs): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const { path, kind, reason } of entries) {
    if (kind === "directory" || pointerOf(reason.from) !== undefined) continue;
    const file = await resolveLinks(image, path);
    if (file === undefined || file === "loop" || (file.stat.mode & anyoneRuns) === 0) continue;
    const head = await image.readFile(file.real, { offset: 0, length: shebangBytes });
    const shebang = head && parseShebang(head);
    if (shebang === undefined) continue;
    const interpreter = await resolveLinks(image, shebang.interpreter);
    const real = interpreter === undefined || interpreter === "loop" ? undefined : interpreter.real;
    const [named] =
      baseName(toAbsPath(shebang.interpreter)) === "env" ? (parseEnvArgument(shebang.argument) ?? []) : [];
    const isNamed = named !== undefined && baseName(toAbsPath(reason.from)).startsWith(named);
    if (real === reason.from || isNamed) found.add(path);
  }
  return found;
}

function mergeLayers(layers: readonly RootFs[]): RootFs {
  const [only, ...others] = layers;
  if (only !== undefined && others.length === 0) return only;
  return overlayRootFs(layers.map((root, index) => ({ id: String(index), prefix: rootPath, root })));
}

/** Paths of the spec itself are not looked for, nor the directories that are there for nothing else. */
function copiedPaths(closure: SettledClosure): (entry: ClosureEntry) => boolean {
  const byPath = new Map<string, ClosureEntry>(closure.entries.map((entry) => [entry.path, entry]));
  return function isCopied(entry): boolean {
    const { from } = entry.reason;
    if (/^\/(?:files|metadata)\//.test(pointerOf(from) ?? "")) return true;
    const child = byPath.get(from);
    return child !== undefined && entry.kind === "directory" && parentOf(child.path) === entry.path && isCopied(child);
  };
}

/** The request as it reads inside the image: programs at their new names, and files at theirs. */
function requestInside(request: ClosureRequest): ClosureRequest {
  const roots = request.roots.flatMap((root): readonly RequestRoot[] => {
    if (root.kind === "file") return fileInside(root, request.process.view);
    if (root.kind !== "binary" || root.as === undefined) return [root];
    const { as, ...rest } = root;
    return [{ ...rest, path: as }];
  });
  return { ...request, roots };
}

/** What the spec copied lies in its place: a copy onto itself. What it wrote is written again. */
function fileInside(root: RequestRoot & { readonly kind: "file" }, view: string): readonly RequestRoot[] {
  const { file } = root;
  if (file.kind !== "copy") return [{ ...root, view }];
  const path = toAbsPath(file.path);
  // A name with signs of a pattern would stand for others.
  if (/[*?[\\]/u.test(path)) return [];
  return [{ ...root, view, file: { kind: "copy", path, from: view, src: path } }];
}

/** The paths of the image that came from one input tree, and lie where it is seen. */
function pathsOf({ entries }: SettledClosure, { id, prefix }: RequestTree): readonly AbsPath[] {
  return entries.filter(({ path, tree }) => tree?.id === id && isWithin(path, prefix)).map(({ path }) => path);
}

function keyOf(found: Diagnostic): string {
  return `${found.code} ${found.message}`;
}

function list(paths: readonly string[]): string {
  const shown = paths.slice(0, shownPaths).join(", ");
  return paths.length > shownPaths
    ? `${shown} and ${paths.length - shownPaths} more are`
    : `${shown} ${paths.length === 1 ? "is" : "are"}`;
}

function notClosed(reason: string): Diagnostic {
  return {
    severity: "error",
    code: "CLOSURE_NOT_CLOSED",
    message: `cannot reproduce the closure inside the image: ${reason}`,
    hint: "report this with the spec; `closure.missing: warn` builds the image nevertheless",
  };
}
