import { type Evidence, evidenceAt } from "../../candidate.ts";
import type { Project } from "../../project.ts";
import { readTable, tableNames } from "../../toml.ts";
import { newestAllowed } from "../../versions.ts";

/** What a Python project says of its packages. */
export interface PythonPackages {
  /** Names as pip compares them. */
  readonly names: ReadonlySet<string>;
  /** The file that lists or locks them; undefined: none. */
  readonly evidence: Evidence | undefined;
  /** The value of `app.dependencies` where the lists alone do not decide. */
  readonly manager?: string;
  /** Why the packages cannot be installed. */
  readonly obstacle?: { readonly reason: string; readonly hint: string };
  /** Names of console scripts, each with `module:function`. */
  readonly scripts: ReadonlyMap<string, string>;
  readonly image: string;
  readonly imageBecause: string;
}

const listed = ["requirements.txt", "pyproject.toml", "Pipfile", "setup.py", "setup.cfg"];

/** Reads the lists and locks of a Python project; they may all be missing. */
export async function readPackages(project: Project): Promise<PythonPackages> {
  const [requirements, pyproject, pipfile] = await Promise.all([
    project.text("requirements.txt"),
    project.text("pyproject.toml"),
    project.text("Pipfile"),
  ]);
  const own = readTable(pyproject, "project");
  const poetry = readTable(pyproject, "tool.poetry.dependencies");
  const dependencies = own.get("dependencies") ?? [];
  const names = [
    ...requirements.split("\n").map((line) => line.replace(/#.*$/u, "").trim()),
    ...(typeof dependencies === "string" ? [dependencies] : dependencies),
    ...poetry.keys(),
    ...readTable(pipfile, "packages").keys(),
  ];
  const scripts = [...readTable(pyproject, "project.scripts"), ...readTable(pyproject, "tool.poetry.scripts")];
  return {
    names: new Set(names.map(normalName).filter((name) => name !== "" && name !== "python")),
    ...chooseList(project, pyproject),
    scripts: new Map(scripts.flatMap(([name, call]) => (typeof call === "string" ? [[name, call] as const] : []))),
    ...(await findImage(project, { requires: [own.get("requires-python"), poetry.get("python")], pipfile })),
  };
}

function normalName(requirement: string): string {
  return (/^[A-Za-z0-9][\w.-]*/u.exec(requirement)?.[0] ?? "").toLowerCase().replaceAll(/[_.-]+/gu, "-");
}

/** True where a file says that a directory is a Python project. */
export function isListed(project: Project): boolean {
  return listed.some((name) => project.has(name));
}

function chooseList(project: Project, pyproject: string): Pick<PythonPackages, "evidence" | "manager" | "obstacle"> {
  const locks: readonly (readonly [file: string, tool: string])[] = [
    ["uv.lock", "uv"],
    ["poetry.lock", "Poetry"],
    ["Pipfile.lock", "pipenv"],
  ];
  const lock = locks.find(([file]) => project.has(file));
  if (lock !== undefined) return { evidence: { file: lock[0], fact: `the lock of ${lock[1]}` } };
  if (project.has("requirements.txt")) return { evidence: { file: "requirements.txt", fact: "the list of pip" } };
  if (project.has("pdm.lock")) {
    const reason = "the lock of PDM cannot be installed";
    return {
      evidence: { file: "pdm.lock", fact: "the lock of PDM" },
      obstacle: { reason, hint: "run pdm export -o requirements.txt" },
    };
  }
  const tables = tableNames(pyproject);
  const inPyproject = (fact: string, shows: string): Evidence =>
    evidenceAt("pyproject.toml", fact, { text: pyproject, shows });
  if (tables.includes("tool.poetry.dependencies") && !/^\s*dependencies\s*=/mu.test(pyproject)) {
    return {
      evidence: inPyproject("the list of Poetry, without a lock", "[tool.poetry.dependencies]"),
      manager: "poetry",
    };
  }
  if (project.has("Pipfile")) {
    return { evidence: { file: "Pipfile", fact: "the list of pipenv, without a lock" }, manager: "pipenv" };
  }
  if (readTable(pyproject, "project").has("dependencies")) {
    const isEmpty = readTable(pyproject, "project").get("dependencies")?.length === 0;
    const evidence = inPyproject("project.dependencies, the list of pip", "dependencies");
    return isEmpty ? { evidence } : { evidence, manager: "pip" };
  }
  return { evidence: undefined };
}

const releases = ["3.13", "3.14", "3.12", "3.11", "3.10", "3.9", "3.8"];

async function findImage(
  project: Project,
  { requires, pipfile }: { readonly requires: readonly unknown[]; readonly pipfile: string },
): Promise<Pick<PythonPackages, "image" | "imageBecause">> {
  const asked: readonly (readonly [file: string, version: string | undefined])[] = [
    [".python-version", (await project.text(".python-version")).trim().split("\n")[0]],
    ["runtime.txt", /^python-(\d[\d.]*)/u.exec(await project.text("runtime.txt"))?.[1]],
    [".tool-versions", /^python\s+(\S+)/mu.exec(await project.text(".tool-versions"))?.[1]],
    ["mise.toml", /^\s*python\s*=\s*"([^"]+)"/mu.exec(await project.text("mise.toml"))?.[1]],
    ["Pipfile", /^\s*python_(?:full_)?version\s*=\s*"([^"]+)"/mu.exec(pipfile)?.[1]],
    ...requires.map((range) => ["pyproject.toml", typeof range === "string" ? range : undefined] as const),
  ];
  for (const [file, range = ""] of asked) {
    const release = range === "" ? undefined : newestAllowed(range, releases);
    if (release !== undefined) return { image: `python:${release}-slim`, imageBecause: `${file}: ${range}` };
  }
  return { image: `python:${releases[0] ?? ""}-slim`, imageBecause: "no version is asked for" };
}
