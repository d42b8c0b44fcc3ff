import type { AbsPath } from "../../rootfs/rootfs.ts";
import type { Finding } from "../model/closure.ts";
import type { GraphNode } from "../model/graph.ts";
import { type NewNode, type RawFinding, requesterName } from "./worklist.ts";

/** Finds paths that two builders have and that differ in them: each path once. */
export class ConflictCheck {
  readonly #isNew: (key: string) => boolean;
  readonly #reported = new Set<AbsPath>();

  constructor(isNew: (key: string) => boolean) {
    this.#isNew = isNew;
  }

  /** The conflict between a node and another builder's file at its path. */
  async check(known: GraphNode, entry: NewNode): Promise<RawFinding | undefined> {
    if (this.#reported.has(entry.path) || known.tree === undefined) return undefined;
    const location = await entry.view.locate(entry.path);
    if (location?.tree?.id === known.tree.id && location.path === known.treePath) return undefined;
    const isNewPair = location !== undefined && this.#isNew(`conflict\0${known.path}\0${entry.view.name}`);
    if (!isNewPair || (await isSame(known, entry))) return undefined;
    this.#reported.add(entry.path);
    return { finding: conflict(known, entry), from: known.edges[0]?.from ?? known.path };
  }
}

function conflict(known: GraphNode, entry: NewNode): Finding {
  const builders = `"${known.view}" and "${entry.view.name}"`;
  const there = `${requesterName(entry.from ?? "")} ${entry.why ?? ""}`.trim();
  return {
    severity: "error",
    code: "CLOSURE_CONFLICT",
    path: entry.path,
    message: `cannot take ${entry.path} from two builders: it differs in ${builders} (there: ${there})`,
    hint: "move one of them with `as` or `files`, or build both in one builder",
  };
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
