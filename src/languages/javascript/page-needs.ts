import type { Yield } from "../../closure/model/closure.ts";
import { type AbsPath, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import { referencesIn, textSource } from "./cached-references.ts";
import { bundlerResolver } from "./compilers.ts";
import { isPartOfTree } from "./module-sources.ts";
import { type NodeContext, roleOf } from "./node-context.ts";
import type { Reference } from "./reference.ts";
import { readReferences } from "./references.ts";
import { type ModuleResolver, splitSpecifier } from "./resolver.ts";

const moduleScript = /<script\b(?=[^>]*\btype\s*=\s*["']module["'])[^>]*\bsrc\s*=\s*["']([^"']+)["']/giu;
const code = /\.(?:[cm]?[jt]s|[jt]sx)$/u;
/** Components with code between tags, by the framework that compiles them: `App.vue`, `App.svelte`. */
const component = /\.([a-z]+)$/u;
const script = /<script\b[^>]*>([\s\S]*?)<\/script>|^---\n([\s\S]*?)\n---/giu;

/**
 * At `reachable`: modules that pages of the application load from its packages. No browser finds them by their names,
 * so that a bundler of the application reads them when it runs, as bundlers choose the files of packages.
 */
export async function* pageNeeds(context: NodeContext): AsyncIterable<Yield> {
  const { appRoot } = context.proc;
  if (appRoot === undefined || context.proc.prune !== "reachable") return;
  const bundled = new Bundled(context);
  for await (const { path, stat } of walk(context.proc.root, appRoot, isPartOfTree)) {
    if (stat.kind !== "file" || !path.endsWith(".html")) continue;
    for (const [, source = ""] of ((await context.tree.readText(path)) ?? "").matchAll(moduleScript)) {
      // From the root of the site, which mostly is the directory of the page.
      const file = toAbsPath(source.replace(/^\/+|[?#].*$/gu, ""), parentOf(path));
      if ((await context.tree.kindOf(file)) === "file") yield* bundled.follow(file);
    }
  }
}

class Bundled {
  readonly #context: NodeContext;
  readonly #resolver: ModuleResolver;
  readonly #seen = new Set<AbsPath>();

  constructor(context: NodeContext) {
    this.#context = context;
    this.#resolver = bundlerResolver(context.tree);
  }

  /** A source, and what it imports in turn. */
  async *follow(first: AbsPath): AsyncIterable<Yield> {
    const pending = [first];
    for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
      if (this.#seen.has(path)) continue;
      this.#seen.add(path);
      for (const [specifier, found] of await this.#importsOf(path)) {
        const why = `is bundled, and imports ${specifier}`;
        yield { need: { path: found, role: roleOf(found), evidence: "rule", why, optional: true }, from: path };
        pending.push(found);
      }
      yield* this.#frameworkOf(path);
    }
  }

  async #importsOf(path: AbsPath): Promise<readonly (readonly [specifier: string, file: AbsPath])[]> {
    const text = await this.#context.tree.readText(path);
    if (text === undefined) return [];
    const found: (readonly [string, AbsPath])[] = [];
    for (const reference of await this.#referencesOf({ path, text })) {
      if (reference.kind !== "module") continue;
      const files = await this.#resolver.resolve(reference.specifier, parentOf(path), reference.mode);
      if (files !== "builtin") for (const file of files) found.push([reference.specifier, file]);
    }
    return found;
  }

  /** Of a source, or of each script in a page or a component. */
  async #referencesOf(source: { readonly path: AbsPath; readonly text: string }): Promise<readonly Reference[]> {
    const { path, text } = source;
    if (code.test(path)) return referencesIn(textSource(source), this.#context);
    const parts = [...text.matchAll(script)].map(([, tag, front]) => tag ?? front ?? "");
    return parts.flatMap((part) => readReferences({ path, text: part, workdir: this.#context.proc.workdir }));
  }

  /** What a component is compiled to imports the framework that its ending names, by names that are not in it. */
  async *#frameworkOf(path: AbsPath): AsyncIterable<Yield> {
    const name = code.test(path) ? undefined : component.exec(path)?.[1];
    if (name === undefined || splitSpecifier(name) === undefined) return;
    const directory = await this.#context.resolver.packageDirectory(name, parentOf(path));
    if (directory === undefined) return;
    const bound = { kind: "package", path: (await this.#context.tree.realPath(directory)) ?? directory } as const;
    yield { unknown: { kind: "computed-name", what: `what *.${name} is compiled to`, bound }, from: path };
  }
}
