import type { Yield } from "../../closure/model/closure.ts";
import { isRecord } from "../../formats/json/json-object.ts";
import { type AbsPath, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { walk } from "../../rootfs/walk.ts";
import { referencesIn, textSource } from "./cached-references.ts";
import { bundlerResolvers, isForTests } from "./compilers.ts";
import { isPartOfTree } from "./module-sources.ts";
import { type NodeContext, roleOf } from "./node-context.ts";
import type { Reference } from "./reference.ts";
import { readReferences } from "./references.ts";
import { type ModuleMode, type ModuleResolver, splitSpecifier } from "./resolver.ts";

const moduleScript = /<script\b(?=[^>]*\btype\s*=\s*["']module["'])[^>]*\bsrc\s*=\s*["']([^"']+)["']/giu;
const code = /\.(?:[cm]?[jt]s|[jt]sx)$/u;
/** Components with code between tags, by the framework that compiles them: `App.vue`, `App.svelte`. */
const component = /\.([a-z]+)$/u;
const script = /<script\b[^>]*>([\s\S]*?)<\/script>|^---\n([\s\S]*?)\n---/giu;

/**
 * At `reachable`: modules that pages of the application load from its packages. No browser finds them by their names,
 * so that a bundler of the application reads them when it runs, as bundlers choose the files of packages. Where a
 * package is seen to do that, what the other sources import counts as well, and so does what dependencies export:
 * plug-ins import it into what they bundle.
 */
export async function* bundledNeeds(context: NodeContext): AsyncIterable<Yield> {
  const { bundling, proc } = context;
  if (proc.appRoot === undefined || proc.prune !== "reachable") return;
  const kinds = bundling.hasBundler ? (["pages", "sources"] as const) : (["pages"] as const);
  const wanted = new Set(kinds.filter((kind) => !bundling.asked.has(kind)));
  if (wanted.size === 0) return;
  const bundled = new Bundled(context);
  for await (const { path, stat } of walk(proc.root, proc.appRoot, isPartOfTree)) {
    if (stat.kind !== "file") continue;
    if (path.endsWith(".html") && wanted.has("pages")) yield* pageNeeds(path, bundled, context);
    else if (wanted.has("sources") && !isForTests(path, proc.appRoot)) yield* bundled.startAt(path);
  }
  if (wanted.has("sources")) yield* bundled.startAtDependencies(proc.appRoot);
  for (const kind of wanted) bundling.asked.add(kind);
}

async function* pageNeeds(page: AbsPath, bundled: Bundled, { tree }: NodeContext): AsyncIterable<Yield> {
  for (const [, source = ""] of ((await tree.readText(page)) ?? "").matchAll(moduleScript)) {
    // From the root of the site, which mostly is the directory of the page.
    const file = toAbsPath(source.replace(/^\/+|[?#].*$/gu, ""), parentOf(page));
    if ((await tree.kindOf(file)) === "file") yield* bundled.follow(file);
  }
}

function bundledNeed(specifier: string, { found, from }: { readonly found: AbsPath; readonly from: AbsPath }): Yield {
  const why = `is bundled, and imports ${specifier}`;
  return { need: { path: found, role: roleOf(found), evidence: "rule", why, optional: true }, from };
}

class Bundled {
  readonly #context: NodeContext;
  readonly #resolvers: readonly ModuleResolver[];
  readonly #seen = new Set<AbsPath>();

  constructor(context: NodeContext) {
    this.#context = context;
    this.#resolvers = bundlerResolvers(context.tree);
  }

  /** A source of the application, or a component of a framework that is installed. */
  async *startAt(path: AbsPath): AsyncIterable<Yield> {
    if (code.test(path) || (await this.#framework(path)) !== undefined) yield* this.follow(path);
  }

  /** All that the application's dependencies export by a name of its own. */
  async *startAtDependencies(home: AbsPath): AsyncIterable<Yield> {
    const { tree, resolver } = this.#context;
    const from = toAbsPath("package.json", home);
    for (const name of (await tree.packageIn(home))?.dependencies ?? []) {
      const directory = await resolver.packageDirectory(name, home);
      const exported = directory === undefined ? undefined : (await tree.packageIn(directory))?.exports;
      const named = isRecord(exported) ? Object.keys(exported).filter((key) => /^\.\/[^*]+$/u.test(key)) : [];
      for (const specifier of [name, ...named.map((key) => `${name}${key.slice(1)}`)])
        for (const found of await this.#resolve(specifier, from, "import")) {
          yield bundledNeed(specifier, { found, from });
          yield* this.follow(found);
        }
    }
  }

  /** A source, and what it imports in turn. */
  async *follow(first: AbsPath): AsyncIterable<Yield> {
    const pending = [first];
    for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
      if (this.#seen.has(path)) continue;
      this.#seen.add(path);
      for (const [specifier, found] of await this.#importsOf(path)) {
        yield bundledNeed(specifier, { found, from: path });
        pending.push(found);
      }
      yield* this.#frameworkNeeds(path);
    }
  }

  async #importsOf(path: AbsPath): Promise<readonly (readonly [specifier: string, file: AbsPath])[]> {
    const text = await this.#context.tree.readText(path);
    if (text === undefined) return [];
    const found: (readonly [string, AbsPath])[] = [];
    for (const reference of await this.#referencesOf({ path, text })) {
      if (reference.kind !== "module") continue;
      const { specifier, mode } = reference;
      for (const file of await this.#resolve(specifier, path, mode)) found.push([specifier, file]);
    }
    return found;
  }

  async #resolve(specifier: string, from: AbsPath, mode: ModuleMode): Promise<readonly AbsPath[]> {
    const found = new Set<AbsPath>();
    for (const resolver of this.#resolvers) {
      const answer = await resolver.resolve(specifier, parentOf(from), mode);
      for (const path of answer === "builtin" ? [] : answer) found.add(path);
    }
    return [...found];
  }

  /** Of a source, or of each script in a page or a component. */
  async #referencesOf(source: { readonly path: AbsPath; readonly text: string }): Promise<readonly Reference[]> {
    const { path, text } = source;
    if (code.test(path)) return referencesIn(textSource(source), this.#context);
    const parts = [...text.matchAll(script)].map(([, tag, front]) => tag ?? front ?? "");
    return parts.flatMap((part) => readReferences({ path, text: part, workdir: this.#context.proc.workdir }));
  }

  /** What a component is compiled to imports the framework that its ending names, by names that are not in it. */
  async *#frameworkNeeds(path: AbsPath): AsyncIterable<Yield> {
    const framework = await this.#framework(path);
    if (framework === undefined) return;
    const { name, directory } = framework;
    const bound = { kind: "package", path: (await this.#context.tree.realPath(directory)) ?? directory } as const;
    yield { unknown: { kind: "computed-name", what: `what *.${name} is compiled to`, bound }, from: path };
  }

  async #framework(path: AbsPath): Promise<{ readonly name: string; readonly directory: AbsPath } | undefined> {
    const name = code.test(path) ? undefined : component.exec(path)?.[1];
    if (name === undefined || splitSpecifier(name) === undefined) return undefined;
    const directory = await this.#context.resolver.packageDirectory(name, parentOf(path));
    return directory === undefined ? undefined : { name, directory };
  }
}
