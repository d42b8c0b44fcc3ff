import { fieldOf, parseRecord } from "../../../formats/json/json-object.ts";
import type { Project } from "../../project.ts";
import type { NodeProject } from "./manifest.ts";

/** What a script of a root's package.json starts in a directory below. */
export interface Delegate {
  readonly directory: string;
  /** The script that says so. */
  readonly script: string;
}

const directoryOptions =
  /^(?:(?:npm|pnpm|yarn|bun)\b.*\s(?:--prefix|--cwd|--dir|-C)(?:=|\s+)|cd\s+)["']?(?<directory>[\w./-]+)/u;
const packageOptions =
  /^(?:npm|pnpm|yarn|bun|turbo|lerna|nx)\b.*\s(?:--workspace|-w|--filter|-F|--scope)(?:=|\s+)["']?(?<name>[@\w./-]+)/u;
const packageWords = /^(?:yarn\s+workspace|nx\s+(?:serve|start)|nx\s+run)\s+["']?(?<name>[@\w./-]+)/u;

/** The package below whose start a root's `scripts.start` is, as in `npm start -w api` or `cd server && npm start`. */
export async function findDelegate({ project, scripts }: NodeProject): Promise<Delegate | undefined> {
  for (const script of ["start:prod", "start"]) {
    const command = (scripts[script] ?? "").replace(/^(?:npx|NODE_ENV=\w+|cross-env NODE_ENV=\w+)\s+/u, "");
    const named = directoryOptions.exec(command)?.groups?.["directory"];
    const name = named ?? (packageOptions.exec(command) ?? packageWords.exec(command))?.groups?.["name"];
    if (name === undefined) continue;
    const clean = name.replace(/^\.\//u, "").replace(/(?:\.{3}|\/)$/u, "");
    const directory = project.has(`${clean}/package.json`) ? clean : await findPackage(project, clean);
    if (directory !== undefined) return { directory, script };
  }
  return undefined;
}

/** The directory of the package of a name. */
async function findPackage(project: Project, name: string): Promise<string | undefined> {
  for (const path of project.files.filter((one) => one.endsWith("/package.json")).slice(0, 200)) {
    if (parseRecord(await project.text(path))?.["name"] === name) return path.slice(0, -"/package.json".length);
  }
  return undefined;
}

/** The package that a program comes from, by what the lock of npm says of its programs; undefined where it does not. */
export async function lockedOwner({ project }: NodeProject, program: string): Promise<string | undefined> {
  const packages = fieldOf(parseRecord(await project.text("package-lock.json")), "packages");
  const prefix = "node_modules/";
  return Object.entries(packages)
    .find(
      ([path, entry]) =>
        path.startsWith(prefix) &&
        !path.slice(prefix.length).includes(prefix) &&
        typeof entry === "object" &&
        entry !== null &&
        Object.hasOwn(fieldOf({ ...entry }, "bin"), program),
    )?.[0]
    .slice(prefix.length);
}
