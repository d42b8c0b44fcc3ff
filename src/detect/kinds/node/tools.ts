import type { Project } from "../../project.ts";

/** A package manager of Node, as build steps call it. */
export interface NodeTool {
  readonly name: string;
  /** The file that shows it; undefined where nothing does. */
  readonly lock: string | undefined;
  /** True where `app: .` installs by itself what it locks. */
  readonly isBuiltIn: boolean;
  /** A step that gets it; undefined where the base image has it. */
  readonly setUp?: string;
  readonly install: string;
  /** Takes the dependencies of development away. */
  readonly prune: string;
  /** The same for all packages of a workspace, where that is another command. */
  readonly pruneWorkspace?: string;
  readonly cache: string;
  readonly env: Readonly<Record<string, string>>;
  /** Files that it reads to install. */
  readonly reads: readonly string[];
}

/** The package manager of a directory, by its lock file. */
export async function findTool(project: Project, manifest: Readonly<Record<string, unknown>>): Promise<NodeTool> {
  const asked = typeof manifest["packageManager"] === "string" ? manifest["packageManager"] : "";
  const pinned = /^(?<name>[a-z]+)@(?<version>[\w.-]+)/u.exec(asked)?.groups;
  const lock = locks.find(({ file }) => project.has(file));
  const name = lock?.tool ?? pinned?.["name"] ?? settings.find(({ file }) => project.has(file))?.tool ?? "npm";
  const version = pinned?.["name"] === name ? pinned["version"] : undefined;
  const text = name === "yarn" ? await project.text("yarn.lock") : "";
  const isModern = !(version?.startsWith("1.") ?? !(/^__metadata:/mu.test(text) || project.has(".yarnrc.yml")));
  const make = tools[name === "yarn" && isModern ? "modern yarn" : name] ?? npm;
  const tool = make({ version, isLocked: lock !== undefined });
  return { ...tool, lock: lock?.file, reads: ["package.json", ...tool.reads].filter((file) => project.has(file)) };
}

const locks = [
  { file: "package-lock.json", tool: "npm" },
  { file: "npm-shrinkwrap.json", tool: "npm" },
  { file: "pnpm-lock.yaml", tool: "pnpm" },
  { file: "yarn.lock", tool: "yarn" },
  { file: "bun.lock", tool: "bun" },
  { file: "bun.lockb", tool: "bun" },
];

/** Files that only one of them reads. */
const settings = [
  { file: "pnpm-workspace.yaml", tool: "pnpm" },
  { file: ".yarnrc.yml", tool: "yarn" },
  { file: ".yarnrc", tool: "yarn" },
  { file: "bunfig.toml", tool: "bun" },
];

/** Bun as a manager: its image has no other. It takes over the locks that npm, pnpm and Yarn have written. */
export function asBun(project: Project, tool: NodeTool): NodeTool {
  if (tool.name === "bun") return tool;
  const made = bun({ version: undefined, isLocked: false });
  const files = ["package.json", ...(tool.lock === undefined ? [] : [tool.lock]), ...made.reads, ".npmrc"];
  return { ...made, lock: tool.lock, reads: files.filter((file) => project.has(file)) };
}

interface Chosen {
  readonly version: string | undefined;
  readonly isLocked: boolean;
}

type MakeTool = (chosen: Chosen) => Omit<NodeTool, "lock">;

const npm: MakeTool = ({ isLocked }) => ({
  name: "npm",
  isBuiltIn: true,
  install: isLocked ? "npm ci" : "npm install",
  prune: "npm prune --omit=dev",
  cache: "/root/.npm",
  env: {},
  reads: ["package-lock.json", "npm-shrinkwrap.json", ".npmrc"],
});

const bun: MakeTool = ({ version = "1", isLocked }) => {
  const frozen = isLocked ? " --frozen-lockfile" : "";
  return {
    name: "bun",
    isBuiltIn: false,
    setUp: `npm install --global bun@${version}`,
    install: `bun install${frozen}`,
    prune: `rm -rf node_modules && bun install${frozen} --production`,
    cache: "/root/.bun/install/cache",
    env: {},
    reads: ["bun.lock", "bun.lockb", "bunfig.toml"],
  };
};

const tools: Readonly<Record<string, MakeTool>> = {
  npm,
  pnpm: ({ version = "10", isLocked }) => ({
    name: "pnpm",
    isBuiltIn: isLocked,
    setUp: `npm install --global --force pnpm@${version}`,
    install: isLocked ? "pnpm install --frozen-lockfile" : "pnpm install --no-frozen-lockfile",
    prune: "pnpm prune --prod",
    pruneWorkspace: `pnpm install --prod ${isLocked ? "--frozen-lockfile" : "--no-frozen-lockfile"} --ignore-scripts`,
    cache: "/root/.local/share/pnpm/store",
    env: { CI: "true" },
    reads: ["pnpm-lock.yaml", "pnpm-workspace.yaml", ".npmrc", ".pnpmfile.cjs"],
  }),
  yarn: ({ version = "1", isLocked }) => ({
    name: "yarn",
    isBuiltIn: isLocked,
    setUp: `npm install --global --force yarn@${version}`,
    install: isLocked ? "yarn install --frozen-lockfile" : "yarn install",
    prune: "yarn install --production --ignore-scripts --prefer-offline",
    cache: "/usr/local/share/.cache/yarn",
    env: {},
    reads: ["yarn.lock", ".yarnrc", ".npmrc"],
  }),
  "modern yarn": ({ version = "4", isLocked }) => ({
    name: "yarn",
    isBuiltIn: isLocked,
    setUp: `npm install --global --force @yarnpkg/cli-dist@${version}`,
    install: isLocked ? "yarn install --immutable" : "yarn install --no-immutable",
    prune: "yarn workspaces focus --all --production",
    cache: "/root/.yarn/berry/cache",
    // Node finds nothing in archives of packages by itself.
    env: { YARN_NODE_LINKER: "node-modules" },
    reads: ["yarn.lock", ".yarnrc.yml"],
  }),
  bun,
};
