import type { Yield } from "../../closure/model/closure.ts";
import { parseToml, tableAt, textsOf } from "../../formats/toml/toml.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, childOf, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { topsOf } from "./distributions.ts";
import type { Installation } from "./installation.ts";
import type { Reach } from "./reach.ts";

/** Requirement files that include each other. */
const includeLimit = 32;

/**
 * The distributions that the application lists ship with what importing them loads: a program may load one by a name of
 * its settings.
 */
export async function reachListedDependencies(installation: Installation, reach: Reach, out: Yield[]): Promise<void> {
  const { proc, files, distributions } = installation;
  if (proc.appRoot === undefined || proc.prune === "none") return;
  for (const name of await listedDependencies(proc.appRoot, files)) {
    for (const distribution of distributions.named(name)) {
      const because = { evidence: "declared", why: `lists ${distribution.name} as a dependency` } as const;
      await reach.distribution(distribution, because, out);
      for (const top of topsOf(distribution)) {
        const module = top.slice(distribution.site.length + 1).replaceAll("/", ".");
        if (/^[A-Za-z_][\w.]*$/u.test(module)) await reach.name(module, because, out);
      }
    }
  }
}

/**
 * Names of the distributions that an application lists for running: in requirements.txt, pyproject.toml, setup.cfg and
 * Pipfile.
 */
export async function listedDependencies(app: AbsPath, files: ProcessFiles): Promise<readonly string[]> {
  const read = async (name: string): Promise<string> => (await files.readText(childOf(app, name))) ?? "";
  return [
    ...(await requirementsOf(childOf(app, "requirements.txt"), files)),
    ...inPyproject(await read("pyproject.toml")),
    ...inSetupConfig(await read("setup.cfg")),
    ...inPipfile(await read("Pipfile")),
  ];
}

async function requirementsOf(start: AbsPath, files: ProcessFiles): Promise<readonly string[]> {
  const names: string[] = [];
  const paths = new Set([start]);
  for (const path of paths) {
    for (const line of ((await files.readText(path)) ?? "").split("\n")) {
      const included = /^\s*(?:-r|--requirement)[ \t=]*(\S+)/u.exec(line)?.[1];
      if (included !== undefined && paths.size < includeLimit) paths.add(toAbsPath(included, parentOf(path)));
      const name = nameIn(line);
      if (name !== undefined) names.push(name);
    }
  }
  return names;
}

/** The list of `[project]`, and the keys of Poetry's table. */
function inPyproject(text: string): readonly string[] {
  const pyproject = parseToml(text);
  const names = textsOf(tableAt(pyproject, "project"), "dependencies").flatMap((one) => nameIn(one) ?? []);
  const keys = Object.keys(tableAt(pyproject, "tool", "poetry", "dependencies") ?? {});
  return [...names, ...keys.filter((key) => key !== "python")];
}

function inPipfile(text: string): readonly string[] {
  return Object.keys(tableAt(parseToml(text), "packages") ?? {});
}

function inSetupConfig(text: string): readonly string[] {
  const section = /^\[options\][^\n]*\n((?:(?!\[)[^\n]*\n?)*)/mu.exec(text)?.[1] ?? "";
  const list = /^install_requires[ \t]*=([^\n]*\n(?:[ \t]+[^\n]*\n?)*)/mu.exec(`${section}\n`)?.[1] ?? "";
  return list.split("\n").flatMap((line) => nameIn(line) ?? []);
}

/** The name at the start of a requirement (PEP 508); undefined for options, addresses, comments and blank lines. */
function nameIn(requirement: string): string | undefined {
  const found = /^\s*([A-Za-z\d](?:[\w.-]*[A-Za-z\d])?)[ \t]*(?=$|[[<>=!~;@#,(\r]|\s)/u.exec(requirement);
  return found?.[1];
}
