import { fieldOf, isRecord, parseRecord } from "../../../formats/json/json-object.ts";
import { matchGlob } from "../../../rootfs/glob.ts";
import type { Project } from "../../project.ts";

/** The workspace that a package belongs to. */
export interface Workspace {
  readonly root: Project;
  /** The package's directory in the root. */
  readonly folder: string;
  /** Directories of the packages that it takes at run time, its own first. */
  readonly members: readonly string[];
  /** Scripts of the root's package.json. */
  readonly hasBuild: boolean;
}

const maxMembers = 200;

/** The patterns of the directories of a workspace's packages; none: it is not the root of one. */
export async function workspacePatterns(project: Project): Promise<readonly string[]> {
  const { workspaces } = parseRecord(await project.text("package.json")) ?? {};
  const listed = isRecord(workspaces) ? workspaces["packages"] : workspaces;
  const own = Array.isArray(listed) ? listed.filter((one) => typeof one === "string") : [];
  const text = await project.text("pnpm-workspace.yaml");
  const part = /^packages:\s*\n(?<list>(?:[ \t]*(?:-.*|#.*)?\n?)*)/mu.exec(text)?.groups?.["list"] ?? "";
  const ofPnpm = [...part.matchAll(/^[ \t]*-[ \t]*["']?(?<pattern>[^"'\s#]+)/gmu)].map(
    ({ groups }) => groups?.["pattern"] ?? "",
  );
  return [...own, ...ofPnpm].map((pattern) => pattern.replace(/^\.\//u, ""));
}

/** The workspace of a package below the root of the build context; undefined where it stands for itself. */
export async function findWorkspace(project: Project): Promise<Workspace | undefined> {
  const { root, folder } = project;
  if (root === undefined) return undefined;
  const patterns = await workspacePatterns(root);
  const isMember = (path: string): boolean => patterns.some((pattern) => matchGlob(pattern, path));
  if (!isMember(folder)) return undefined;
  const manifests = root.files
    .filter((path) => path.endsWith("/package.json"))
    .map((path) => path.slice(0, -"/package.json".length));
  const directories = new Map<string, string>();
  const needs = new Map<string, readonly string[]>();
  for (const path of manifests.filter(isMember).slice(0, maxMembers)) {
    const manifest = parseRecord(await root.text(`${path}/package.json`));
    if (typeof manifest?.["name"] === "string") directories.set(manifest["name"], path);
    needs.set(path, Object.keys(fieldOf(manifest, "dependencies")));
  }
  const members = [folder];
  for (const member of members) {
    for (const name of needs.get(member) ?? []) {
      const directory = directories.get(name);
      if (directory !== undefined && !members.includes(directory)) members.push(directory);
    }
  }
  const scripts = fieldOf(parseRecord(await root.text("package.json")), "scripts");
  return { root, folder, members, hasBuild: typeof scripts["build"] === "string" };
}
