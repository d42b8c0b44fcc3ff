import type { Yield } from "../../closure/model/closure.ts";
import { type AbsPath, childOf, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import { referencesIn, sourceIn } from "./cached-references.ts";
import { isPartOfTree, listDirectory } from "./module-sources.ts";
import type { NodeContext } from "./node-context.ts";
import { splitSpecifier } from "./resolver.ts";
import { isDeclaration, isTyped, modulesOfDeclarations } from "./type-references.ts";

/**
 * Declarations of types and settings of compilers, which packages leave out of what runs: a compiler of TypeScript that
 * comes along reads them where it compiles a program at its start. It is known by the declarations of the language that
 * lie in it. They are followed as it follows them: from the sources of the application, its settings and `@types`, by
 * imports and directives of declarations, a package at a time, so that whichever fields of a package.json tell where
 * its declarations are, they are there.
 */
export class DeclarationNeeds {
  readonly #context: NodeContext;
  readonly #done = new Set<AbsPath>();
  /** Packages whose types something names. */
  readonly #named = new Set<AbsPath>();
  #hasBegun = false;

  constructor(context: NodeContext) {
    this.#context = context;
  }

  /** Asked when nothing else is left: what came since the last time. */
  async *settle(): AsyncIterable<Yield> {
    const { wholePackages } = this.#context;
    if (!(await this.#hasCompiler())) return;
    if (!this.#hasBegun) {
      this.#hasBegun = true;
      await this.#nameTypePackages();
      yield* this.#namedByApplication();
    }
    for (const directories of [wholePackages, this.#named]) {
      // Declarations name further packages meanwhile, which come last.
      for (const directory of directories) {
        if (this.#done.has(directory)) continue;
        this.#done.add(directory);
        yield* this.#declarationsIn(directory);
      }
    }
  }

  /** One that is there in part alone comes along with the declarations of the language. */
  async #hasCompiler(): Promise<boolean> {
    const { tree, wholePackages, partialPackages } = this.#context;
    let isThere = false;
    for (const directory of new Set([...wholePackages, ...partialPackages])) {
      if ((await tree.kindOf(toAbsPath("lib/lib.d.ts", directory))) !== "file") continue;
      isThere = true;
      this.#named.add(directory);
    }
    return isThere;
  }

  /** Packages of declarations alone, which compilers find without a word of the program, in directories above it. */
  async #nameTypePackages(): Promise<void> {
    const { proc } = this.#context;
    for (let at = proc.appRoot ?? proc.workdir; ; at = parentOf(at)) {
      const home = toAbsPath("node_modules/@types", at);
      for (const name of (await listDirectory(home, this.#context)) ?? []) await this.#namePackage(childOf(home, name));
      if (at === "/") return;
    }
  }

  /** What sources and settings of the application take types from, and settings that lie in packages. */
  async *#namedByApplication(): AsyncIterable<Yield> {
    const { proc, tree } = this.#context;
    if (proc.appRoot === undefined || proc.appRoot === "/") return;
    const start = (await tree.realPath(proc.appRoot)) ?? proc.appRoot;
    for await (const { path, stat } of walk(proc.root, start, isPartOfTree)) {
      if (stat.kind !== "file") continue;
      if (isCompilerSettings(path)) yield* this.#namedInSettings(path);
      else if (isDeclaration(path)) await this.#nameModulesOf(path);
      else if (isTyped(path)) {
        for (const one of await referencesIn(sourceIn(tree, path), this.#context))
          if (one.kind === "module" || one.kind === "types") await this.#nameModule(one.specifier, parentOf(path));
      }
    }
  }

  /** Texts of settings: `types`, `extends`, `jsxImportSource`. */
  async *#namedInSettings(path: AbsPath): AsyncIterable<Yield> {
    const { tree, resolver } = this.#context;
    const text = (await tree.readText(path)) ?? "";
    for (const [, named = ""] of text.matchAll(/"([@\w.][\w@./-]{1,200})"/gu)) {
      await this.#nameModule(named, parentOf(path));
      const found = named.endsWith(".json") ? await resolver.resolve(named, parentOf(path), "require") : [];
      for (const one of found === "builtin" ? [] : found) {
        if (this.#done.has(one)) continue;
        this.#done.add(one);
        yield { need: { path: one, role: "file", evidence: "rule", why: "compiles TypeScript by it" } };
        yield* this.#namedInSettings(one);
      }
    }
  }

  async #nameModulesOf(path: AbsPath): Promise<void> {
    const text = (await this.#context.tree.readText(path)) ?? "";
    for (const name of modulesOfDeclarations(text)) await this.#nameModule(name, parentOf(path));
  }

  /** The package of a module, and the one of `@types` that declares it. */
  async #nameModule(specifier: string, directory: AbsPath): Promise<void> {
    const name = splitSpecifier(specifier)?.name;
    if (name === undefined || specifier.includes("\0")) return;
    const declaring = `@types/${name.replace(/^@/u, "").replace("/", "__")}`;
    for (const one of [name, declaring]) {
      const found = await this.#context.resolver.packageDirectory(one, directory);
      if (found !== undefined) await this.#namePackage(found);
    }
  }

  async #namePackage(directory: AbsPath): Promise<void> {
    const real = await this.#context.tree.realPath(directory);
    if (real !== undefined) this.#named.add(real);
  }

  async *#declarationsIn(directory: AbsPath): AsyncIterable<Yield> {
    const why = "compiles TypeScript by it";
    for await (const { path, stat } of walk(this.#context.proc.root, directory, isPartOfTree)) {
      if (stat.kind !== "file") continue;
      const isOfTypes = isDeclaration(path);
      if (!isOfTypes && !isCompilerSettings(path) && !path.endsWith("/package.json")) continue;
      yield { need: { path, role: "file", evidence: "rule", why, layer: "dependencies" } };
      if (isOfTypes) await this.#nameModulesOf(path);
      else if (isCompilerSettings(path)) yield* this.#namedInSettings(path);
    }
  }
}

function isCompilerSettings(path: string): boolean {
  return /\/[tj]sconfig[^/]*\.json$/u.test(path);
}
