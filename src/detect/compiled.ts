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
export function compiledKeys(project: Project, compiled: Compiled): readonly SpecKey[] {
  const { lists = [], load, packages = [], env = {}, port } = compiled;
  const listed = lists.filter((file) => project.has(file)).map((file) => project.inContext(file));
  const first: readonly SpecValue[] =
    load === undefined || listed.length === 0 ? [] : [{ copy: { src: listed, dest: `${workdir}/` } }, load];
  const all = { copy: { src: [project.inContext(".")], dest: `${workdir}/`, exclude: ["**/.git"] } };
  const data = dataDirectories(project);
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

const isSource = /\.(?:go|rs|c|cc|cpp|h|hpp)$/u;
