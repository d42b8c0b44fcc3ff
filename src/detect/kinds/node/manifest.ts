import { fieldOf, parseRecord } from "../../../formats/json/json-object.ts";
import { type Evidence, evidenceAt } from "../../candidate.ts";
import type { Project } from "../../project.ts";
import { newestAllowed } from "../../versions.ts";
import { findTool, type NodeTool } from "./tools.ts";
import { findWorkspace, type Workspace } from "./workspace.ts";

/** A directory with a package.json. */
export interface NodeProject {
  readonly project: Project;
  /** The text of package.json. */
  readonly text: string;
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly scripts: Readonly<Record<string, string>>;
  /** Names of packages that it has at run time. */
  readonly dependencies: ReadonlySet<string>;
  /** Those, and the ones of development. */
  readonly all: ReadonlySet<string>;
  /** Undefined where it stands for itself. */
  readonly workspace: Workspace | undefined;
  readonly tool: NodeTool;
  /** The base image, and why it is this one. */
  readonly image: string;
  readonly imageBecause: string;
}

/** Reads the package.json of a directory; undefined where there is none, or it is not JSON. */
export async function readNodeProject(project: Project): Promise<NodeProject | undefined> {
  const text = await project.text("package.json");
  const manifest = parseRecord(text);
  if (manifest === undefined) return undefined;
  const names = (field: string): readonly string[] => Object.keys(fieldOf(manifest, field));
  const dependencies = new Set([...names("dependencies"), ...names("optionalDependencies")]);
  const workspace = await findWorkspace(project);
  const root = workspace?.root ?? project;
  const rootManifest = workspace === undefined ? manifest : (parseRecord(await root.text("package.json")) ?? {});
  const own = await findRelease(project, manifest);
  const { release, because } = own.isAsked ? own : await findRelease(root, rootManifest);
  return {
    project,
    text,
    manifest,
    scripts: texts(fieldOf(manifest, "scripts")),
    dependencies,
    all: new Set([...dependencies, ...names("devDependencies")]),
    workspace,
    tool: await findTool(root, rootManifest),
    image: `node:${release}-slim`,
    imageBecause: because,
  };
}

/** A text in a package.json; empty where it has none. */
export function textIn(manifest: Readonly<Record<string, unknown>>, name: string): string {
  const value = manifest[name];
  return typeof value === "string" ? value : "";
}

/** Evidence in package.json. */
export function inManifest({ text }: NodeProject, fact: string, shows: string): Evidence {
  return evidenceAt("package.json", fact, { text, shows: JSON.stringify(shows) });
}

function texts(record: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
  );
}

/** Majors with long support, the newest first, and their names in `.nvmrc`. */
const releases = ["24", "22", "20", "18", "16"];
const codeNames: Readonly<Record<string, string>> = { krypton: "24", jod: "22", iron: "20", hydrogen: "18" };

async function findRelease(
  project: Project,
  manifest: Readonly<Record<string, unknown>>,
): Promise<{ readonly release: string; readonly because: string; readonly isAsked: boolean }> {
  const [newest = ""] = releases;
  const engines = textIn(fieldOf(manifest, "engines"), "node");
  const asked: readonly (readonly [file: string, range: string | undefined])[] = [
    [".nvmrc", (await project.text(".nvmrc")).trim()],
    [".node-version", (await project.text(".node-version")).trim()],
    [".tool-versions", /^(?:nodejs|node)\s+(\S+)/mu.exec(await project.text(".tool-versions"))?.[1]],
    ["mise.toml", /^[ \t]*node\s*=\s*"([^"]+)"/mu.exec(await project.text("mise.toml"))?.[1]],
    ["engines of package.json", engines],
  ];
  for (const [file, range = ""] of asked) {
    if (range === "") continue;
    const named = codeNames[range.replace(/^lts\//u, "")];
    const release = named ?? newestAllowed(range, releases) ?? /\d+/u.exec(range)?.[0];
    if (release !== undefined) return { release, because: `${file}: ${range}`, isAsked: true };
  }
  return { release: newest, because: "no version is asked for: the newest with long support", isAsked: false };
}
