import { type Reason, weakEvidence } from "../closure/model/closure.ts";
import { type GraphNode, pointerOf, pointerReason } from "../closure/model/graph.ts";
import type { View } from "../closure/model/view.ts";
import { readOwners } from "../closure/ownership/owners.ts";
import { type Closure, finishClosure, reachPaths } from "../closure/walk/resolve.ts";
import type { Views } from "../closure/walk/roots.ts";
import type { Worklist } from "../closure/walk/worklist.ts";
import { invariant } from "../diagnostics/invariant.ts";
import { sourceOfCompiled } from "../rootfs/compiled-files.ts";
import type { Recording, Unobserved } from "../rootfs/recording.ts";
import { type AbsPath, compareBytes, parentOf, rootPath } from "../rootfs/rootfs.ts";

/**
 * Takes from the paths that were found what no recorded run opened (`closure.observed`). A guard keeps more than was
 * opened, since the next run takes other ways:
 * - code is kept by whole package: where one source or object of a package was opened, all of them stay. Code of no
 *   package, and of a run-time's own library, is kept by directory;
 * - data is kept by directory;
 * - what an object needs of the loader stays with it, and so does every link to something that stays;
 * - what the spec names, what Pith makes, and the application's own files stay whatever was recorded.
 *
 * Hard evidence that runs cannot give, such as an import in a function that no run called, does not count: that is what
 * the level costs.
 */
async function dropUnobserved(work: Worklist, views: Views, recordings: readonly Recording[]): Promise<Unobserved> {
  const guard = new ObservationGuard(work, await unitsOf(work, views));
  const view = views.get(work.request.process.view);
  invariant(view !== undefined, "the request has no view for the image's process");
  for (const { paths, pointer } of recordings) for (const path of paths) await guard.observe(path, view, pointer);
  await guard.keepNeeded(views);
  return { recordings: recordings.map(summaryOf), ...guard.drop() };
}

function summaryOf({ command, recordedAt, paths }: Recording): Unobserved["recordings"][number] {
  return { command, ...(recordedAt === undefined ? {} : { recordedAt }), paths: paths.length };
}

/** A closure, and what recordings cut from it; that is undefined without recordings. */
export type ObservedClosure = Closure & { readonly unobserved?: Unobserved };

/** Resolves the closure of a request, and cuts it where the request has recordings. */
export async function resolveObserved(...asked: Parameters<typeof reachPaths>): Promise<ObservedClosure> {
  const reached = await reachPaths(...asked);
  const { observed } = reached.work.request;
  if (observed === undefined) return finishClosure(reached);
  const unobserved = await dropUnobserved(reached.work, reached.views, observed);
  return { ...(await finishClosure(reached)), unobserved };
}

/** What stays or goes together. */
type Unit = string;

const directoryUnit = (path: AbsPath): Unit => `directory\0${path}`;

/** The unit of each file. */
async function unitsOf(work: Worklist, views: Views): Promise<ReadonlyMap<AbsPath, Unit>> {
  const { nodes, plugins } = work;
  const { ownerOf } = await readOwners(plugins.packages, {
    views,
    systemPackages: work.systemPackages.bind(work),
    nodes,
    absent: new Set(),
    compiled: plugins.compiled,
    report: () => {},
  });
  const languages = plugins.runtimes.flatMap(({ sources, archives, modules }) =>
    [sources, archives, modules].filter((one) => one !== undefined),
  );
  const units = new Map<AbsPath, Unit>();
  for (const node of nodes.values()) {
    if (node.stat.kind === "directory") continue;
    const { path } = node;
    const source = sourceOfCompiled(plugins.compiled, path) ?? path;
    const owner = ownerOf.get(path) ?? ownerOf.get(source);
    const view = views.get(node.view);
    const isObject = view !== undefined && work.isElf(view, path);
    const isSource = languages.some((code) => code.test(source));
    const isOfPackage = isObject || (isSource && node.layer !== "interpreter");
    const isWhole = owner !== undefined && (isOfPackage || isRecord(path));
    units.set(path, isWhole ? `package\0${owner}` : directoryUnit(parentOf(source)));
  }
  return units;
}

/** Files by which tools tell which version of a package is installed (packaging.python.org/specifications). */
function isRecord(path: AbsPath): boolean {
  return /\.(?:dist|egg)-info\/[^/]+$/u.test(path);
}

class ObservationGuard {
  readonly #work: Worklist;
  readonly #units: ReadonlyMap<AbsPath, Unit>;
  readonly #kept = new Set<AbsPath>();
  /** Units of which something was opened, with the recording that shows it. */
  readonly #active = new Map<Unit, string>();

  constructor(work: Worklist, units: ReadonlyMap<AbsPath, Unit>) {
    this.#work = work;
    this.#units = units;
    for (const node of work.nodes.values()) if (isFixed(node)) this.#kept.add(node.path);
  }

  /** Takes a path that a run asked for, and the links that it passes. */
  async observe(path: AbsPath, view: View, pointer: string): Promise<void> {
    const { links, real, stat } = await view.resolve(path);
    for (const link of links) this.#keep(link.path);
    if (stat === undefined) return;
    if (stat.kind === "directory") this.#activate(directoryUnit(real), pointer);
    this.#keep(real);
    const unit = this.#units.get(real);
    if (unit !== undefined) this.#activate(unit, pointer);
  }

  /** Keeps what is of a unit that runs have opened, and what the loader gives to objects that stay. */
  async keepNeeded(views: Views): Promise<void> {
    const { nodes } = this.#work;
    for (const [path, unit] of this.#units) if (this.#active.has(unit)) this.#keep(path);
    for (let before = -1; before !== this.#kept.size; ) {
      before = this.#kept.size;
      for (const node of nodes.values()) {
        if (this.#kept.has(node.path)) continue;
        if (node.edges.some((edge) => this.#isOfObject(edge, views))) this.#keep(node.path);
      }
    }
    for (const node of nodes.values()) {
      if (node.stat.kind !== "symlink" || this.#kept.has(node.path)) continue;
      const resolved = await views.get(node.view)?.resolve(node.path);
      if (resolved?.stat === undefined || this.#kept.has(resolved.real)) this.#keep(node.path);
    }
    this.#keepDirectories();
  }

  #keep(path: AbsPath): void {
    if (this.#work.nodes.has(path)) this.#kept.add(path);
  }

  #activate(unit: Unit, pointer: string): void {
    if (!this.#active.has(unit)) this.#active.set(unit, pointer);
  }

  /** True for what an object that stays needs of the loader, and for what a link that stays leads to. */
  #isOfObject({ from, evidence }: Reason, views: Views): boolean {
    if (evidence !== "proved") return false;
    const node = nodeNamed(this.#work, from);
    if (node === undefined || !this.#kept.has(node.path)) return false;
    if (node.stat.kind === "symlink") return true;
    const view = views.get(node.view);
    return node.stat.kind === "file" && view !== undefined && this.#work.isElf(view, node.path);
  }

  /** The directories of what stays, and those that hold nothing at `safe` either. */
  #keepDirectories(): void {
    const { nodes } = this.#work;
    const filled = new Set<AbsPath>();
    for (const { path, stat } of nodes.values()) if (stat.kind !== "directory") addParents(path, filled);
    for (const { path, stat } of nodes.values())
      if (stat.kind === "directory" && !filled.has(path)) this.#kept.add(path);
    const parents = new Set<AbsPath>();
    for (const path of this.#kept) addParents(path, parents);
    for (const path of parents) this.#keep(path);
  }

  /** Removes what does not stay, and what was said of it. */
  drop(): Pick<Unobserved, "files" | "bytes" | "directories"> {
    const { nodes, findings } = this.#work;
    const directories = new Map<AbsPath, { files: number; bytes: number }>();
    for (const { path, stat } of nodes.values()) {
      if (this.#kept.has(path)) continue;
      nodes.delete(path);
      if (stat.kind !== "file") continue;
      const known = directories.get(parentOf(path)) ?? { files: 0, bytes: 0 };
      directories.set(parentOf(path), { files: known.files + 1, bytes: known.bytes + stat.sizeBytes });
    }
    this.#addReasons();
    const told = findings.filter(
      ({ from }) => pointerOf(from) !== undefined || nodeNamed(this.#work, from) !== undefined,
    );
    findings.splice(0, findings.length, ...told);
    const rows = [...directories].map(([path, sums]) => ({ path, ...sums }));
    rows.sort((left, right) => compareBytes(left.path, right.path));
    const sum = (of: "files" | "bytes"): number => rows.reduce((total, row) => total + row[of], 0);
    return { files: sum("files"), bytes: sum("bytes"), directories: rows };
  }

  /** The recording is the reason for what stays though nobody that stays asks for it. */
  #addReasons(): void {
    const { nodes } = this.#work;
    const outgoing = new Map<string, AbsPath[]>();
    for (const { path, edges } of nodes.values()) {
      const left = edges.filter(
        ({ from }) => pointerOf(from) !== undefined || nodeNamed(this.#work, from) !== undefined,
      );
      edges.splice(0, edges.length, ...left);
      for (const { from } of left) outgoing.set(from, [...(outgoing.get(from) ?? []), path]);
    }
    const reached = new Set<string>();
    const reach = (from: string): void => {
      for (const pending = [from]; pending.length > 0; ) {
        for (const path of outgoing.get(pending.pop() ?? "") ?? []) {
          if (reached.has(path)) continue;
          reached.add(path);
          pending.push(path);
        }
      }
    };
    for (const from of outgoing.keys()) if (pointerOf(from) !== undefined) reach(from);
    for (const { path, stat, edges } of nodes.values()) {
      if (reached.has(path) || stat.kind === "directory") continue;
      const pointer = this.#active.get(this.#units.get(path) ?? directoryUnit(path)) ?? observedPointer;
      edges.push({ from: pointerReason(pointer), why: "recorded", evidence: "user" });
      reached.add(path);
      reach(path);
    }
  }
}

const observedPointer = "/closure/observed";

/** What the spec names, what Pith makes, and the application's own files. */
function isFixed({ stat, tree, fromSpec, edges }: GraphNode): boolean {
  if (fromSpec === true || tree?.kind === "app") return true;
  if (tree === undefined && stat.kind !== "directory") return true;
  return edges.some(({ from, evidence }) => pointerOf(from) !== undefined && !weakEvidence.has(evidence));
}

function nodeNamed({ nodes }: Worklist, from: string): GraphNode | undefined {
  const named: ReadonlyMap<string, GraphNode> = nodes;
  return named.get(from);
}

function addParents(path: AbsPath, parents: Set<AbsPath>): void {
  for (let at = path; at !== rootPath; ) {
    at = parentOf(at);
    if (parents.has(at)) return;
    parents.add(at);
  }
}
