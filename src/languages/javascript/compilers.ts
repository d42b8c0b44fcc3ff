import { type AbsPath, isWithin, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { isBuiltin } from "./builtins.ts";
import type { ModuleTree } from "./module-tree.ts";
import { bundledFields } from "./package-json.ts";
import { packageRootOf } from "./packages.ts";
import { type ModuleResolver, moduleResolver, type ResolutionDialect, splitSpecifier } from "./resolver.ts";
import { mappedPaths, typeScriptSettings } from "./tsconfig.ts";

const dialect: ResolutionDialect = {
  conditions: [["node", "node-addons", "module", "browser"]],
  extensions: [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", ".json", ".node"],
  importGuesses: true,
  isBuiltin,
};

/**
 * Resolves as compilers, bundlers and loaders of TypeScript do: with endings guessed and the paths of tsconfig.json.
 */
export function compilerResolver(tree: ModuleTree, conditions: readonly string[]): ModuleResolver {
  const plain = moduleResolver(tree, { conditions, searchPaths: [], dialect });
  const settingsOf = typeScriptSettings(tree, async (specifier, from) => {
    const found = await plain.resolve(specifier, from, "require");
    return found === "builtin" ? undefined : found[0];
  });
  return moduleResolver(tree, {
    conditions,
    searchPaths: [],
    dialect: {
      ...dialect,
      async mapped(specifier, from) {
        // Packages were built with settings of their own.
        if (packageRootOf(toAbsPath("_", from), []) !== undefined) return [];
        const settings = await settingsOf(from);
        return settings === undefined ? [] : mappedPaths(settings, specifier);
      },
    },
  });
}

/** Resolve as bundlers do for browsers: each asks for one of the fields that packages without exports have for them. */
export function bundlerResolvers(tree: ModuleTree): readonly ModuleResolver[] {
  const own = { ...dialect, conditions: [["module", "browser", "production"]] };
  const dialects = [own, ...bundledFields.map((bundled) => ({ ...own, bundled }))];
  return dialects.map((dialect) => moduleResolver(tree, { conditions: [], searchPaths: [], dialect }));
}

/** True for a package that a package.json above the source at `path` wants for development alone. */
export async function isForDevelopment(specifier: string, path: AbsPath, tree: ModuleTree): Promise<boolean> {
  return isListed("devDependencies", specifier, path, tree);
}

/** True for a package that a package.json above the source at `path` wants where the program runs. */
export async function isDependency(specifier: string, path: AbsPath, tree: ModuleTree): Promise<boolean> {
  return isListed("dependencies", specifier, path, tree);
}

async function isListed(
  list: "dependencies" | "devDependencies",
  specifier: string,
  path: AbsPath,
  tree: ModuleTree,
): Promise<boolean> {
  const name = splitSpecifier(specifier)?.name;
  if (name === undefined) return false;
  for (let directory = parentOf(path); ; directory = parentOf(directory)) {
    if ((await tree.packageIn(directory))?.[list].includes(name) === true) return true;
    if (directory === "/") return false;
  }
}

/** True for a name that a source in TypeScript may give types alone: of its package only the declarations are there. */
export async function isDeclared(specifier: string, path: AbsPath, tree: ModuleTree): Promise<boolean> {
  const name = splitSpecifier(specifier)?.name;
  if (name === undefined || !/\.[cm]?tsx?$/u.test(path)) return false;
  const declared = `node_modules/@types/${name.replace(/^@/u, "").replace("/", "__")}`;
  for (let directory = parentOf(path); ; directory = parentOf(directory)) {
    if ((await tree.packageIn(toAbsPath(declared, directory))) !== undefined) return true;
    if (directory === "/") return false;
  }
}

/**
 * True for a source that a server hands to browsers, by the directory of the application that it lies in: as far as
 * only its place tells.
 */
export function isForBrowsers(path: AbsPath, home: AbsPath | undefined): boolean {
  if (home === undefined || !isWithin(path, home)) return false;
  const directories = path.slice(home.length).split("/").slice(0, -1);
  return directories.some((name) => browserDirectories.has(name));
}

const browserDirectories: ReadonlySet<string> = new Set(["public", "static", "client", "browser", "assets", "wwwroot"]);

/** True for a source of the application that only its tests run, by its name or the directory that it lies in. */
export function isForTests(path: AbsPath, home: AbsPath | undefined): boolean {
  if (home === undefined || !isWithin(path, home)) return false;
  const directories = path.slice(home.length).split("/").slice(0, -1);
  return /\.(?:test|spec)\.[cm]?[jt]sx?$/u.test(path) || directories.some((name) => testDirectories.has(name));
}

const testDirectories: ReadonlySet<string> = new Set(["test", "tests", "__tests__", "__mocks__", "e2e"]);
