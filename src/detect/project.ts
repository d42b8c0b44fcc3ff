import { compareBytes } from "../rootfs/rootfs.ts";

/** The files of a repository, as the host or the engine reads them. Links are not followed. */
export interface ProjectFiles {
  /**
   * Names in a directory, of at most so many entries; those of directories end in `/`. Undefined when it is missing.
   */
  list(directory: string, limit: number): Promise<readonly string[] | undefined>;
  /** The bytes of a regular file; undefined when it is missing or larger than the limit. */
  read(path: string, limitBytes: number): Promise<Uint8Array | undefined>;
}

/** A directory of a repository whose application is to be found. Paths are relative to it. */
export interface Project {
  /** The directory in the build context: empty for its root. */
  readonly folder: string;
  /** The root of the build context, where this is a directory below it. */
  readonly root: Project | undefined;
  /** Sorted by bytes. */
  readonly files: readonly string[];
  has(path: string): boolean;
  /** True for a directory that tools have made, which is there and is not looked into, such as `vendor`. */
  leavesOut(directory: string): boolean;
  /** The text of a file; empty where it is missing, larger than 1 MiB or binary. */
  text(path: string): Promise<string>;
  /** A path of the project as one of the build context. */
  inContext(path: string): string;
}

/** How much of a repository is looked at. */
const limits = {
  // Sources of Java lie nine directories deep: src/main/java/com/example/a/b/c of a module.
  depth: 10,
  directories: 2000,
  files: 20_000,
  fileBytes: 1024 * 1024,
  reads: 1000,
  readBytes: 32 * 1024 * 1024,
};

/** Directories that hold what tools have installed or made. */
const madeByTools: ReadonlySet<string> = new Set(
  [
    ".cache .eggs .git .gradle .hg .idea .next .nuxt .output .pnpm-store .svelte-kit .svn .terraform .tox .venv .vscode",
    "__pycache__ bower_components coverage node_modules obj target venv vendor _build",
  ]
    .join(" ")
    .split(" "),
);

/**
 * Lists a directory of a repository level by level, so that what lies near its root is known however large it is.
 * Directories of tools are left out.
 */
export async function openProject(files: ProjectFiles, folder = ""): Promise<Project> {
  const root = folder === "" ? undefined : await openProject(files);
  const found: string[] = [];
  const left: string[] = [];
  let level: readonly string[] = [""];
  let listed = 0;
  for (let depth = 0; depth < limits.depth && level.length > 0; depth += 1) {
    const next: string[] = [];
    for (const directory of level) {
      if (listed >= limits.directories || found.length >= limits.files) break;
      listed += 1;
      const limit = limits.files - found.length;
      const names = (await files.list(join(folder, directory), limit)) ?? [];
      for (const name of names.slice(0, limit)) {
        const path = join(directory, name.replace(/\/$/u, ""));
        if (!name.endsWith("/")) found.push(path);
        else (madeByTools.has(name.slice(0, -1)) ? left : next).push(path);
      }
    }
    level = next.toSorted(compareBytes);
  }
  const texts = new Map<string, Promise<string>>();
  let readBytes = 0;
  const read = async (path: string): Promise<string> => {
    if (texts.size >= limits.reads || readBytes >= limits.readBytes) return "";
    const bytes = await files.read(join(folder, path), limits.fileBytes);
    readBytes += bytes?.length ?? 0;
    const text = bytes === undefined ? "" : new TextDecoder().decode(bytes).replaceAll(/\r\n?/gu, "\n");
    return text.includes("\0") ? "" : text;
  };
  const text = async (path: string): Promise<string> => {
    const pending = texts.get(path) ?? read(path);
    texts.set(path, pending);
    return pending;
  };
  return makeProject({ folder, root, text }, found, left);
}

function makeProject(
  { folder, root, text }: Pick<Project, "folder" | "root" | "text">,
  found: readonly string[],
  left: readonly string[],
): Project {
  const known = new Set(found);
  return {
    folder,
    root,
    files: found.toSorted(compareBytes),
    has: (path) => known.has(path),
    leavesOut: (directory) => left.includes(directory),
    text: async (path) => (known.has(path) ? text(path) : ""),
    inContext: (path) => join(folder, path) || ".",
  };
}

/** A directory of a project as a project of its own. */
export function projectIn(project: Project, directory: string): Project {
  const below = project.files.filter((path) => path.startsWith(`${directory}/`));
  return makeProject(
    {
      folder: project.inContext(directory),
      root: project.root ?? project,
      text: async (path) => project.text(`${directory}/${path}`),
    },
    below.map((path) => path.slice(directory.length + 1)),
    ["vendor"].filter((name) => project.leavesOut(`${directory}/${name}`)),
  );
}

function join(folder: string, path: string): string {
  if (path === "." || path === "") return folder;
  return folder === "" ? path : `${folder}/${path}`;
}
