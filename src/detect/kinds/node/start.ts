import { fieldOf } from "../../../formats/json/json-object.ts";
import type { Evidence } from "../../candidate.ts";
import { type Process, procfileProcess, readCommand, type WrittenCommand } from "../../command-words.ts";
import { lockedOwner } from "./delegate.ts";
import { inManifest, type NodeProject, textIn } from "./manifest.ts";
import { configText } from "./plan.ts";

/** What starts an application that no framework decides. */
export type NodeStart =
  | {
      readonly kind: "program";
      /** The arguments of `node`. */
      readonly args: readonly string[];
      /** The file that Node is given, where it is one of the application. */
      readonly file: string | undefined;
      readonly env: Readonly<Record<string, string>>;
      readonly keepsDevelopment: boolean;
      /** The runtime that is named, where it is not Node. */
      readonly runtime?: "bun";
      /** Commands that stand before it, as `tsc` in `tsc && node dist/a.js`. */
      readonly before: readonly string[];
      readonly evidence: Evidence;
    }
  | { readonly kind: "site"; readonly output: string; readonly isSinglePage: boolean; readonly evidence: Evidence }
  /** A program of development, such as `vite`. */
  | { readonly kind: "development"; readonly word: string; readonly evidence: Evidence }
  | { readonly kind: "unknown"; readonly reason: string; readonly evidence: Evidence };

const names = ["server", "index", "app", "main", "src/server", "src/index", "src/app", "src/main", "bin/www"];
const endings = ["", ".js", ".mjs", ".cjs", ".ts", ".mts", "/index.js", "/index.mjs", "/index.ts"];

/** Finds the start of an application: Procfile, scripts.start, main, or a file of a usual name. */
export async function findStart(node: NodeProject): Promise<NodeStart | undefined> {
  const { project, scripts, manifest } = node;
  const process = procfileProcess(await project.text("Procfile"));
  if (process !== undefined && !runsScript.test(process.command)) {
    const { name, command } = process;
    return readStart(node, command, { file: "Procfile", fact: `${name}: ${command}` });
  }
  for (const name of ["start:prod", "start", "serve"]) {
    const script = scripts[name];
    if (script === undefined) continue;
    const found = await readStart(node, script, inManifest(node, `scripts.${name} is ${JSON.stringify(script)}`, name));
    if (found.kind === "program" || name === "start") return found;
  }
  const written = ["main", "module"].map((field) => [field, textIn(manifest, field).replace(/^\.\//u, "")] as const);
  for (const [field, name] of written) {
    const main = findFile(node, name) ?? (isMadeByBuild(node, name) ? name : undefined);
    if (main !== undefined) return startFile(node, main, inManifest(node, `${field} is ${main}`, field));
  }
  for (const name of names) {
    const file = findFile(node, name);
    if (file === undefined) continue;
    const made = await compiledFrom(node, file);
    const fact = made === undefined ? "a file of this name is the start" : `the build compiles it to ${made}`;
    return startFile(node, made ?? file, { file, fact });
  }
  const bins = manifest["bin"];
  const bin = typeof bins === "string" ? bins : Object.values(fieldOf(manifest, "bin"))[0];
  const program = typeof bin === "string" ? findFile(node, bin) : undefined;
  return program === undefined ? undefined : startFile(node, program, inManifest(node, `bin is ${program}`, "bin"));
}

/** What starts another process of a Procfile of the same application; undefined where it needs more than a command. */
export async function processCommand(
  node: NodeProject,
  { name, command }: Process,
): Promise<WrittenCommand | undefined> {
  const found = await readStart(node, command, { file: "Procfile", fact: `${name}: ${command}` });
  const runs = found.kind === "program" && found.runtime === undefined && found.before.length === 0;
  return runs ? { words: found.args, env: found.env } : undefined;
}

/** A file of a directory that holds no sources, where a script builds. */
function isMadeByBuild({ project, scripts }: NodeProject, name: string): boolean {
  const folder = /^(?<folder>[\w.-]+)\/.*\.[cm]?js$/u.exec(name)?.groups?.["folder"];
  return (
    folder !== undefined &&
    scripts["build"] !== undefined &&
    !project.files.some((path) => path.startsWith(`${folder}/`))
  );
}

/** What `tsc`, as the script `build`, makes of a source; undefined where something else builds, or nothing. */
async function compiledFrom({ project, scripts }: NodeProject, source: string): Promise<string | undefined> {
  const config = await project.text("tsconfig.json");
  const output = /^[^\S\n]*"outDir"\s*:\s*"(?:\.\/)?(?<folder>[\w./-]+?)\/?"/mu.exec(config)?.groups?.["folder"];
  const isCompiled = /\btsc\b/u.test(scripts["build"] ?? "") && /\.[cm]?ts$/u.test(source);
  if (output === undefined || !isCompiled) return undefined;
  const sources = project.files.filter((path) => /(?<!\.d)\.[cm]?tsx?$/u.test(path));
  const root = sources.every((path) => path.startsWith("src/")) || /"rootDir"\s*:\s*"\.?\/?src/u.test(config);
  return `${output}/${root ? source.replace(/^src\//u, "") : source}`.replace(/ts$/u, "js");
}

const runsScript = /^(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?(?:start|serve)/u;

/** The file that a name stands for, as Node finds it. */
export function findFile({ project, manifest }: NodeProject, name: string): string | undefined {
  const clean = name.replace(/^\.\//u, "").replace(/\/$/u, "");
  if (clean === ".") {
    const main = textIn(manifest, "main").replace(/^\.\//u, "");
    return endings.map((ending) => (main === "" ? "index" : main) + ending).find((path) => project.has(path));
  }
  return clean === "" ? undefined : endings.map((ending) => clean + ending).find((path) => project.has(path));
}

function startFile(node: NodeProject, file: string, evidence: Evidence): NodeStart {
  const common = { kind: "program" as const, args: [file], file, env: {}, before: [], evidence };
  const isTyped = /\.(?:[cm]?ts|tsx|jsx)$/u.test(file);
  if (isTyped && (node.tool.name === "bun" || node.all.has("@types/bun") || node.all.has("bun-types"))) {
    return { ...common, keepsDevelopment: false, runtime: "bun" };
  }
  const loader = isTyped ? Object.entries(loaders).find(([name]) => node.all.has(name)) : undefined;
  if (loader === undefined) return { ...common, keepsDevelopment: false };
  const [name, args] = loader;
  return { ...common, args: [...args, file], keepsDevelopment: !node.dependencies.has(name) };
}

/** Programs that run TypeScript, each as arguments of Node. */
const loaders: Readonly<Record<string, readonly string[]>> = {
  tsx: ["--import", "tsx"],
  "ts-node": ["--require", "ts-node/register"],
  "ts-node-esm": ["--loader", "ts-node/esm"],
  "babel-node": ["--require", "@babel/register"],
};

const siteServers = new Set(["serve", "http-server", "live-server", "sirv", "lite-server"]);
const development = new Set(
  "vite react-scripts next nuxt nuxi ng vue-cli-service parcel webpack webpack-dev-server astro gatsby docusaurus vitepress eleventy farm remix react-router svelte-kit storybook expo".split(
    " ",
  ),
);

/** Programs that start scripts through a package manager, which does not ship. */
const runners = new Set("concurrently lerna moon npm-run-all nx run-p run-s turbo wireit".split(" "));
/** Programs that take a screen, a device or an emulator. */
const elsewhere = new Set(["electron", "electron-forge", "expo", "react-native", "tauri", "cordova", "capacitor"]);

async function readStart(node: NodeProject, script: string, evidence: Evidence): Promise<NodeStart> {
  const command = readCommand(script, "3000");
  const chain = script.split("&&").map((part) => part.trim());
  if (command === undefined) return { kind: "unknown", reason: "only a shell can run this command", evidence };
  const { env, words } = command;
  const [program = "", ...args] = words;
  // `cd dist && node main.js` is a start in a directory below.
  const folders = chain
    .slice(0, -1)
    .flatMap((part) => /^cd\s+(?<folder>[\w./-]+)$/u.exec(part)?.groups?.["folder"] ?? []);
  const below = folders.map((folder) => `${folder.replace(/^\.\//u, "").replace(/\/$/u, "")}/`).join("");
  const before = chain.slice(0, -1).filter((part) => !/^cd\s/u.test(part));
  const common = { kind: "program" as const, env, before, evidence };
  if (below !== "" && program !== "node") {
    return { kind: "unknown", reason: "only a shell can run this command", evidence };
  }
  if (program === "node" || program === "nodemon" || program === "node-dev") {
    const at = args.findIndex((word) => !word.startsWith("-"));
    const isModule = args.some((word) => ["--import", "-r", "--require"].includes(word));
    const flags = args.filter((word) => word !== "--watch" && !word.startsWith("--env-file"));
    const named = isModule ? args.find((word) => /\.[cm]?[jt]s$/u.test(word)) : args[at];
    const file =
      named === "."
        ? findFile(node, ".")
        : named === undefined || below === ""
          ? named
          : `${below}${named.replace(/^\.\//u, "")}`;
    const usesTool = args.some((word) => /^(?:tsx|ts-node|@swc-node\/register|@babel\/register)/u.test(word));
    const cmd = flags.map((word) => (word === named ? (file ?? word) : word));
    return { ...common, args: cmd, file: file ?? ".", keepsDevelopment: usesTool };
  }
  if (program === "bun") {
    const rest = args.filter((word, index) => !(index === 0 && word === "run") && !/^--(?:watch|hot)$/u.test(word));
    const file = rest.find((word) => !word.startsWith("-"));
    const isFile = file !== undefined && findFile(node, file) !== undefined;
    if (isFile) return { ...common, args: rest, file, keepsDevelopment: false, runtime: "bun" };
  }
  const loader = loaders[program];
  if (loader !== undefined) {
    const rest = args.filter((word) => word !== "watch");
    const file = rest.find((word) => !word.startsWith("-"));
    return { ...common, args: [...loader, ...rest], file, keepsDevelopment: !node.dependencies.has(program) };
  }
  if (siteServers.has(program)) {
    const output = args.find((word) => !word.startsWith("-") && !/^\d+$/u.test(word)) ?? ".";
    return { kind: "site", output: output.replace(/^\.\//u, ""), isSinglePage: args.includes("-s"), evidence };
  }
  const script2 = /^(?:npm|pnpm|yarn|bun)$/u.test(program) ? args.filter((word) => word !== "run")[0] : undefined;
  const inner = script2 === undefined ? undefined : node.scripts[script2];
  if (inner !== undefined && inner !== script) {
    const found = await readStart(node, inner, evidence);
    return found.kind === "program" ? { ...found, before: [...before, ...found.before] } : found;
  }
  if (development.has(program)) return { kind: "development", word: program, evidence };
  if (runners.has(program)) {
    return { kind: "unknown", reason: `${program} starts scripts by a package manager, which does not ship`, evidence };
  }
  if (elsewhere.has(program)) return { kind: "unknown", reason: `${program} starts no server`, evidence };
  const owner = (await lockedOwner(node, program)) ?? ownerByName(node, program);
  if (owner !== undefined && node.all.has(owner)) {
    const keepsDevelopment = !node.dependencies.has(owner) || (await configuresDevelopment(node, program));
    return { ...common, args: [`node_modules/.bin/${program}`, ...args], file: undefined, keepsDevelopment };
  }
  return { kind: "unknown", reason: `${program} is not a program of its dependencies`, evidence };
}

/** True where a program reads a configuration of its name that imports packages of development: they have to stay. */
async function configuresDevelopment(node: NodeProject, program: string): Promise<boolean> {
  const text = await configText(node, `${program}.config`);
  const imported = [...text.matchAll(/\b(?:from|import|require\()\s*["'](?<name>(?:@[\w.-]+\/)?[\w.-]+)/gu)];
  return imported.some(({ groups }) => {
    const name = groups?.["name"] ?? "";
    return node.all.has(name) && !node.dependencies.has(name);
  });
}

/** Programs that have another name than their package. */
const bins: Readonly<Record<string, string>> = {
  "react-router-serve": "@react-router/serve",
  "remix-serve": "@remix-run/serve",
};

/** The dependency that a program is named after, as `fastify` of `fastify-cli`, `pm2-runtime` of `pm2`. */
function ownerByName({ all }: NodeProject, program: string): string | undefined {
  const names = [bins[program], program, `${program}-cli`, `@${program}/cli`, `@${program}/${program}`];
  const named = names.find((name) => name !== undefined && all.has(name));
  return named ?? [...all].find((name) => program.startsWith(`${name}-`) || name === `@${program}js/${program}`);
}
