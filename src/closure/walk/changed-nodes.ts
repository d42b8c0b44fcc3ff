import { type AbsPath, rootPath } from "../../rootfs/rootfs.ts";
import type { GraphNode } from "../model/graph.ts";
import type { Worklist } from "./worklist.ts";

/** The files of a worklist that are new, or that more ask for or name, since they were given the last time. */
export class ChangedNodes {
  readonly #work: Worklist;
  readonly #edges = new Map<AbsPath, number>();
  #named = 0;
  #read = 0;

  constructor(work: Worklist) {
    this.#work = work;
  }

  /** Those of now, with what comes while they are gone through. With more `askers` than before, all of them. */
  *take(askers = 0): Iterable<GraphNode> {
    const { changes, configurations, commandArguments, nodes } = this.#work;
    const named = configurations.size + commandArguments.size + askers;
    if (named !== this.#named) {
      this.#edges.clear();
      this.#read = 0;
    }
    this.#named = named;
    for (; this.#read < changes.length; this.#read++) {
      const node = nodes.get(changes[this.#read] ?? rootPath);
      if (node === undefined || this.#edges.get(node.path) === node.edges.length) continue;
      this.#edges.set(node.path, node.edges.length);
      yield node;
    }
  }
}
