import { type ClosureEntry, type Reason, weakEvidence } from "../closure/model/closure.ts";
import { chainOf, pointerOf } from "../closure/model/graph.ts";
import type { Plugins } from "../closure/model/plugins.ts";
import type { ClosureRequest, RequestRoot } from "../closure/model/request.ts";
import { openView, type TreeRoot, type View } from "../closure/model/view.ts";
import { finishClosure, reachPaths, type SettledClosure } from "../closure/walk/resolve.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { parseEnvArgument, parseShebang, shebangBytes } from "../formats/text/shebang.ts";
import { resolveLinks } from "../rootfs/links.ts";
import { overlayRootFs } from "../rootfs/overlay.ts";
import {
  type AbsPath,
  baseName,
  childOf,
  isWithin,
  joinPaths,
  parentOf,
  type RootFs,
  rootPath,
  toAbsPath,
} from "../rootfs/rootfs.ts";
import { forcedOut } from "./forced-out.ts";

const shownPaths = 10;
const anyoneRuns = 0o111;

/**
 * Resolves the closure again inside the produced tree, and tells what is not reached there: the image would then hold
 * less than what its programs need, or more than what the resolver can explain. Answers nothing when the two are the
 * same.
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
        .map((tree) => ({ ...tree, root: partOf(merged, { closure, id: tree.id, prefix: tree.prefix }) }));
      const builder = builders.get(view.name);
      // A path left out by force is missed by those who need it, and that is meant.
      const out = builder === undefined ? undefined : forcedOut(builder.root, request);
      const below: readonly TreeRoot[] =
        out === undefined ? [] : [{ id: "forced-out", prefix: rootPath, kind: "builder", root: out }];
      return [view.name, openView(view, [...below, base, ...apps])];
    }),
  );
  const inside = requestInside(request);
  const look = async (requested: ClosureRequest, packages: Plugins["packages"]): Promise<readonly Diagnostic[]> => {
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
  const found = await look({ ...inside, metadata: { ...inside.metadata, packageDb: false } }, []);
  return found.length === 0 ? found : look(inside, plugins.packages);
}

/** The paths of a closure that another one does not have, and the findings of that closure alone. */
async function differences(
  closure: SettledClosure,
  again: { readonly nodes: ReadonlyMap<string, unknown>; readonly diagnostics: readonly Diagnostic[] },
  image: RootFs,
): Promise<readonly Diagnostic[]> {
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
  const known = new Set(closure.diagnostics.map(keyOf));
  const problems = again.diagnostics.filter((found) => found.severity === "error" && !known.has(keyOf(found)));
  return [
    ...(lost.length === 0 ? [] : [notClosed(`${list(lost.map((entry) => entry.path))} not reached there`)]),
    ...problems.map((found) => notClosed(found.message)),
  ];
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

/**
 * The part of a tree that came from one input tree, as a tree of its own. Directories above a path of it may be made
 * ones: those that were given to the image's user.
 */
function partOf(
  root: RootFs,
  { closure, id, prefix }: { readonly closure: SettledClosure; readonly id: string; readonly prefix: AbsPath },
): RootFs {
  const paths = new Set<AbsPath>([prefix]);
  for (const entry of closure.entries) {
    if (entry.tree?.id !== id || !isWithin(entry.path, prefix)) continue;
    for (let path = entry.path; !paths.has(path); path = parentOf(path)) paths.add(path);
  }
  const fullPath = (path: AbsPath): AbsPath => joinPaths(prefix, path);
  return {
    ...(root.contentKey === undefined ? {} : { contentKey: async (path) => root.contentKey?.(fullPath(path)) }),
    lstat: async (path) => (paths.has(fullPath(path)) ? root.lstat(fullPath(path)) : undefined),
    async readDirectory(path) {
      const full = fullPath(path);
      const names = paths.has(full) ? await root.readDirectory(full) : undefined;
      return names?.filter((name) => paths.has(childOf(full, name)));
    },
    async readFile(path, range) {
      const full = fullPath(path);
      if (!paths.has(full)) return undefined;
      return range === undefined ? root.readFile(full) : root.readFile(full, range);
    },
  };
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
