import type { Candidate, Detector, Evidence, Found } from "../../candidate.ts";
import { procfileTargets } from "../../command-words.ts";
import { type Project, projectIn } from "../../project.ts";
import { onlyDeclares } from "./declares.ts";
import { type Delegate, findDelegate } from "./delegate.ts";
import { dataDirectories, frameworks } from "./frameworks.ts";
import { inManifest, type NodeProject, readNodeProject } from "./manifest.ts";
import type { Framework, Plan } from "./plan.ts";
import { findListening, portOfStart, usualOfPlatforms } from "./port.ts";
import { builtSiteKeys, serverKeys } from "./recipe.ts";
import { findFile, findStart, type NodeStart, processCommand } from "./start.ts";
import { asBun } from "./tools.ts";
import { workspacePatterns } from "./workspace.ts";

/** Applications of Node and sites that its tools build. */
export const node: Detector = {
  looksFor: ["package.json", "*.js with a usual name"],
  async find(project) {
    const read = await readNodeProject(project);
    if (read === undefined) return plainScript(project);
    const delegate = await findDelegate(read);
    if (delegate !== undefined) return fromDelegate(read, delegate);
    const start = await findStart(read);
    if (start?.kind !== "program" && (await workspacePatterns(project)).length > 0) return [];
    if (read.workspace === undefined && /"workspace:/u.test(read.text)) return [workspaceElsewhere];
    const framework = frameworks.find(({ dependency }) => read.all.has(dependency));
    if (framework !== undefined && !decidesItself(read, framework, start)) {
      const plan = await framework.plan(read, buildCommands(read, framework.builds));
      if (plan !== undefined) return [fromFramework(read, framework, plan)];
    }
    const found = await fromStart(read, start);
    return found === undefined ? [] : [found];
  },
};

/** A package whose workspace is not a part of the build context. */
const workspaceElsewhere: Found = {
  name: "Node application",
  confidence: 80,
  evidence: [{ file: "package.json", fact: "it depends on packages of a workspace" }],
  reason: "the root of its workspace is not in the build context",
  hint: "build from the root of the workspace, and write app: DIRECTORY in the spec",
};

/** The application below that a root's script starts. */
async function fromDelegate(read: NodeProject, { directory, script }: Delegate): Promise<readonly Found[]> {
  const inRoot = (file: string): string => (file.startsWith("/") ? file : `${directory}/${file}`);
  const said = inManifest(read, `scripts.${script} is ${JSON.stringify(read.scripts[script])}`, script);
  return (await node.find(projectIn(read.project, directory))).map((one) => ({
    ...one,
    evidence: [said, ...one.evidence.map((fact) => ({ ...fact, file: inRoot(fact.file) }))],
  }));
}

/** A build tool decides only where no program of the project's own is started. */
function decidesItself({ dependencies }: NodeProject, { name }: Framework, start: NodeStart | undefined): boolean {
  if (start?.kind !== "program" || start.file === undefined) return false;
  const isBuildTool = ["Vite", "Parcel", "Rsbuild", "Rspack", "webpack"].includes(name);
  const isSaid = ["package.json", "Procfile"].includes(start.evidence.file);
  return isBuildTool && isSaid && (dependencies.size > 0 || start.evidence.file === "Procfile");
}

function buildCommands({ scripts, tool }: NodeProject, otherwise: string): readonly string[] {
  const name = ["build", "docs:build"].find((one) => scripts[one] !== undefined);
  return [name === undefined ? `npx ${otherwise}` : `${tool.name} run ${name}`];
}

function common(read: NodeProject, first: Evidence): readonly Evidence[] {
  const { tool, workspace } = read;
  const lockFile = workspace === undefined ? tool.lock : `/${tool.lock ?? ""}`;
  const lock = tool.lock === undefined ? [] : [{ file: lockFile ?? "", fact: `the lock of ${tool.name}` }];
  return [first, ...lock];
}

function fromFramework(read: NodeProject, framework: Framework, plan: Plan): Found {
  const { name, dependency } = framework;
  const evidence = common(read, inManifest(read, `depends on ${dependency}`, dependency));
  if (plan.kind === "obstacle") return { name, confidence: 80, evidence, reason: plan.reason, hint: plan.hint };
  const keys = plan.kind === "site" ? builtSiteKeys(read, plan) : serverKeys(read, plan);
  return { name: plan.kind === "site" ? `${name} site` : name, confidence: 80, evidence, keys };
}

async function fromStart(given: NodeProject, start: NodeStart | undefined): Promise<Found | undefined> {
  const isBun = start?.kind === "program" && start.runtime === "bun";
  const read = isBun ? { ...given, tool: asBun(given.workspace?.root ?? given.project, given.tool) } : given;
  const name = libraryNames.find(([library]) => read.dependencies.has(library))?.[1] ?? "Node application";
  if (start === undefined) {
    if (!hasSources(read)) return undefined;
    return {
      name,
      confidence: 55,
      evidence: [{ file: "package.json", fact: "a Node project" }],
      reason: "there is no scripts.start, no main, and no server.js, index.js, app.js or main.js",
      hint: 'add "start": "node FILE" to scripts of package.json',
    };
  }
  const evidence = common(given, start.evidence);
  if (start.kind === "site") return servedSite(read, start, evidence);
  const confidence = start.evidence.fact.startsWith("main") || start.evidence.file !== "package.json" ? 60 : 80;
  if (start.kind !== "program") {
    const reason = start.kind === "unknown" ? start.reason : `${start.word} is a server for development`;
    const hint = 'let scripts.start be "node FILE"';
    return { name, confidence, evidence, reason, hint };
  }
  const known = start.file === undefined ? undefined : findFile(read, start.file);
  const isSaid = start.evidence.fact.startsWith("scripts.") || start.evidence.file === "Procfile";
  if (!isSaid && start.runtime === undefined && known !== undefined && onlyDeclares(await read.project.text(known))) {
    const reason = `${known} only declares and exports, so nothing runs where it is started`;
    return { name, confidence: 40, evidence, reason, hint: 'add "start": "node FILE" to scripts of package.json' };
  }
  const [builds, left] = startBuild(read, start, known !== undefined);
  if (start.file !== undefined && known === undefined && builds.length === 0) {
    const reason = `it starts ${start.file}, which is not there and which no build script makes`;
    return { name, confidence, evidence, reason, hint: "commit the file, or add a build script to package.json" };
  }
  const isBuilt = builds.length > 0 && known === undefined && start.file?.includes("/") === true;
  const output = start.file?.replace(/^\.\//u, "").split("/")[0] ?? "";
  const named = portOfStart(start.args);
  const found = await findListening(read, known);
  const isFastify = start.args[0]?.endsWith("/fastify") === true;
  const isServed = start.file === undefined ? !isFastify : await servesDefault(read, start.runtime, known);
  const isSilent = isServed && named === undefined && found.port === undefined;
  const listens = isSilent ? usualOfPlatforms : found;
  const keys = serverKeys(read, {
    kind: "server",
    build: builds,
    ...(isBuilt ? { include: [`${output}/**`, ...dataDirectories(read), "node_modules/**", "package.json"] } : {}),
    ...(start.keepsDevelopment ? { keepsDevelopment: true } : {}),
    ...(start.runtime === undefined ? {} : { runtime: start.runtime }),
    cmd: start.args,
    cmdBecause: `${start.evidence.fact}${left.length === 0 ? "" : `; run before it, outside the image: ${left.join(", ")}`}`,
    env: { ...listens.env, ...start.env, ...(isFastify ? { FASTIFY_ADDRESS: "0.0.0.0" } : {}) },
    port: named ?? (isFastify ? 3000 : listens.port),
  });
  const others = await procfileTargets(await read.project.text("Procfile"), async (one) => processCommand(read, one));
  return { name, confidence, evidence, keys: [...keys, ...others] };
}

/** True for a source of Bun whose default export Bun serves, on the port that PORT names. */
async function servesDefault(
  { project }: NodeProject,
  runtime: "bun" | undefined,
  file: string | undefined,
): Promise<boolean> {
  return runtime === "bun" && file !== undefined && /^export\s+default\b/mu.test(await project.text(file));
}

/** Commands that prepare the data of a running application: a build has no database. */
const preparesData = /\b(?:migrat\w*|seed\w*|db:\w+|db push)\b/u;

/** The commands that make what is started, and those before the start that a build cannot run. */
function startBuild(
  { scripts, tool }: NodeProject,
  start: Extract<NodeStart, { kind: "program" }>,
  isSource: boolean,
): readonly [builds: readonly string[], left: readonly string[]] {
  const runs = (command: string): string => (/^(?:npm|pnpm|yarn|bun)\s/u.test(command) ? command : `npx ${command}`);
  const left = start.before.filter((command) => preparesData.test(command));
  const own = start.before.filter((command) => !left.includes(command)).map(runs);
  const script = ["build", "prestart", "compile", "tsc"].find((name) => scripts[name] !== undefined);
  // Libraries have build scripts that their start does not need.
  const isNeeded = script !== undefined && (!isSource || script === "build");
  const isRun = own.some((command) => /\b(?:build|compile|tsc)\b/u.test(command));
  return [[...(isNeeded && !isRun ? [`${tool.name} run ${script}`] : []), ...own], left];
}

function servedSite(
  read: NodeProject,
  start: Extract<NodeStart, { kind: "site" }>,
  evidence: readonly Evidence[],
): Candidate | undefined {
  const { scripts, project } = read;
  const { output, isSinglePage } = start;
  const isSource = project.has(output === "." ? "index.html" : `${output}/index.html`);
  if (scripts["build"] === undefined && !isSource) return undefined;
  const build = scripts["build"] === undefined ? [] : buildCommands(read, "");
  const keys = builtSiteKeys(read, { kind: "site", build, output, outputBecause: start.evidence.fact, isSinglePage });
  return { name: "Static site", confidence: 75, evidence, keys };
}

/** A directory of scripts without a package.json. */
async function plainScript(project: Project): Promise<readonly Found[]> {
  if (project.has("package.json")) {
    const reason = "package.json is not JSON, or larger than 1 MiB";
    return [{ name: "Node application", confidence: 55, evidence: [], reason, hint: "write package.json as JSON" }];
  }
  const scripts = project.files.filter(
    (path) => /^[^/]+\.[cm]?js$/u.test(path) && !/config|\.test\.|\.spec\./u.test(path),
  );
  const usual = ["server", "index", "app", "main"].flatMap((name) => [`${name}.js`, `${name}.mjs`, `${name}.cjs`]);
  const file = usual.find((name) => scripts.includes(name)) ?? (scripts.length === 1 ? scripts[0] : undefined);
  if (file === undefined || project.has("index.html")) return [];
  const { port, env } = await findListening({ project }, file);
  const keys = [
    { key: "from", value: "node:24-slim" },
    { key: "interpreter", value: "node" },
    { key: "app", value: project.inContext(".") },
    { key: "cmd", value: [file] },
    ...(Object.keys(env).length === 0 ? [] : [{ key: "env", value: env }]),
    ...(port === undefined ? [] : [{ key: "ports", value: [port] }]),
  ];
  return [{ name: "Node script", confidence: 50, evidence: [{ file, fact: "a script of Node" }], keys }];
}

function hasSources({ project }: NodeProject): boolean {
  return project.files.some((path) => /\.[cm]?[jt]sx?$/u.test(path) && !/config|^\./u.test(path));
}

const libraryNames: readonly (readonly [library: string, name: string])[] = [
  ["express", "Express"],
  ["fastify", "Fastify"],
  ["koa", "Koa"],
  ["hono", "Hono"],
  ["@hapi/hapi", "hapi"],
  ["@feathersjs/feathers", "Feathers"],
];
