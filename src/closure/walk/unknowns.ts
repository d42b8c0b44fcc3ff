import { smallDirectory } from "../../rootfs/author-directory.ts";
import { hasSettings, isRecipeFile, useOf } from "../../rootfs/file-use.ts";
import { isLeftOut } from "../../rootfs/left-out.ts";
import { directoryOf, isSharedBound, startsOf } from "../../rootfs/path-bounds.ts";
import {
  type AbsPath,
  baseName,
  childOf,
  compareBytes,
  type FileStat,
  isWithin,
  parentOf,
  toAbsPath,
} from "../../rootfs/rootfs.ts";
import { filesBehindLink, walk } from "../../rootfs/walk.ts";
import type { Finding } from "../model/closure.ts";
import type { SettledUnknown, Unknown } from "../model/unknown.ts";
import { machineRole } from "./file-role.ts";
import { type RawUnknown, requesterName, type Worklist } from "./worklist.ts";

/** At `reachable`, a bound ships that is small: few files, or few bytes that are not there anyway. */
export const reachableBound: typeof smallDirectory = smallDirectory;

/** The files of a bound by what they are, with the names that lead to them through links, and their bytes. */
type BoundFiles = ReadonlyMap<AbsPath, { readonly named: AbsPath; readonly stat: FileStat }>;

/** Turns unknowns into files, or into warnings, as the level says: `safe` ships their bounds. */
export class UnknownSettler {
  readonly #work: Worklist;
  readonly #isReachable: boolean;
  readonly #settled = new Map<string, SettledUnknown>();
  /** Files of a bound, by view and bound: many unknowns share one. */
  readonly #files = new Map<string, BoundFiles>();

  constructor(work: Worklist) {
    this.#work = work;
    this.#isReachable = work.request.process.prune === "reachable";
  }

  /** Every unknown with what became of it, sorted by who asks. */
  get settled(): readonly SettledUnknown[] {
    return [...this.#settled.values()].sort(
      (left, right) =>
        compareBytes(left.from, right.from) ||
        (left.line ?? 0) - (right.line ?? 0) ||
        compareBytes(left.what, right.what) ||
        compareBytes(JSON.stringify(left.bound), JSON.stringify(right.bound)),
    );
  }

  /** Decides on what came since the last call. What ships is asked for, and the worklist has to be drained again. */
  async settle(): Promise<void> {
    const pending = [...this.#work.unknowns].filter(([key]) => !this.#settled.has(key));
    for (const [key, raw] of pending.sort(([left], [right]) => compareBytes(left, right))) {
      this.#settled.set(key, await this.#decide(raw));
    }
  }

  async #decide(raw: RawUnknown): Promise<SettledUnknown> {
    const { unknown, from, view, proc } = raw;
    const found = await this.#filesOf(raw);
    const files = [...(found?.values() ?? [])].filter(({ stat }) => stat.kind === "file").length;
    const described = { ...unknown, bound: shortened(unknown.bound), from, files };
    if (found === undefined) return { ...described, outcome: this.#warnWhereReachable(raw) };
    if (found.size === 0 && (await this.#takeEmpty(raw))) return { ...described, outcome: "shipped" };
    const added = [...found].filter(([path]) => !this.#work.nodes.has(path));
    if (added.length === 0) return { ...described, outcome: "present" };
    const bytes = added.reduce((sum, [, one]) => sum + one.stat.sizeBytes, 0);
    if (this.#isReachable && files > reachableBound.files && bytes > reachableBound.bytes) {
      return { ...described, outcome: this.#warnWhereReachable(raw, files) };
    }
    // A hundred sources of a process may mean the same directory: its files are asked for once.
    const asker = this.#work.isElf(view, toAbsPath(from)) ? from : proc?.key;
    const isFirst = this.#work.isNew(JSON.stringify([view.name, asker, { ...unknown, what: "", line: 0 }]));
    for (const { named, stat } of isFirst ? found.values() : []) await this.#take(named, stat, raw);
    return { ...described, outcome: "shipped" };
  }

  #warnWhereReachable(raw: RawUnknown, files?: number): "warned" | "unbounded" {
    if (!this.#isReachable) return "unbounded";
    this.#work.report({ finding: unknownFinding(raw, files), from: raw.from });
    return "warned";
  }

  /** The files that an unknown could stand for; undefined where nothing bounds it. */
  async #filesOf({ unknown, view, proc, from }: RawUnknown): Promise<BoundFiles | undefined> {
    const { bound } = unknown;
    if (bound.kind === "anything") return undefined;
    // What lists a directory may copy it: its links and the directories without files count as well.
    const isWhole = unknown.kind === "listed-directory" && !this.#isReachable;
    // A library means no services and documents where it names a directory: `/usr/lib/systemd/system`.
    const isOfObject = unknown.kind === "listed-directory" && this.#work.isElf(view, toAbsPath(from));
    const key = JSON.stringify([view.name, proc?.plugin?.name, bound, isWhole, isOfObject]);
    const known = this.#files.get(key);
    if (known !== undefined || isSharedBound(bound)) return known;
    const files = new Map<AbsPath, { readonly named: AbsPath; readonly stat: FileStat }>();
    const skipped = proc?.plugin?.packageDirectories ?? [];
    const isNotRun = async (path: AbsPath): Promise<boolean> =>
      (await proc?.plugin?.isNotRun?.(path, proc.context)) === true;
    for (const { directory, admits, leads } of startsOf(bound)) {
      const { real, stat } = await view.resolve(directory);
      if (stat?.kind === "file" && admits(directory)) files.set(real, { named: directory, stat });
      if (stat?.kind !== "directory") continue;
      const enters = (path: AbsPath): boolean =>
        path === real ||
        (leads(path) && !skipped.some((name) => `${path}/`.endsWith(`/${name}/`) && !isWithin(real, path)));
      for await (const found of walk(view.root, real, enters)) {
        const path = toAbsPath(directory + found.path.slice(real.length));
        const end = found.stat.kind === "symlink" ? await view.resolve(found.path) : undefined;
        const isFile = found.stat.kind === "file" || end?.stat?.kind === "file";
        const isLink = end !== undefined && unknown.kind === "listed-directory" && !isOfObject;
        if ((!isFile && !isWhole && !isLink) || !admits(path) || isLeftOut(this.#work.request.trees, found.path))
          continue;
        if (isOfObject && useOf(found.path) === "not-for-running") continue;
        if (!isOfObject && (await isNotRun(found.path))) continue;
        files.set(found.path, { named: path, stat: found.stat });
        if (!isLink) continue;
        for await (const { path: one, stat: behind } of filesBehindLink(view.root, end, real))
          if (!(await isNotRun(one)))
            files.set(one, { named: toAbsPath(path + one.slice(end.real.length)), stat: behind });
      }
    }
    this.#files.set(key, files);
    return files;
  }

  /** A directory without files ships itself: what names it writes into it, or asks whether it is there. */
  async #takeEmpty({ view, from, unknown }: RawUnknown): Promise<boolean> {
    if (unknown.bound.kind !== "directory") return false;
    const { path } = unknown.bound;
    const { real, stat } = await view.resolve(path);
    if (stat?.kind !== "directory" || this.#work.nodes.has(real)) return false;
    const why = `could be what ${unknown.what} names`;
    this.#work.suggest({ view, from }, { path, role: "file", evidence: "bound", why });
    return true;
  }

  async #take(path: AbsPath, stat: FileStat, { view, proc, from, unknown }: RawUnknown): Promise<void> {
    const isTool = from !== proc?.realProgram && (stat.mode & 0o111) !== 0 && this.#work.isElf(view, toAbsPath(from));
    const plain = proc?.runtime !== undefined && stat.kind === "file" && !isTool ? "module" : "file";
    // A library has no scripts started: those in its directories are for people.
    const isScript = isTool && (await this.#work.readElf(view, path)) === undefined;
    const role = proc === undefined || isScript ? plain : await machineRole(this.#work, proc, path, plain);
    const why = `could be what ${unknown.what} names`;
    // A directory above it may be a link: the link itself stands in the one that it leads to.
    const above = (await view.resolve(parentOf(path))).real;
    const link = { view, path: childOf(above, baseName(path)), stat, from, why, evidence: "bound" } as const;
    if (stat.kind === "symlink" && this.#work.excludes(link.path)) return;
    if (stat.kind === "symlink") await this.#work.add(link);
    const isArgument = unknown.isArgument === true && (hasSettings(path) || isRecipeFile(path));
    const need = { path, role, evidence: "bound", why, ...(isArgument ? { isArgument } : {}) } as const;
    this.#work.suggest({ view, from, proc }, need);
  }
}

/** How many paths of a list a report has. The count of all stays with it. */
const reportedPaths = 20;

function shortened(bound: Unknown["bound"]): Unknown["bound"] {
  return bound.kind === "paths" ? { kind: "paths", paths: bound.paths.slice(0, reportedPaths) } : bound;
}

function unknownFinding({ unknown, from }: RawUnknown, files: number | undefined): Finding {
  const at = unknown.line === undefined ? requesterName(from) : `${requesterName(from)}:${String(unknown.line)}`;
  const where = unknown.bound.kind === "anything" ? undefined : directoryOf(unknown.bound);
  const could =
    files === undefined ? "nothing bounds it" : `it could be any of ${String(files)} files of ${where ?? "its list"}`;
  return {
    severity: "warning",
    code: "NAME_COMPUTED",
    message: `cannot tell what ${unknown.what} names (${at}): ${could}`,
    hint:
      where === undefined
        ? "add what it names to closure.include, or write `prune: safe`"
        : `add \`{path: "${where}/**", because: "loaded by ${baseName(toAbsPath(from.startsWith("#") ? "/" : from))}"}\` to closure.include`,
  };
}
