import type { ElfFile } from "../../formats/elf/elf-file.ts";
import { matchGlob, parseGlob } from "../../rootfs/glob.ts";
import { type AbsPath, compareBytes, type FileStat, parentOf, rootPath } from "../../rootfs/rootfs.ts";
import {
  type Evidence,
  type Finding,
  type LayerName,
  type Need,
  type Role,
  weakEvidence,
  type Yield,
} from "../model/closure.ts";
import { isPrivate } from "../model/deny-list.ts";
import { type GraphNode, lowerLayer, pointerOf, pointerReason } from "../model/graph.ts";
import type { PackagesOfSystem, Plugins } from "../model/plugins.ts";
import type { Process, StartOptions } from "../model/process.ts";
import type { ClosureRequest } from "../model/request.ts";
import type { Unknown } from "../model/unknown.ts";
import type { ResolvedPath, View } from "../model/view.ts";
import { SystemPackages } from "../ownership/system-packages.ts";

/** A need with its asker. */
export interface Demand {
  readonly view: View;
  readonly need: Need;
  /** A real path of the closure, or `pointerReason(...)`. */
  readonly from: string;
  /** The process that the need arose in. */
  readonly proc?: Process;
  /** For `program`: how it is started. Default: with no arguments. */
  readonly start?: StartOptions;
}

/** A finding before its chain is known. */
export interface RawFinding {
  readonly finding: Finding;
  readonly from: string;
  /** Another name of the path that the finding is about. */
  readonly alias?: AbsPath;
  /** True for what `closure.missing: warn` makes a warning. */
  readonly isMissing: boolean;
}

/** An unknown before its level has decided. */
export interface RawUnknown {
  readonly unknown: Unknown;
  /** A real path of the closure, or `pointerReason(...)`. */
  readonly from: string;
  readonly view: View;
  /** The process that it arose in. */
  readonly proc?: Process;
}

/** Files that something suggests and that not everybody may read: only a line of the spec brings them. */
export interface Withheld {
  /** Who suggests them: a real path of the closure. */
  readonly from: string;
  /** The description: `of package postfix`. */
  readonly because: string;
  readonly paths: readonly AbsPath[];
}

/** The state of one resolution. */
export interface Worklist {
  readonly request: ClosureRequest;
  readonly plugins: Plugins;
  readonly nodes: Map<AbsPath, GraphNode>;
  readonly processes: Map<string, Process>;
  readonly findings: RawFinding[];
  /** By who asks and for what: each once. */
  readonly unknowns: Map<string, RawUnknown>;
  /** Programs on the PATH that belong to what ships, with their package, and that nothing names. */
  readonly leftOut: Map<AbsPath, string>;
  readonly withheld: Withheld[];
  /** Files that are read as configuration because something names them, by real path. */
  readonly configurations: Set<AbsPath>;
  /** Programs of other packages that strings of objects name, with the object. */
  readonly namedOutside: Map<AbsPath, AbsPath>;
  /** The packages of a view's distribution. */
  systemPackages(view: View): Promise<PackagesOfSystem>;
  enqueue(demand: Demand): void;
  enqueueAll(yields: AsyncIterable<Yield> | Iterable<Yield>, context: Omit<Demand, "need">): Promise<void>;
  report(found: RawFinding): void;
  /** Adds a path and its parents. Answers the node that stands there. */
  add(entry: NewNode): Promise<GraphNode>;
  readElf(view: View, path: AbsPath): Promise<ElfFile | undefined>;
  /** True when the file was read as ELF by someone, and is. */
  isElf(view: View, real: AbsPath): boolean;
  /** True for paths that the spec takes out. */
  excludes(path: AbsPath): boolean;
  /** True the first time that a key is seen. */
  isNew(key: string): boolean;
  /** How many keys and paths are known: unchanged means that nothing new came. */
  progress(): number;
  /** Works until nothing is left. */
  drain(expand: Expand): Promise<void>;
}

export interface NewNode {
  readonly view: View;
  readonly path: AbsPath;
  readonly stat: FileStat;
  readonly from?: string;
  readonly why?: string;
  readonly evidence?: Evidence;
  readonly layer?: LayerName | undefined;
}

/** The needs of a path in some role. */
export type Expand = (demand: Demand, resolved: ResolvedPath & { readonly stat: FileStat }) => Promise<void>;

export function createWorklist(request: ClosureRequest, plugins: Plugins): Worklist {
  const nodes = new Map<AbsPath, GraphNode>();
  const processes = new Map<string, Process>();
  const findings: RawFinding[] = [];
  const unknowns = new Map<string, RawUnknown>();
  const packages = new Map<string, Promise<PackagesOfSystem>>();
  const seen = new Set<string>();
  const elfs = new Map<string, ElfFile | undefined>();
  const excludes = request.closure.exclude.map(({ path, force }, index) => ({
    glob: parseGlob(path),
    force,
    pointer: `/closure/exclude/${index}`,
  }));
  const conflicts = new Set<AbsPath>();
  let queue: Demand[] = [];

  const work: Worklist = {
    request,
    plugins,
    nodes,
    processes,
    findings,
    unknowns,
    leftOut: new Map(),
    withheld: [],
    configurations: new Set(),
    namedOutside: new Map(),
    systemPackages,
    enqueue: (demand) => queue.push(demand),
    async enqueueAll(yields, context) {
      // Who asks may itself be among what is asked for.
      const requested = new Set<AbsPath>();
      for await (const one of yields) {
        if ("need" in one) {
          const from = await realFrom(one.from, context, requested);
          queue.push({ ...context, need: one.need, from });
          if (!work.excludes(one.need.path)) requested.add(one.need.path);
        } else if ("unknown" in one) {
          const from = await realFrom(one.from, context, requested);
          const { view, proc } = context;
          const { unknown } = one;
          unknowns.set(JSON.stringify([view.name, from, unknown]), {
            unknown,
            from,
            view,
            ...(proc === undefined ? {} : { proc }),
          });
        } else {
          const from = await realFrom(one.from, context, requested);
          findings.push({ finding: one.finding, from, isMissing: true });
        }
      }
    },
    excludes: (path) => excludes.some((one) => matchGlob(one.glob, path)),
    report: (found) => findings.push(found),
    add,
    async readElf(view, path) {
      const { real, stat } = await view.resolve(path);
      if (stat?.kind !== "file") return undefined;
      const key = `${view.name}\0${real}`;
      if (elfs.has(key)) return elfs.get(key);
      const elf = await plugins.readElf(view.root, real);
      elfs.set(key, elf);
      return elf;
    },
    isElf: (view, real) => elfs.get(`${view.name}\0${real}`) !== undefined,
    isNew(key) {
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    },
    progress: () => seen.size + nodes.size + findings.length + unknowns.size,
    async drain(expand) {
      while (queue.length > 0) {
        // Generation by generation in a fixed order: what is loaded into a process depends on what was loaded before.
        const batch = queue.sort(compareDemands);
        queue = [];
        for (const demand of batch) await admit(demand, expand);
      }
    },
  };
  return work;

  function systemPackages(view: View): Promise<PackagesOfSystem> {
    const known = plugins.systemPackages?.get(view.name) ?? packages.get(view.name);
    if (known !== undefined) return known;
    const reading = SystemPackages.read(plugins.packages, view.root);
    packages.set(view.name, reading);
    return reading;
  }

  async function realFrom(
    from: AbsPath | undefined,
    context: Omit<Demand, "need">,
    requested: ReadonlySet<AbsPath>,
  ): Promise<string> {
    if (from === undefined) return context.from;
    const { real } = await context.view.resolve(from);
    return nodes.has(real) || requested.has(from) ? real : context.from;
  }

  async function admit(demand: Demand, expand: Expand): Promise<void> {
    const { view, need, from } = demand;
    if (isExcluded(demand, need.path)) return;
    const resolved = await view.resolve(need.path);
    const { stat } = resolved;
    if (stat === undefined) {
      if (need.optional !== true)
        findings.push({ finding: missing(need, resolved), from, isMissing: true, alias: resolved.real });
      return;
    }
    if (resolved.real !== need.path && isExcluded(demand, resolved.real)) return;
    if (isWithheld(demand, resolved.real)) {
      const isSuggested = weakEvidence.has(need.evidence) && stat.kind === "file";
      if (isSuggested) work.withheld.push({ from, because: "that it is suggested to have", paths: [resolved.real] });
      return;
    }
    if (stat.kind !== "file" && stat.kind !== "directory") {
      if (need.optional !== true) findings.push({ finding: notRegular(need, stat), from, isMissing: false });
      return;
    }
    for (const link of resolved.links) await addLink(demand, link);
    const { layer } = need;
    const requester =
      resolved.via === undefined ? { from, why: need.why, evidence: need.evidence } : linkEdge(resolved.via);
    if (resolved.real !== rootPath) await add({ view, path: resolved.real, stat, layer, ...requester });
    await expand(demand, { ...resolved, stat });
  }

  async function addLink(
    demand: Demand,
    link: { readonly path: AbsPath; readonly via: AbsPath | undefined },
  ): Promise<void> {
    const { view, need, from } = demand;
    const stat = await view.root.lstat(link.path);
    if (stat === undefined) return;
    const requester = link.via === undefined ? { from, why: need.why, evidence: need.evidence } : linkEdge(link.via);
    await add({ view, path: link.path, stat, layer: need.layer, ...requester });
  }

  async function add(entry: NewNode): Promise<GraphNode> {
    const { view, path, stat, layer } = entry;
    const known = nodes.get(path);
    if (known !== undefined) {
      if (known.view !== view.name) await checkConflict(known, entry);
      if (entry.from !== undefined) known.edges.push(edgeOf(entry));
      known.layer = lowerLayer(known.layer, layer);
      return known;
    }
    const parent = parentOf(path);
    if (parent !== rootPath && !nodes.has(parent)) {
      await add({ view, path: parent, stat: (await view.root.lstat(parent)) ?? impliedDirectory });
    }
    const location = await view.locate(path);
    const node: GraphNode = {
      path,
      stat,
      view: view.name,
      tree: location?.tree,
      treePath: location?.path ?? path,
      edges: entry.from === undefined ? [] : [edgeOf(entry)],
      layer,
    };
    nodes.set(path, node);
    return node;
  }

  async function checkConflict(known: GraphNode, entry: NewNode): Promise<void> {
    if (conflicts.has(entry.path) || known.tree === undefined) return;
    const location = await entry.view.locate(entry.path);
    if (location?.tree?.id === known.tree.id && location.path === known.treePath) return;
    if (location === undefined || !isNewPair(known, entry) || (await isSame(known, entry))) return;
    conflicts.add(entry.path);
    const finding: Finding = {
      severity: "error",
      code: "CLOSURE_CONFLICT",
      path: entry.path,
      message: `cannot take ${entry.path} from two builders: it differs in "${known.view}" and "${entry.view.name}" (there: ${sentence(entry)})`,
      hint: "move one of them with `as` or `files`, or build both in one builder",
    };
    findings.push({ finding, from: known.edges[0]?.from ?? known.path, isMissing: false });
  }

  function isNewPair(known: GraphNode, entry: NewNode): boolean {
    return work.isNew(`conflict\0${known.path}\0${entry.view.name}`);
  }

  async function isSame(known: GraphNode, entry: NewNode): Promise<boolean> {
    if (known.stat.kind !== entry.stat.kind) return false;
    if (known.stat.kind === "directory") return true;
    if (known.stat.kind === "symlink") return known.stat.target === entry.stat.target;
    if (known.stat.sizeBytes !== entry.stat.sizeBytes || known.stat.mode !== entry.stat.mode) return false;
    const left = await known.tree?.root.readFile(known.treePath);
    const right = await entry.view.root.readFile(entry.path);
    return left !== undefined && left.length === right?.length && left.every((byte, index) => byte === right[index]);
  }

  function isExcluded(demand: Demand, path: AbsPath): boolean {
    const rule = excludes.find((one) => matchGlob(one.glob, path));
    if (rule === undefined) return false;
    const isNeeded = demand.need.evidence === "proved" || demand.need.role === "program";
    if (isNeeded && !rule.force) {
      const finding: Finding = {
        severity: "error",
        code: "EXCLUDE_NEEDED",
        path,
        message: `cannot exclude ${path}: ${requesterName(demand.from)} ${demand.need.why}`,
        hint: "remove the pattern from closure.exclude, or add `force: true` to it",
      };
      findings.push({ finding, from: pointerReason(rule.pointer), isMissing: false });
    }
    return true;
  }
}

const impliedDirectory: FileStat = { kind: "directory", mode: 0o755, uid: 0, gid: 0, sizeBytes: 0, mtimeSeconds: 0 };

/** True for private files that a wide reach (a rule, a tree, a package, a string) may not bring in; only the spec may name them. */
function isWithheld(demand: Demand, real: AbsPath): boolean {
  if (!isPrivate(real)) return false;
  const { role, evidence } = demand.need;
  return role === "tree" || evidence === "rule" || weakEvidence.has(evidence);
}

function edgeOf(entry: NewNode): { from: string; why: string; evidence: Evidence } {
  return { from: entry.from ?? "", why: entry.why ?? "", evidence: entry.evidence ?? "proved" };
}

function linkEdge(from: AbsPath): { from: string; why: string; evidence: Evidence } {
  return { from, why: "links to it", evidence: "proved" };
}

function missing(need: Need, resolved: ResolvedPath): Finding {
  const { path } = need;
  if (resolved.isLoop) {
    return {
      severity: "error",
      code: "LINK_LOOP",
      path,
      message: `cannot follow ${path}: more than 40 links, the last one ${resolved.real}`,
      hint: "repair the links in the builder",
    };
  }
  const detail =
    resolved.via === undefined
      ? "not in the builder"
      : `${resolved.via} points at ${resolved.real}, which is not in the builder`;
  return {
    severity: "error",
    code: need.role === "program" ? "PROGRAM_MISSING" : "FILE_MISSING",
    path,
    message: `cannot find ${path}: ${detail}`,
  };
}

function notRegular(need: Need, stat: FileStat): Finding {
  return {
    severity: "error",
    code: "FILE_NOT_REGULAR",
    path: need.path,
    message: `cannot ship ${need.path}: it is a ${stat.kind}`,
    hint: "name a regular file, a directory or a link",
  };
}

function sentence(entry: NewNode): string {
  return `${requesterName(entry.from ?? "")} ${entry.why ?? ""}`.trim();
}

/** How messages call an asker. */
export function requesterName(from: string): string {
  const pointer = pointerOf(from);
  return pointer === undefined ? from : "the spec";
}

const roleOrder: readonly Role[] = ["program", "object", "module", "file", "tree"];

function compareDemands(left: Demand, right: Demand): number {
  return (
    roleOrder.indexOf(left.need.role) - roleOrder.indexOf(right.need.role) ||
    compareBytes(left.view.name, right.view.name) ||
    compareBytes(left.proc?.key ?? "", right.proc?.key ?? "") ||
    compareBytes(left.need.path, right.need.path) ||
    compareBytes(left.from, right.from) ||
    compareBytes(left.need.why, right.need.why)
  );
}
