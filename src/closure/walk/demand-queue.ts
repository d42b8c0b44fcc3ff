import type { ElfFile } from "../../formats/elf/elf-file.ts";
import { isPrivateTo, isSettingsFile } from "../../rootfs/file-use.ts";
import { matchGlob, parseGlob } from "../../rootfs/glob.ts";
import { isLeftOut } from "../../rootfs/left-out.ts";
import { madeOnce } from "../../rootfs/made-once.ts";
import { impliedDirectory } from "../../rootfs/overlay.ts";
import { isPrivate, privateName } from "../../rootfs/private-paths.ts";
import type { PassedLink, ResolvedPath } from "../../rootfs/resolved-path.ts";
import { type AbsPath, compareBytes, type FileStat, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { findUnshippable } from "../../rootfs/unshippable.ts";
import { type Finding, type Need, type Reason, type Role, weakEvidence, type Yield } from "../model/closure.ts";
import { type GraphNode, lowerLayer, pointerOf, pointerReason } from "../model/graph.ts";
import type { LoaderProcess } from "../model/loader.ts";
import type { PackagesOfSystem, Plugins } from "../model/plugins.ts";
import type { Process } from "../model/process.ts";
import type { ClosureRequest } from "../model/request.ts";
import type { View } from "../model/view.ts";
import { ConflictCheck } from "./conflicts.ts";
import { isFarFetched } from "./far-files.ts";
import {
  type Demand,
  type Expand,
  isSuggested,
  type NewNode,
  type RawFinding,
  type RawUnknown,
  requesterName,
  type Withheld,
  type Worklist,
} from "./worklist.ts";

/** An empty worklist. */
export function createWorklist(request: ClosureRequest, plugins: Plugins): Worklist {
  return new DemandQueue(request, plugins);
}

class DemandQueue implements Worklist {
  readonly request: ClosureRequest;
  readonly plugins: Plugins;
  readonly nodes = new Map<AbsPath, GraphNode>();
  readonly changes: AbsPath[] = [];
  readonly processes = new Map<string, Process>();
  readonly loaders = new Map<string, Promise<LoaderProcess>>();
  readonly findings: RawFinding[] = [];
  readonly unknowns = new Map<string, RawUnknown>();
  readonly leftOut = new Map<AbsPath, string>();
  readonly startable = new Map<string, Set<AbsPath>>();
  readonly namedCommands = new Map<AbsPath, AbsPath>();
  readonly installTexts: string[] = [];
  readonly withheld: Withheld[] = [];
  readonly commandLines = new Map<string, Set<string>>();
  readonly configurations = new Set<AbsPath>();
  readonly commandArguments = new Set<AbsPath>();
  readonly #packages = new Map<string, Promise<PackagesOfSystem>>();
  readonly #seen = new Set<string>();
  readonly #authors = new Map<string, Promise<boolean>>();
  readonly #elfs = new Map<string, ElfFile | undefined>();
  readonly #excludes: readonly Exclude[];
  readonly #conflicts = new ConflictCheck((key) => this.isNew(key));
  #queue: Demand[] = [];

  constructor(request: ClosureRequest, plugins: Plugins) {
    this.request = request;
    this.plugins = plugins;
    this.#excludes = request.closure.exclude.map(({ path, force }, index) => ({
      glob: parseGlob(path),
      force,
      pointer: `/closure/exclude/${index}`,
    }));
  }

  systemPackages(view: View): Promise<PackagesOfSystem> {
    const { plugins } = this;
    const read = async () => plugins.readSystem(plugins.packages, view.root);
    return plugins.systemPackages?.get(view.name) ?? madeOnce(this.#packages, view.name, read);
  }

  enqueue(demand: Demand): void {
    const { role, evidence, path, why } = demand.need;
    // Each process of a language asks for the whole of its standard library.
    const key = role === "file" && evidence === "rule" ? [demand.view.name, path, demand.from, why] : [];
    if (key.length === 0 || this.isNew(key.join("\0"))) this.#queue.push(demand);
  }

  suggest({ view, from, proc }: Pick<Demand, "view" | "from" | "proc">, need: Omit<Need, "optional">): void {
    this.enqueue({ view, from, proc, need: { ...need, optional: true } });
  }

  async enqueueAll(yields: AsyncIterable<Yield> | Iterable<Yield>, context: Omit<Demand, "need">): Promise<void> {
    // Who asks may itself be among what is asked for.
    const requested = new Set<AbsPath>();
    for await (const one of yields) {
      const from = await this.#realFrom(one.from, context, requested);
      if ("need" in one) {
        this.enqueue({ ...context, need: one.need, from });
        if (!this.excludes(one.need.path)) requested.add(one.need.path);
      } else if ("unknown" in one) {
        const { view, proc } = context;
        const { unknown } = one;
        const key = JSON.stringify([view.name, from, unknown]);
        this.unknowns.set(key, { unknown, from, view, proc });
      } else {
        const { isSuggested = false, startedBy: starter } = context.proc?.start ?? {};
        this.findings.push({ finding: one.finding, from, isMissing: true, isSuggested, starter });
      }
    }
  }

  report(found: RawFinding): void {
    this.findings.push(found);
  }

  fail(from: string, fault: Omit<Finding, "severity">): void {
    this.findings.push({ finding: { severity: "error", ...fault }, from });
  }

  warn(from: string, fault: Omit<Finding, "severity">): void {
    this.findings.push({ finding: { severity: "warning", ...fault }, from });
  }

  async add(entry: NewNode): Promise<GraphNode> {
    const { view, path, stat, layer } = entry;
    const known = this.nodes.get(path);
    this.changes.push(path);
    if (known !== undefined) {
      const conflict = known.view === view.name ? undefined : await this.#conflicts.check(known, entry);
      if (conflict !== undefined) this.findings.push(conflict);
      if (entry.from !== undefined) known.edges.push(edgeOf(entry));
      known.layer = lowerLayer(known.layer, layer);
      return known;
    }
    const parent = parentOf(path);
    if (parent !== "/" && !this.nodes.has(parent)) {
      await this.add({ view, path: parent, stat: (await view.root.lstat(parent)) ?? impliedDirectory });
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
    this.nodes.set(path, node);
    const finding = findUnshippable(path);
    if (finding !== undefined) this.findings.push({ finding, from: entry.from ?? path });
    return node;
  }

  async readElf(view: View, path: AbsPath): Promise<ElfFile | undefined> {
    const { real, stat } = await view.resolve(path);
    if (stat?.kind !== "file") return undefined;
    const key = `${view.name}\0${real}`;
    if (this.#elfs.has(key)) return this.#elfs.get(key);
    const elf = await this.plugins.readElf(view.root, real);
    this.#elfs.set(key, elf);
    return elf;
  }

  isElf(view: View, real: AbsPath): boolean {
    return this.#elfs.get(`${view.name}\0${real}`) !== undefined;
  }

  excludes(path: AbsPath): boolean {
    return this.#excludes.some((one) => matchGlob(one.glob, path));
  }

  async mayHoldSecret(view: View, path: AbsPath, stat: FileStat): Promise<boolean> {
    // An empty file holds none.
    if (!isPrivateTo(stat) || (stat.kind === "file" && stat.sizeBytes === 0)) return false;
    const owner = (await this.systemPackages(view)).ownerOf(path);
    const bytes = owner?.isUnchanged === undefined ? undefined : await view.root.readFile(path);
    return bytes === undefined || (await owner?.isUnchanged?.(path, bytes)) !== true;
  }

  async isAuthors(view: View, path: AbsPath): Promise<boolean> {
    // Each name in a file asks for its author.
    return madeOnce(this.#authors, `${view.name}\0${path}`, async () => {
      const owner = (await this.systemPackages(view)).ownerOf(path);
      if (owner === undefined) return true;
      const bytes = isSettingsFile(path) ? await view.root.readFile(path) : undefined;
      return bytes !== undefined && (await owner.isUnchanged?.(path, bytes)) === false;
    });
  }

  isNew(key: string): boolean {
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }

  progress(): number {
    return this.#seen.size + this.nodes.size + this.findings.length + this.unknowns.size;
  }

  async drain(expand: Expand): Promise<void> {
    while (this.#queue.length > 0) {
      // Generation by generation in a fixed order: what is loaded into a process depends on what was loaded before.
      const batch = this.#queue.sort(compareDemands);
      this.#queue = [];
      for (const demand of batch) await this.#admit(demand, expand);
    }
  }

  async #realFrom(
    from: AbsPath | undefined,
    context: Omit<Demand, "need">,
    requested: ReadonlySet<AbsPath>,
  ): Promise<string> {
    if (from === undefined) return context.from;
    const { real } = await context.view.resolve(from);
    return this.nodes.has(real) || requested.has(from) ? real : context.from;
  }

  async #admit(demand: Demand, expand: Expand): Promise<void> {
    const { view, need, from } = demand;
    if (this.#isExcluded(demand, need.path)) return;
    const resolved = await view.resolve(need.path);
    const { real, stat } = resolved;
    if (stat === undefined) {
      const { startedBy: starter, launchDepth = 0 } = demand.proc?.start ?? {};
      const isByText = starter?.startsWith("/") === true && !this.isElf(view, toAbsPath(starter));
      const finding = missing(need, resolved, isByText || launchDepth > 1);
      if (need.optional !== true) {
        this.findings.push({ finding, from, isMissing: true, alias: real, isSuggested: isSuggested(demand), starter });
      }
      return;
    }
    if (real !== need.path && this.#isExcluded(demand, real)) return;
    // A link that is excluded takes what it leads to with it, where it is asked for by that name.
    for (const { path } of this.#excludes.length === 0 || stat.kind !== "file" ? [] : resolved.links) {
      if ((await view.resolve(path)).real === real && this.#isExcluded(demand, path)) return;
    }
    if (isWithheld(demand, real)) {
      if (stat.kind === "file" || !weakEvidence.has(need.evidence)) this.#withhold(from, real);
      return;
    }
    if (stat.kind !== "file" && stat.kind !== "directory") {
      const message = `cannot ship ${need.path}: it is a ${stat.kind}`;
      const hint = "name a regular file, a directory or a link";
      if (need.optional !== true) this.fail(from, { code: "FILE_NOT_REGULAR", path: need.path, message, hint });
      return;
    }
    const requester = edgeTo(demand, resolved.via);
    if (stat.kind === "file" && (await this.#reachesOutside(demand, { real, stat, from: requester.from }))) return;
    if (await isFarFetched(this, demand, { real, stat })) return;
    for (const link of resolved.links) await this.#addLink(demand, link);
    const { layer } = need;
    if (need.isArgument === true) this.commandArguments.add(real);
    if (real !== "/") await this.add({ view, path: real, stat, layer, ...requester });
    await expand(demand, { ...resolved, stat });
  }

  /**
   * True for a file that may hold a secret of the builder, and that no line of the spec names: who asks for it is an
   * application or a package. What is only suggested, or may be absent, stays out with a warning.
   */
  async #reachesOutside(
    { need, view }: Demand,
    found: { readonly real: AbsPath; readonly stat: FileStat; readonly from: string },
  ): Promise<boolean> {
    const { real, stat, from } = found;
    if (pointerOf(from) !== undefined) return false;
    const { appRoot } = this.request.process;
    if (appRoot !== undefined && isWithin(real, appRoot)) return false;
    if (!isPrivate(real)) {
      if (!(await this.mayHoldSecret(view, real, stat))) return false;
      if ((await view.locate(real))?.tree?.kind !== "builder") return false;
    }
    if (need.optional === true || need.evidence === "rule" || weakEvidence.has(need.evidence)) {
      this.#withhold(from, real);
      return true;
    }
    this.fail(from, {
      code: "REACHES_OUTSIDE",
      path: real,
      message: `cannot ship ${real}: ${from} ${need.why}, and only the spec may bring a private file of the builder`,
      hint: `add \`{path: "${real}", because: "..."}\` to closure.include where the program needs it`,
    });
    return true;
  }

  #withhold(from: string, real: AbsPath): void {
    const path = privateName(real);
    if (this.isNew(`withheld\0${from}\0${path}`)) this.withheld.push({ from, because: "that it names", paths: [path] });
  }

  async #addLink(demand: Demand, link: PassedLink): Promise<void> {
    const { view, need } = demand;
    const stat = await view.root.lstat(link.path);
    if (stat === undefined) return;
    await this.add({ view, path: link.path, stat, layer: need.layer, ...edgeTo(demand, link.via) });
  }

  #isExcluded(demand: Demand, path: AbsPath): boolean {
    if (demand.need.evidence === "bound" && isLeftOut(this.request.trees, path, demand.need.args)) return true;
    const rule = this.#excludes.find((one) => matchGlob(one.glob, path));
    if (rule === undefined) return false;
    const isNeeded = demand.need.evidence === "proved" || demand.need.role === "program";
    if (isNeeded && !rule.force) {
      this.fail(pointerReason(rule.pointer), {
        code: "EXCLUDE_NEEDED",
        path,
        message: `cannot exclude ${path}: ${requesterName(demand.from)} ${demand.need.why}`,
        hint: "remove the pattern from closure.exclude, or add `force: true` to it",
      });
    }
    return true;
  }
}

interface Exclude {
  readonly glob: ReturnType<typeof parseGlob>;
  readonly force: boolean;
  readonly pointer: string;
}

/** True for private files that a wide reach (a rule, a tree, a string) may not bring in; only the spec may. */
function isWithheld(demand: Demand, real: AbsPath): boolean {
  const { role, evidence } = demand.need;
  return isPrivate(real) && (role === "tree" || evidence === "rule" || weakEvidence.has(evidence));
}

function edgeOf(entry: NewNode): Reason {
  return { from: entry.from ?? "", why: entry.why ?? "", evidence: entry.evidence ?? "proved" };
}

/** The reason for what a demand leads to: the last link on the way, else the need itself. */
function edgeTo({ from, need: { why, evidence } }: Demand, via: AbsPath | undefined): Reason {
  return via === undefined ? { from, why, evidence } : { from: via, why: "links to it", evidence: "proved" };
}

function missing(need: Need, resolved: ResolvedPath, isOfScript: boolean): Finding {
  const { path } = need;
  const untold = /["'`]*\$[\w({][^]*|`[^]*/u.exec(path)?.[0];
  if (untold !== undefined) {
    return {
      severity: "warning",
      code: "NAME_COMPUTED",
      path,
      message: `cannot tell what ${untold} names: ${need.why}, and it is known only when it runs`,
      hint: "add what it names to closure.include",
    };
  }
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
    // What a script starts may read what the script has made.
    severity: isOfScript && need.role !== "program" ? "warning" : "error",
    code: need.role === "program" ? "PROGRAM_MISSING" : "FILE_MISSING",
    path,
    message: `cannot find ${path}: ${detail}`,
  };
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
