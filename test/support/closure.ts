import type { PackageDatabase, RuntimePlugin, Yield } from "../../src/closure/model/closure.ts";
import type { Feature } from "../../src/closure/model/feature.ts";
import type { LoaderOptions, LoaderProcess } from "../../src/closure/model/loader.ts";
import type { Plugins } from "../../src/closure/model/plugins.ts";
import type { ClosureRequest, RequestRoot, RequestTree } from "../../src/closure/model/request.ts";
import { openView, type View } from "../../src/closure/model/view.ts";
import { type Closure, resolveClosure } from "../../src/closure/walk/resolve.ts";
import { reasonsFile } from "../../src/inspect/manifest/reasons.ts";
import { unknownRuntime } from "../../src/languages/unknown-runtime.ts";
import { elfReader } from "../../src/loader/read-elf.ts";
import { SystemPackages } from "../../src/packages/shared/system-packages.ts";
import { type AbsPath, type RootFs, toAbsPath } from "../../src/rootfs/rootfs.ts";
import { compiledFiles } from "../../src/runtimes/compiled.gen.ts";
import { expectClosed } from "./closed.ts";
import { dumpClosure } from "./closure-dump.ts";
import { fixtureRoot } from "./fixture.ts";
import { expectSameBySkeletons } from "./skeletons.ts";

/** The input of a closure test; everything left out is empty or the default. */
export interface ClosureCase {
  /** The builder `main` as a fixture text. */
  readonly root: string;
  /** The builder in place of the text, where that cannot say it. */
  readonly tree?: RootFs;
  readonly trees?: readonly (Omit<RequestTree, "prefix"> & { readonly prefix: string; readonly tree: string })[];
  /** Views beside `main`, which has the builder and all trees that no other view names. */
  readonly views?: Readonly<Record<string, readonly string[]>>;
  readonly roots: readonly RequestRoot[];
  readonly process?: Partial<ClosureRequest["process"]>;
  readonly closure?: Partial<ClosureRequest["closure"]>;
  readonly system?: Partial<ClosureRequest["system"]>;
  readonly accounts?: ClosureRequest["accounts"];
  readonly metadata?: Partial<ClosureRequest["metadata"]>;
  readonly plugins?: Partial<Plugins>;
}

export function binary(
  path: string,
  more: { readonly as?: string; readonly view?: string; readonly index?: number } = {},
): RequestRoot {
  const { as, view = "main", index = 0 } = more;
  return {
    kind: "binary",
    pointer: `/binaries/${index}`,
    view,
    path,
    ...(as === undefined ? {} : { as: toAbsPath(as) }),
  };
}

export async function closureOf(input: ClosureCase): Promise<Closure> {
  const { request, views } = openCase(input);
  const plugins = { ...bare, ...input.plugins };
  const closure = await resolveClosure(request, views, plugins);
  await expectSameBySkeletons(closure, { request, views, plugins });
  await expectClosed(closure, { request, views, plugins });
  return closure;
}

/** The closure as text. */
export async function dumpOf(input: ClosureCase): Promise<string> {
  return `\n${dumpClosure(await closureOf(input))}\n`;
}

export function openCase(input: ClosureCase): {
  readonly request: ClosureRequest;
  readonly views: ReadonlyMap<string, View>;
} {
  const main: RequestTree = { id: "builder:main", prefix: toAbsPath("/"), kind: "builder" };
  const extra = (input.trees ?? []).map(({ tree, prefix, ...rest }) => ({
    tree,
    source: { ...rest, prefix: toAbsPath(prefix) },
  }));
  const trees = new Map<string, RootFs>([
    [main.id, input.tree ?? fixtureRoot(input.root)],
    ...extra.map((one) => [one.source.id, fixtureRoot(one.tree)] as const),
  ]);
  const inputs = [main, ...extra.map((one) => one.source)];
  const taken = new Set(Object.values(input.views ?? {}).flat());
  const viewTrees: Readonly<Record<string, readonly string[]>> = {
    main: inputs.map((tree) => tree.id).filter((id) => !taken.has(id)),
    ...input.views,
  };
  const request: ClosureRequest = {
    version: 1,
    architecture: "amd64",
    epochSeconds: 315_532_800,
    trees: inputs,
    views: Object.entries(viewTrees).map(([name, ids]) => ({ name, trees: ids })),
    roots: input.roots,
    process: {
      view: "main",
      env: {},
      workdir: toAbsPath("/"),
      user: "nonroot",
      entries: [],
      stdlib: "safe",
      prune: "safe",
      bytecode: "keep",
      ...input.process,
    },
    accounts: input.accounts ?? { users: [], groups: [] },
    system: { certificates: false, timezone: "none", locales: [], nss: [], tmp: false, ...input.system },
    closure: { dlopen: "auto", include: [], exclude: [], missing: "error", ...input.closure },
    layers: ["system", "interpreter", "dependencies", "app"],
    metadata: { packageDb: false, reasonsFile: false, ...input.metadata },
  };
  const views = new Map(
    request.views.map((view) => {
      const roots = view.trees.flatMap((id) => {
        const tree = inputs.find((one) => one.id === id);
        const root = trees.get(id);
        return tree === undefined || root === undefined ? [] : [{ ...tree, root }];
      });
      return [view.name, openView(view, roots)];
    }),
  );
  return { request, views };
}

/** No plug-in but a loader that looks in /lib and /usr/lib. */
export const bare: Plugins = {
  runtimes: [],
  rules: [],
  packages: [],
  features: [],
  compiled: compiledFiles,
  reasonsFile,
  unknownRuntime,
  readSystem: (databases, root) => SystemPackages.read(databases, root),
  openProcess: (options) => Promise.resolve(plainLoader(options)),
  readElf: (root, path) => elfReader(root).readElf(path),
};

function plainLoader(options: LoaderOptions): LoaderProcess {
  const loaded: AbsPath[] = [];

  async function find(soname: string): Promise<AbsPath | undefined> {
    for (const directory of ["/lib", "/usr/lib"]) {
      const path = toAbsPath(`${directory}/${soname}`);
      if ((await options.readElf(path)) !== undefined) return path;
    }
    return undefined;
  }

  async function load(path: AbsPath): Promise<readonly Yield[]> {
    if (loaded.includes(path)) return [];
    loaded.push(path);
    const yields: Yield[] = [];
    for (const soname of (await options.readElf(path))?.needed ?? []) {
      const found = await find(soname);
      if (found === undefined) {
        const message = `cannot find ${soname}: needed by ${path}, not in /lib:/usr/lib`;
        yields.push({ finding: { severity: "error", code: "LIBRARY_MISSING", message } });
        continue;
      }
      yields.push({ from: path, need: { path: found, role: "object", evidence: "proved", why: `needs ${soname}` } });
      yields.push(...(await load(found)));
    }
    return yields;
  }

  return {
    async startUp() {
      const loader = (await options.readElf(options.program))?.loader;
      const own: readonly Yield[] =
        loader === undefined
          ? []
          : [{ need: { path: toAbsPath(loader), role: "file", evidence: "proved", why: `is loaded by ${loader}` } }];
      return [...own, ...(await load(options.program))];
    },
    loadObject: load,
    find,
    loaded: () => loaded,
    usesCache: () => false,
    cacheEntries: () => [],
  };
}

/** A run-time whose sources name what they need: lines `import PATH`, `read PATH`, `load PATH`, `run PATH`. */
export const lineRuntime: RuntimePlugin = {
  name: "line",
  claims: ({ realPath }) => realPath.endsWith("/line"),
  async start(proc) {
    async function* needs(path: AbsPath): AsyncIterable<Yield> {
      const text = new TextDecoder().decode(await proc.root.readFile(path));
      for (const line of text.split("\n")) {
        const [verb = "", target = ""] = line.split(" ");
        const role = roles[verb];
        if (role === undefined) continue;
        yield { need: { path: toAbsPath(target), role, evidence: "proved", why: `${verb}s ${target}` } };
      }
    }
    return {
      async *start() {
        yield {
          need: {
            path: toAbsPath("/usr/lib/line"),
            role: "tree",
            evidence: "rule",
            why: "has its library in",
            layer: "interpreter",
            optional: true,
          },
        };
        for (const path of [...proc.args.slice(0, 1).map((arg) => toAbsPath(arg)), ...proc.entries]) {
          yield { need: { path, role: "module", evidence: "proved", why: `starts ${path}` } };
        }
      },
      needs,
      async *settle() {},
    };
  },
};

const roles: Readonly<Record<string, "module" | "file" | "object" | "program">> = {
  import: "module",
  read: "file",
  load: "object",
  run: "program",
};

export type { Feature, PackageDatabase };
