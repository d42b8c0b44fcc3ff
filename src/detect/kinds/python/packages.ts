import { fieldOf, parseRecord } from "../../../formats/json/json-object.ts";
import { parseToml, type TomlTable, tableAt, tablesIn, textOf, textsOf } from "../../../formats/toml/toml.ts";
import type { SpecValue } from "../../../spec/flow-text.ts";
import { cachedStep } from "../../cached-step.ts";
import { type Evidence, evidenceAt } from "../../candidate.ts";
import type { Project } from "../../project.ts";
import { newestAllowed } from "../../versions.ts";

/** What a Python project says of its packages. */
export interface PythonPackages {
  /** Names as pip compares them. */
  readonly names: ReadonlySet<string>;
  /** The file that lists or locks them; undefined: none. */
  readonly evidence: Evidence | undefined;
  /** The value of `app.dependencies` where the lists alone do not decide. */
  readonly manager?: string;
  /** Steps of the builder that install them, where no manager of `app.dependencies` reads the list. */
  readonly steps?: readonly SpecValue[];
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
    tomlOf(project, "pyproject.toml"),
    tomlOf(project, "Pipfile"),
  ]);
  const own = tableAt(pyproject, "project");
  const poetry = tableAt(pyproject, "tool", "poetry", "dependencies");
  const names = [
    ...requirements.split("\n").map((line) => line.replace(/#.*$/u, "").trim()),
    ...textsOf(own, "dependencies"),
    ...Object.keys(poetry ?? {}),
    ...Object.keys(tableAt(pipfile, "packages") ?? {}),
  ];
  const scripts = [
    ...Object.entries(tableAt(own, "scripts") ?? {}),
    ...Object.entries(tableAt(pyproject, "tool", "poetry", "scripts") ?? {}),
    ...(await setupScripts(project)),
  ];
  const lists = await readLists(project);
  const found = [...names, ...lists.names, ...(await lockedNames(project))].flatMap(namesOf);
  return {
    names: new Set(found.filter((name) => name !== "" && name !== "python")),
    ...(await chooseList(project, { pyproject, list: lists.file })),
    scripts: new Map(scripts.flatMap(([name, call]) => (typeof call === "string" ? [[name, call] as const] : []))),
    ...(await findImage(project, { requires: [textOf(own, "requires-python"), textOf(poetry, "python")], pipfile })),
  };
}

/** What a requirement brings: its package, and the servers that extras or the package itself always bring. */
function namesOf(requirement: string): readonly string[] {
  const name = normalName(requirement);
  const extras = /^[\w.-]+\s*\[(?<extras>[^\]]*)\]/u.exec(requirement)?.groups?.["extras"] ?? "";
  const isStandard = /\b(?:standard|all|full)\b/u.test(extras);
  return [
    name,
    ...(isStandard && ["fastapi", "litestar", "starlette"].includes(name) ? ["uvicorn"] : []),
    ...(name === "fastapi-cli" ? ["uvicorn"] : []),
    ...(name === "quart" ? ["hypercorn"] : []),
  ];
}

/** Names of the packages that a lock holds. */
async function lockedNames(project: Project): Promise<readonly string[]> {
  const locks = await Promise.all(["uv.lock", "poetry.lock", "pdm.lock"].map(async (file) => tomlOf(project, file)));
  const listed = locks.flatMap((lock) => tablesIn(lock, "package"));
  const pipenv = fieldOf(parseRecord(await project.text("Pipfile.lock")), "default");
  return [...listed.map((one) => textOf(one, "name") ?? ""), ...Object.keys(pipenv)];
}

async function tomlOf(project: Project, file: string): Promise<TomlTable | undefined> {
  return parseToml(await project.text(file));
}

/** Lists of pip below the root or with another name, the one for production first. */
const otherLists = ["production", "prod", "main", "base", "common", "requirements"].flatMap((name) => [
  `requirements/${name}.txt`,
  `requirements-${name}.txt`,
]);

async function readLists(project: Project): Promise<{ readonly names: readonly string[]; readonly file?: string }> {
  const file = project.has("requirements.txt") ? undefined : otherLists.find((name) => project.has(name));
  if (file === undefined) return { names: [] };
  const beside = project.files.filter((path) => path.startsWith("requirements/") || path === file);
  const texts = await Promise.all(beside.map(async (path) => project.text(path)));
  return { names: texts.flatMap((text) => text.split("\n").map((line) => line.replace(/#.*$/u, "").trim())), file };
}

/** Console scripts of setup.py and setup.cfg. */
async function setupScripts(project: Project): Promise<readonly (readonly [name: string, call: string])[]> {
  const texts = await Promise.all(["setup.py", "setup.cfg"].map(async (file) => project.text(file)));
  const part = /\bconsole_scripts\b["']?\s*[:=]\s*(?<list>\[[^\]]*\]|(?:\n[ \t]+.*)+|["'][^"']*["'])/u;
  const list = texts.map((text) => part.exec(text)?.groups?.["list"] ?? "").join("\n");
  return [...list.matchAll(/(?<![\w.-])(?<name>[\w.-]+)\s*=\s*(?<call>[\w.]+:[\w.]+)/gu)].map(
    ({ groups }) => [groups?.["name"] ?? "", groups?.["call"] ?? ""] as const,
  );
}

function normalName(requirement: string): string {
  return (/^[A-Za-z0-9][\w.-]*/u.exec(requirement)?.[0] ?? "").toLowerCase().replaceAll(/[_.-]+/gu, "-");
}

/** True where a file says that a directory is a Python project. */
export function isListed(project: Project): boolean {
  return [...listed, ...otherLists].some((name) => project.has(name));
}

type ChosenList = Pick<PythonPackages, "evidence" | "manager" | "steps">;

async function chooseList(
  project: Project,
  { pyproject, list }: { readonly pyproject: TomlTable | undefined; readonly list: string | undefined },
): Promise<ChosenList> {
  const locks: readonly (readonly [file: string, tool: string])[] = [
    ["uv.lock", "uv"],
    ["poetry.lock", "Poetry"],
    ["Pipfile.lock", "pipenv"],
  ];
  const lock = locks.find(([file]) => project.has(file));
  if (lock !== undefined) return { evidence: { file: lock[0], fact: `the lock of ${lock[1]}` } };
  if (project.has("requirements.txt")) return { evidence: { file: "requirements.txt", fact: "the list of pip" } };
  if (project.has("pdm.lock")) return fromPdm(project);
  const text = await project.text("pyproject.toml");
  const inPyproject = (fact: string, shows: string): Evidence => evidenceAt("pyproject.toml", fact, { text, shows });
  const own = tableAt(pyproject, "project");
  if (tableAt(pyproject, "tool", "poetry", "dependencies") !== undefined && own?.["dependencies"] === undefined) {
    return {
      evidence: inPyproject("the list of Poetry, without a lock", "[tool.poetry.dependencies]"),
      manager: "poetry",
    };
  }
  if (project.has("Pipfile")) {
    return { evidence: { file: "Pipfile", fact: "the list of pipenv, without a lock" }, manager: "pipenv" };
  }
  if (own?.["dependencies"] !== undefined) {
    const isEmpty = textsOf(own, "dependencies").length === 0;
    const evidence = inPyproject("project.dependencies, the list of pip", "dependencies");
    return isEmpty ? { evidence } : { evidence, manager: "pip" };
  }
  if (list !== undefined) {
    const folder = list.includes("/") ? "requirements" : list;
    const copy = { copy: { src: [project.inContext(folder)], dest: `${listFolder}/${folder}` } };
    const install = cachedStep(`pip install -r ${listFolder}/${list}`, [pipCache], "");
    return { evidence: { file: list, fact: "the list of pip" }, steps: [copy, install] };
  }
  const setup = ["setup.py", "setup.cfg"].find((file) => project.has(file));
  if (setup === undefined) return { evidence: undefined };
  const all = { copy: { src: [project.inContext(".")], dest: `${listFolder}/`, exclude: ["**/.git", "**/.venv"] } };
  const install = cachedStep(`pip install ${listFolder}`, [pipCache], "");
  return { evidence: { file: setup, fact: "the list of setuptools" }, steps: [all, install] };
}

/** Where steps of a builder find lists. */
const listFolder = "/tmp/project";
const pipCache = "/root/.cache/pip";

/** PDM writes what it has locked as a list of pip, from an environment of its own. */
function fromPdm(project: Project): ChosenList {
  const files = ["pyproject.toml", "pdm.lock"].map((file) => project.inContext(file));
  const list = "/tmp/requirements.txt";
  const run = [
    "python3 -m venv /tmp/pdm",
    "/tmp/pdm/bin/pip install pdm",
    `/tmp/pdm/bin/pdm export --project ${listFolder} --prod --output ${list}`,
    `pip install -r ${list}`,
  ].join(" && ");
  const steps = [{ copy: { src: files, dest: `${listFolder}/` } }, cachedStep(run, [pipCache], "")];
  return { evidence: { file: "pdm.lock", fact: "the lock of PDM" }, steps };
}

const releases = ["3.13", "3.14", "3.12", "3.11", "3.10", "3.9", "3.8"];

async function findImage(
  project: Project,
  {
    requires,
    pipfile,
  }: { readonly requires: readonly (string | undefined)[]; readonly pipfile: TomlTable | undefined },
): Promise<Pick<PythonPackages, "image" | "imageBecause">> {
  const wanted = tableAt(pipfile, "requires");
  const asked: readonly (readonly [file: string, version: string | undefined])[] = [
    [".python-version", (await project.text(".python-version")).trim().split("\n")[0]],
    ["runtime.txt", /^python-(\d[\d.]*)/u.exec(await project.text("runtime.txt"))?.[1]],
    [".tool-versions", /^python\s+(\S+)/mu.exec(await project.text(".tool-versions"))?.[1]],
    ["mise.toml", textOf(tableAt(await tomlOf(project, "mise.toml"), "tools"), "python")],
    ["Pipfile", textOf(wanted, "python_version") ?? textOf(wanted, "python_full_version")],
    ...requires.map((range) => ["pyproject.toml", range] as const),
  ];
  for (const [file, range = ""] of asked) {
    const release = range === "" ? undefined : newestAllowed(range, releases);
    if (release !== undefined) return { image: `python:${release}-slim`, imageBecause: `${file}: ${range}` };
  }
  return { image: `python:${releases[0] ?? ""}-slim`, imageBecause: "no version is asked for" };
}
