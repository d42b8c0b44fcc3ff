import type { SpecValue } from "../spec/flow-text.ts";
import type { SpecKey } from "./candidate.ts";
import type { Project } from "./project.ts";

/** A program that a toolchain builds from sources. */
export interface Compiled {
  readonly from: string;
  readonly fromBecause?: string | undefined;
  readonly packages?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Files that the dependencies are loaded by, and how; none: all sources are copied at once. */
  readonly lists?: readonly string[];
  readonly load?: SpecValue;
  readonly steps: readonly SpecValue[];
  /** The program that is built. */
  readonly program: string;
  readonly programBecause: string;
  readonly port?: number | undefined;
}

const workdir = "/src";

/** The spec of a compiled program, with the directories beside its sources that it reads. */
export async function compiledKeys(project: Project, compiled: Compiled): Promise<readonly SpecKey[]> {
  const { lists = [], load, packages = [], env = {}, port } = compiled;
  const listed = lists.filter((file) => project.has(file)).map((file) => project.inContext(file));
  const first: readonly SpecValue[] =
    load === undefined || listed.length === 0 ? [] : [{ copy: { src: listed, dest: `${workdir}/` } }, load];
  const all = { copy: { src: [project.inContext(".")], dest: `${workdir}/`, exclude: ["**/.git"] } };
  const data = [...new Set([...dataDirectories(project), ...(await namedData(project))])];
  const main = {
    from: compiled.from,
    ...(packages.length === 0 ? {} : { packages }),
    workdir,
    ...(Object.keys(env).length === 0 ? {} : { env }),
    build: [...first, all, ...compiled.steps],
  };
  return [
    { key: "builders", value: { main }, because: compiled.fromBecause },
    { key: "binaries", value: [compiled.program], because: compiled.programBecause },
    ...(data.length === 0
      ? []
      : [
          {
            key: "app",
            value: { src: project.inContext("."), include: data, dependencies: "none" },
            because: "files that it reads",
          },
        ]),
    ...(port === undefined ? [] : [{ key: "ports", value: [port] }]),
  ];
}

/** Directories that programs read at run time, by their usual names. */
function dataDirectories({ files }: Project): readonly string[] {
  const usual = "assets config locales migrations public resources static templates views web www".split(" ");
  return usual
    .filter((name) => files.some((path) => path.startsWith(`${name}/`) && !isSource.test(path)))
    .map((name) => `${name}/**`);
}

/** At most so many sources are read for the names of data. */
const mostSources = 300;
/** Directories of sources, tests and documents, whose names are words of other things, too. */
const noData =
  /^(?:\..*|bin|build|cmd|docs?|examples?|include|internal|lib|node_modules|out|pkg|src|target|test.*|vendor)$/u;

/** Data beside the sources that a text of theirs names: `"tmpl/view.html"`, `"data/"` or a directory alone. */
async function namedData(project: Project): Promise<readonly string[]> {
  const found = new Set<string>();
  const sources = project.files.filter((path) => isSource.test(path) && !/(?:^|[/_])tests?(?:\/|\.\w+$)/u.test(path));
  for (const source of sources.slice(0, mostSources)) {
    const text = await project.text(source);
    const embedded = new Set(
      [...text.matchAll(/^\/\/go:embed\s+(?:all:)?(?<top>[\w.-]+)/gmu)].map(({ groups }) => groups?.["top"]),
    );
    for (const [, name = ""] of text.matchAll(/["`](?:\.\/)?([\w-][\w.-]*(?:\/[\w.*-]*)*)["`]/gu)) {
      const pattern = embedded.has(name.split("/")[0]) ? undefined : dataNamed(project, name);
      if (pattern !== undefined) found.add(pattern);
    }
  }
  return [...found].toSorted();
}

/** What a text stands for: the directory of files, or a file of the root. Sources are none. */
function dataNamed(project: Project, name: string): string | undefined {
  const [top = "", ...rest] = name.split("/");
  if (noData.test(top)) return undefined;
  const isFile = project.has(name);
  if (rest.length === 0 && isFile) return isPlainData.test(name) ? name : undefined;
  const directory = rest.length === 0 ? top : name.slice(0, name.lastIndexOf("/"));
  const inner = project.files.filter((path) => path.startsWith(`${directory}/`));
  const isAlone = rest.length === 0 || (rest.length === 1 && rest[0] === "");
  const isData = inner.length > 0 && (isAlone || isFile ? inner.every((path) => !isSource.test(path)) : true);
  // Of `"data/" + name` the beginning is known, of `"tmpl/*.html"` the directory.
  return isData && (isAlone || isFile || name.endsWith("/") || name.includes("*")) ? `${directory}/**` : undefined;
}

const isPlainData = /\.(?:conf|csv|css|db|env|html?|ini|json|md|properties|sqlite3?|te?mpl|toml|tsv|txt|xml|ya?ml)$/u;
const isSource = /\.(?:go|rs|c|cc|cpp|h|hpp)$/u;
