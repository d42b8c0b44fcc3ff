import type { Yield } from "../../closure/model/closure.ts";
import { type AbsPath, childOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import { isPartOfTree, listDirectory } from "./module-sources.ts";
import type { NodeContext } from "./node-context.ts";

/**
 * Declarations of types and settings of compilers, which packages leave out of what runs: a compiler of TypeScript that
 * comes along reads them where it compiles a program at its start. It is known by the declarations of the language that
 * lie in it.
 */
export class DeclarationNeeds {
  readonly #context: NodeContext;
  readonly #done = new Set<AbsPath>();

  constructor(context: NodeContext) {
    this.#context = context;
  }

  /** Asked when nothing else is left: what came since the last time. */
  async *settle(): AsyncIterable<Yield> {
    const { wholePackages } = this.#context;
    if (!(await this.#hasCompiler())) return;
    for (const directory of await this.#typePackages()) wholePackages.add(directory);
    for (const directory of wholePackages) {
      if (this.#done.has(directory)) continue;
      this.#done.add(directory);
      yield* this.#declarationsIn(directory);
    }
  }

  /** One that is there in part alone comes along with the declarations of the language. */
  async #hasCompiler(): Promise<boolean> {
    const { tree, wholePackages, partialPackages } = this.#context;
    for (const directory of new Set([...wholePackages, ...partialPackages])) {
      if ((await tree.kindOf(toAbsPath("lib/lib.d.ts", directory))) !== "file") continue;
      wholePackages.add(directory);
      return true;
    }
    return false;
  }

  /** Packages of declarations alone, which compilers find without a word of the program. */
  async #typePackages(): Promise<readonly AbsPath[]> {
    const { proc, tree } = this.#context;
    const home = toAbsPath("node_modules/@types", proc.appRoot ?? proc.workdir);
    const names = await listDirectory(home, this.#context);
    const found: AbsPath[] = [];
    for (const name of names ?? []) {
      const real = await tree.realPath(childOf(home, name));
      if (real !== undefined) found.push(real);
    }
    return found;
  }

  async *#declarationsIn(directory: AbsPath): AsyncIterable<Yield> {
    const why = "compiles TypeScript by it";
    for await (const { path, stat } of walk(this.#context.proc.root, directory, isPartOfTree)) {
      if (stat.kind !== "file") continue;
      if (!/\.d\.(?:[^./]+\.)?[cm]?ts$|\/tsconfig[^/]*\.json$|\/package\.json$/u.test(path)) continue;
      yield { need: { path, role: "file", evidence: "rule", why, layer: "dependencies" } };
    }
  }
}
