import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, childOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { scanSource } from "./source-scan.ts";

/** A `.pth` file of a site directory (Python library reference, `site`). */
export interface PathFile {
  readonly path: AbsPath;
  /** Why it cannot be read, where Python passes over it in silence: it says nothing then, and does not ship. */
  readonly damage?: string;
  /** Directories that it adds to `sys.path`, by a line each or in its code; they need not be there. */
  readonly directories: readonly AbsPath[];
  /** Directories that its code adds as further site directories. */
  readonly siteDirectories: readonly AbsPath[];
  /** Directories of namespaces that its code makes, which have to be there. */
  readonly namespaces: readonly AbsPath[];
  /** Modules that its code imports. */
  readonly imports: readonly string[];
  /** The modules of an editable install; empty for other files. */
  readonly editable: EditableTable;
  /** Packages that finders which it starts load for others, by the names of those. */
  readonly standIns: ReadonlyMap<string, StandIn>;
}

/**
 * Where editable installs keep packages: names, also dotted ones, to the directory or to the file without its suffix.
 */
export interface EditableTable {
  readonly packages: ReadonlyMap<string, AbsPath>;
  /** Namespace packages to their directories. */
  readonly namespaces: ReadonlyMap<string, readonly AbsPath[]>;
}

/** A package that a finder loads in place of one of another name, which nothing else has. */
export interface StandIn {
  /** The path file that starts the finder, and the module that has it. */
  readonly path: AbsPath;
  readonly finder: string;
  /** The package that is loaded, and its directory without links. */
  readonly module: string;
  readonly location: AbsPath;
}

const addedSite = /\baddsitedir\([ \t]*["'](\/[^"'\n]*)["']/gu;
/** `join(sitedir, *('zope', 'inner'))`, as setuptools writes it. */
const madeNamespace = /\*\(((?:["'][\w]+["'],?[ \t]*)+)\)/gu;
const addedPath = /\bsys\.path\.(?:append\(|insert\([ \t]*\d+[ \t]*,)[ \t]*["'](\/[^"'\n]*)["']/gu;
/** `'name': '/place'` in the tables of setuptools and scikit-build-core. */
const tableEntry = /["']([\w.]+)["'][ \t]*:[ \t]*["'](\/[^"'\n]+)["']/gu;
/** `F.map_module('name', '/place')`, of what hatchling and others have written by `editables`. */
const mappedModule = /\bmap_module\([ \t]*["']([\w.]+)["'][ \t]*,[ \t]*["'](\/[^"'\n]+)["']/gu;
/** `'name': ['/place', ...]` in setuptools' table of namespaces. */
const namespaceEntry = /["']([\w.]+)["'][ \t]*:[ \t]*\[([^\]\n]*)\]/gu;

export async function readPathFiles(site: AbsPath, files: ProcessFiles): Promise<readonly PathFile[]> {
  const pathFiles: PathFile[] = [];
  for (const name of await files.names(site)) {
    if (!name.endsWith(".pth") || name.startsWith(".")) continue;
    const path = childOf(site, name);
    const text = await files.readText(path);
    if (text === undefined) {
      pathFiles.push({ ...unread, path, damage: await damageOf(path, files) });
      continue;
    }
    const lines = text.split("\n").map((line) => line.trimEnd());
    const code = lines.filter((line) => /^import[ \t]/u.test(line)).join("\n");
    const named = lines.filter((line) => line !== "" && !line.startsWith("#") && !/^import[ \t]/u.test(line));
    const scan = scanSource(code);
    const called = scan.calls.filter(({ callee, complete }) => complete && callee === "__import__");
    const imports = [...scan.imports.map(({ module }) => module), ...called.map(({ text }) => text)];
    pathFiles.push({
      path,
      directories: [...named, ...capturesOf(code, addedPath)].map((line) => toAbsPath(line, site)),
      siteDirectories: capturesOf(code, addedSite).map((location) => toAbsPath(location)),
      namespaces: namespacesIn(code, site),
      imports,
      editable: await readEditable(site, imports, files),
      standIns: await readStandIns({ path, site, imports }, files),
    });
  }
  return pathFiles;
}

const unread: Omit<PathFile, "path"> = {
  directories: [],
  siteDirectories: [],
  namespaces: [],
  imports: [],
  editable: { packages: new Map(), namespaces: new Map() },
  standIns: new Map(),
};

/** Each directory on the way too. */
function namespacesIn(code: string, site: AbsPath): readonly AbsPath[] {
  const found = new Set<AbsPath>();
  for (const list of capturesOf(code, madeNamespace)) {
    const parts = capturesOf(list, /["'](\w+)["']/gu);
    for (let count = 1; count <= parts.length; count++) found.add(toAbsPath(parts.slice(0, count).join("/"), site));
  }
  return [...found];
}

async function damageOf(path: AbsPath, files: ProcessFiles): Promise<string> {
  const kind = (await files.stat(path))?.kind;
  if (kind === undefined) return "it is a link to nothing";
  return kind === "file" ? "it is larger than 16 MiB" : `it is a ${kind}, not a file`;
}

/**
 * The modules that a `.pth` file imports, where they lie beside it, have tables of what an editable install consists
 * of.
 */
async function readEditable(site: AbsPath, imports: readonly string[], files: ProcessFiles): Promise<EditableTable> {
  const packages = new Map<string, AbsPath>();
  const namespaces = new Map<string, readonly AbsPath[]>();
  for (const module of imports) {
    const text = (await files.readText(childOf(site, `${module}.py`))) ?? "";
    for (const pattern of [tableEntry, mappedModule]) {
      for (const [, name = "", location = ""] of text.matchAll(pattern))
        packages.set(name, toAbsPath(locationOf(location)));
    }
    const table = /^NAMESPACES\b[^=\n]*=[ \t]*\{([^}]*)\}/mu.exec(text)?.[1] ?? "";
    for (const [, name = "", locations = ""] of table.matchAll(namespaceEntry)) {
      namespaces.set(
        name,
        capturesOf(locations, /["'](\/[^"']*)["']/gu).map((location) => toAbsPath(location)),
      );
    }
  }
  return { packages, namespaces };
}

/** `def spec_for_distutils(self):` with `import_module('setuptools._distutils')`: the methods of a finder, by names. */
const standingIn = /\bdef spec_for_(\w+)\(((?:(?!\n {0,4}def )[^])*)/gu;
const loadedInstead = /\bimport_module\([ \t]*["']([\w.]+)["'][ \t]*\)/u;

async function readStandIns(
  { path, site, imports }: Pick<PathFile, "path" | "imports"> & { readonly site: AbsPath },
  files: ProcessFiles,
): Promise<PathFile["standIns"]> {
  const found = new Map<string, StandIn>();
  for (const finder of imports) {
    const below = childOf(site, finder);
    const text =
      (await files.readText(toAbsPath(`${below}/__init__.py`))) ??
      (await files.readText(toAbsPath(`${below}.py`))) ??
      "";
    for (const [, name = "", body = ""] of text.matchAll(standingIn)) {
      const module = loadedInstead.exec(body)?.[1];
      if (module === undefined) continue;
      found.set(name, { path, finder, module, location: toAbsPath(module.replaceAll(".", "/"), site) });
    }
  }
  return found;
}

/** A package by its directory, and a module by its file without suffix. */
function locationOf(location: string): string {
  return location.replace(/\/__init__\.pyc?$/u, "").replace(/\.py$/u, "");
}

function capturesOf(text: string, pattern: RegExp): readonly string[] {
  return Array.from(text.matchAll(pattern), ([, captured = ""]) => captured);
}
