import type { SpecValue } from "../../../spec/flow-text.ts";
import { cachedStep } from "../../cached-step.ts";
import type { SpecKey } from "../../candidate.ts";
import { siteKeys } from "../../site.ts";
import { type NodeProject, textIn } from "./manifest.ts";

/** How an application of Node is built and started. */
export interface NodeServer {
  readonly kind: "server";
  /** The arguments of `node`. */
  readonly cmd: readonly string[];
  readonly cmdBecause: string;
  /** Commands that build it; empty: its sources run as they are. */
  readonly build: readonly string[];
  /** What ships of the built directory; undefined: everything. */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** The directory that ships, in the built one. */
  readonly output?: string;
  /** True where its start takes dependencies of development. */
  readonly keepsDevelopment?: boolean;
  /** True where the output has its dependencies in it. */
  readonly isBundled?: boolean;
  /** The runtime, where it is not Node. */
  readonly runtime?: "bun";
  readonly env?: Readonly<Record<string, string>>;
  readonly port?: number | undefined;
}

/** A site of files that a build makes. */
export interface NodeSite {
  readonly kind: "site";
  readonly build: readonly string[];
  readonly output: string;
  readonly outputBecause: string;
  /** True where the browser answers every path with the first page. */
  readonly isSinglePage: boolean;
}

const workdir = "/app";
const bunImage = "oven/bun:1-slim";

/** The spec of a server. */
export function serverKeys(node: NodeProject, server: NodeServer): readonly SpecKey[] {
  const { cmd, cmdBecause, build, env = {}, port } = server;
  const isPlain =
    node.workspace === undefined &&
    build.length === 0 &&
    server.keepsDevelopment !== true &&
    ((node.tool.isBuiltIn && server.runtime === undefined) || node.all.size === 0);
  return [
    ...(isPlain ? plainKeys(node, server.runtime) : builtKeys(node, server)),
    { key: "cmd", value: cmd.map((word) => installedPath(node, word)), because: cmdBecause },
    ...(node.workspace === undefined || server.output !== undefined
      ? []
      : [{ key: "workdir", value: `${workdir}/${node.workspace.folder}` }]),
    ...(Object.keys(env).length === 0 ? [] : [{ key: "env", value: env }]),
    ...(port === undefined ? [] : [{ key: "ports", value: [port] }]),
  ];
}

function plainKeys(
  { project, image, imageBecause, tool, all }: NodeProject,
  runtime: NodeServer["runtime"],
): readonly SpecKey[] {
  const installed = tool.lock === undefined ? "package.json lists" : `${tool.lock} locks`;
  const because = all.size === 0 ? undefined : `${tool.name} installs what ${installed}, without development`;
  const from =
    runtime === "bun" ? { key: "from", value: bunImage } : { key: "from", value: image, because: imageBecause };
  return [
    from,
    { key: "interpreter", value: runtime ?? "node" },
    { key: "app", value: project.inContext("."), because },
  ];
}

/** Where a program of a package is: in a workspace, all tools but pnpm install packages in its root. */
function installedPath({ workspace, tool }: NodeProject, word: string): string {
  const isHoisted = workspace !== undefined && tool.name !== "pnpm" && word.startsWith("node_modules/");
  return isHoisted ? `${workdir}/${word}` : word;
}

/** What ships of a built directory: of a workspace, its packages that this one takes. */
function shipped({ workspace }: NodeProject, include: readonly string[] | undefined): readonly string[] | undefined {
  if (workspace === undefined) return include;
  const { folder, members } = workspace;
  const own = include?.map((pattern) => `${folder}/${pattern}`) ?? [`${folder}/**`];
  const others = members.filter((member) => member !== folder).map((member) => `${member}/**`);
  return [...new Set([...own, `${folder}/node_modules/**`, ...others, "node_modules/**", "package.json"])];
}

function builtKeys(node: NodeProject, server: NodeServer): readonly SpecKey[] {
  const { tool } = node;
  const image = server.runtime === "bun" ? bunImage : node.image;
  const hasTools = node.workspace !== undefined || node.all.size > node.dependencies.size;
  const prunes = server.keepsDevelopment !== true && server.isBundled !== true && hasTools;
  const prune = node.workspace === undefined ? tool.prune : (tool.pruneWorkspace ?? tool.prune);
  const exclude = server.exclude?.map((pattern) =>
    node.workspace === undefined ? pattern : `${node.workspace.folder}/${pattern}`,
  );
  const steps = [...buildSteps(node, { commands: server.build, runtime: server.runtime }), ...(prunes ? [prune] : [])];
  const include = shipped(node, server.include);
  const base = node.workspace === undefined ? workdir : `${workdir}/${node.workspace.folder}`;
  const builder = { from: image, workdir, ...(hasKeys(tool.env) ? { env: tool.env } : {}), build: steps };
  const app: SpecValue = {
    from: "build",
    src: server.output === undefined ? workdir : `${base}/${server.output}`,
    ...(include === undefined || server.output !== undefined ? {} : { include }),
    ...(exclude === undefined ? {} : { exclude }),
  };
  return [
    {
      key: "builders",
      value: { build: builder, main: { from: image } },
      because: "build: its tools and sources stay there",
    },
    { key: "interpreter", value: server.runtime ?? "node" },
    { key: "app", value: app },
  ];
}

/** The spec of a site, built by Node and served by a static file server. */
export function builtSiteKeys(node: NodeProject, site: NodeSite): readonly SpecKey[] {
  const { image, tool, workspace } = node;
  const base = workspace === undefined ? workdir : `${workdir}/${workspace.folder}`;
  const env = hasKeys(tool.env) ? { env: tool.env } : {};
  return siteKeys({
    builders: { build: { from: image, workdir, ...env, build: buildSteps(node, { commands: site.build }) } },
    app: { from: "build", src: `${base}/${site.output}` },
    because: site.outputBecause,
    isSinglePage: site.isSinglePage,
  });
}

function buildSteps(
  node: NodeProject,
  { commands, runtime }: { readonly commands: readonly string[]; readonly runtime?: NodeServer["runtime"] },
): readonly SpecValue[] {
  const { tool, workspace } = node;
  const project = workspace?.root ?? node.project;
  const all = { copy: { src: [project.inContext(".")], dest: `${workdir}/`, exclude: ["**/node_modules", "**/.git"] } };
  const lists = { copy: { src: tool.reads.map((file) => project.inContext(file)), dest: `${workdir}/` } };
  const hasPackages = workspace !== undefined || node.all.size > 0;
  const installs = !hasPackages || tool.setUp === undefined || runtime === "bun" ? [] : [tool.setUp];
  const install = hasPackages ? [cachedStep(tool.install, [tool.cache], textIn(node.manifest, "name"))] : [];
  // What runs while packages are installed may read any file.
  const readsSources =
    workspace !== undefined ||
    ["preinstall", "install", "postinstall", "prepare"].some((name) => node.scripts[name] !== undefined) ||
    Object.hasOwn(node.manifest, "workspaces") ||
    project.has("pnpm-workspace.yaml") ||
    /"(?:file|link|portal|workspace|patch):/u.test(node.text);
  // The root's script builds the packages that this one takes, too.
  const inFolder = commands.map((run): SpecValue => ({ run, workdir: `${workdir}/${workspace?.folder ?? ""}` }));
  const builds = workspace === undefined ? commands : workspace.hasBuild ? [`${tool.name} run build`] : inFolder;
  return readsSources
    ? [...installs, all, ...install, ...(commands.length === 0 ? [] : builds)]
    : [...installs, ...(install.length === 0 ? [] : [lists]), ...install, all, ...commands];
}

function hasKeys(record: object): boolean {
  return Object.keys(record).length > 0;
}
