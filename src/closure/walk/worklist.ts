import type { ElfFile } from "../../formats/elf/elf-file.ts";
import type { ResolvedPath } from "../../rootfs/resolved-path.ts";
import type { AbsPath, FileStat } from "../../rootfs/rootfs.ts";
import { type Evidence, type Finding, type LayerName, type Need, weakEvidence, type Yield } from "../model/closure.ts";
import { type GraphNode, pointerOf } from "../model/graph.ts";
import type { LoaderProcess } from "../model/loader.ts";
import type { PackagesOfSystem, Plugins } from "../model/plugins.ts";
import type { Process, StartOptions } from "../model/process.ts";
import type { ClosureRequest } from "../model/request.ts";
import type { Unknown } from "../model/unknown.ts";
import type { View } from "../model/view.ts";

/** A need with its asker. */
export interface Demand {
  readonly view: View;
  readonly need: Need;
  /** A real path of the closure, or `pointerReason(...)`. */
  readonly from: string;
  /** The process that the need arose in. */
  readonly proc?: Process | undefined;
  /** For `program`: how it is started. Default: with no arguments. */
  readonly start?: StartOptions;
}

/** True for a demand that nothing proves: by its evidence, or by the process that it arose in. */
export function isSuggested({ need, start, proc }: Demand): boolean {
  return weakEvidence.has(need.evidence) || (start ?? proc?.start)?.isSuggested === true;
}

/** A finding before its chain is known. */
export interface RawFinding {
  readonly finding: Finding;
  readonly from: string;
  /** True where it arose in a process, or of a demand, that nothing proves. */
  readonly isSuggested?: boolean;
  /** The file that started the process in which it arose. */
  readonly starter?: string | undefined;
  /** Another name of the path that the finding is about. */
  readonly alias?: AbsPath;
  /** True for what `closure.missing: warn` makes a warning. */
  readonly isMissing?: true;
}

/** An unknown before its level has decided. */
export interface RawUnknown {
  readonly unknown: Unknown;
  /** A real path of the closure, or `pointerReason(...)`. */
  readonly from: string;
  readonly view: View;
  /** The process that it arose in. */
  readonly proc?: Process | undefined;
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
  /** Paths of nodes in the order in which each came, or was asked for again. */
  readonly changes: AbsPath[];
  readonly processes: Map<string, Process>;
  readonly loaders: Map<string, Promise<LoaderProcess>>;
  readonly findings: RawFinding[];
  /** By who asks and for what: each once. */
  readonly unknowns: Map<string, RawUnknown>;
  /** Programs on the PATH that belong to what ships, with their package, and that nothing names. */
  readonly leftOut: Map<AbsPath, string>;
  /** By source of packages: programs on the PATH that those have, or need, and may start by name. */
  readonly startable: Map<string, Set<AbsPath>>;
  /** Programs of other packages that strings of a started program name, each with one that does. */
  readonly namedCommands: Map<AbsPath, AbsPath>;
  /** The texts of scripts that installed what ships, of its sysusers.d and of its tmpfiles.d. */
  readonly installTexts: string[];
  readonly withheld: Withheld[];
  /** The arguments with which a file starts a program, by view, file and program. */
  readonly commandLines: Map<string, Set<string>>;
  /** Files that are read as configuration because something names them, by real path. */
  readonly configurations: Set<AbsPath>;
  /** Files that scripts give commands. */
  readonly commandArguments: Set<AbsPath>;
  /** The packages of a view's distribution. */
  systemPackages(view: View): Promise<PackagesOfSystem>;
  enqueue(demand: Demand): void;
  /** Asks for what may as well be absent. */
  suggest(asker: Pick<Demand, "view" | "from" | "proc">, need: Omit<Need, "optional">): void;
  enqueueAll(yields: AsyncIterable<Yield> | Iterable<Yield>, context: Omit<Demand, "need">): Promise<void>;
  report(found: RawFinding): void;
  /** Reports an error that `from` leads to. */
  fail(from: string, fault: Omit<Finding, "severity">): void;
  warn(from: string, fault: Omit<Finding, "severity">): void;
  /** Adds a path and its parents. Answers the node that stands there. */
  add(entry: NewNode): Promise<GraphNode>;
  readElf(view: View, path: AbsPath): Promise<ElfFile | undefined>;
  /** True when the file was read as ELF by someone, and is. */
  isElf(view: View, real: AbsPath): boolean;
  /** True for a file that not everybody may read, and that is not as its package brought it. */
  mayHoldSecret(view: View, path: AbsPath, stat: FileStat): Promise<boolean>;
  /** True for settings that the builder's author wrote: a file of no package, or one that is not as it came. */
  isAuthors(view: View, path: AbsPath): Promise<boolean>;
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

/** How messages call an asker. */
export function requesterName(from: string): string {
  const pointer = pointerOf(from);
  return pointer === undefined ? from : "the spec";
}
