import type { Evidence } from "../../candidate.ts";
import { procfileWeb, readCommand } from "../../command-words.ts";
import { inManifest, type NodeProject, textIn } from "./manifest.ts";

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
  const web = procfileWeb(await project.text("Procfile"));
  if (web !== undefined && !runsScript.test(web)) {
    return readStart(node, web, { file: "Procfile", fact: `web: ${web}` });
  }
  for (const name of ["start:prod", "start", "serve"]) {
    const script = scripts[name];
    if (script === undefined) continue;
    const found = readStart(node, script, inManifest(node, `scripts.${name} is ${JSON.stringify(script)}`, name));
    if (found.kind === "program" || name === "start") return found;
  }
  const main = findFile(node, textIn(manifest, "main").replace(/^\.\//u, ""));
  if (main !== undefined) return startFile(main, inManifest(node, `main is ${main}`, "main"));
  for (const name of names) {
    const file = findFile(node, name);
    if (file !== undefined) return startFile(file, { file, fact: "a file of this name is the start" });
  }
  return undefined;
}

const runsScript = /^(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?(?:start|serve)/u;

/** The file that a name stands for, as Node finds it. */
export function findFile({ project }: NodeProject, name: string): string | undefined {
  const clean = name.replace(/^\.\//u, "").replace(/\/$/u, "");
  return clean === "" ? undefined : endings.map((ending) => clean + ending).find((path) => project.has(path));
}

function startFile(file: string, evidence: Evidence): NodeStart {
  return { kind: "program", args: [file], file, env: {}, keepsDevelopment: false, before: [], evidence };
}

const siteServers = new Set(["serve", "http-server", "live-server", "sirv", "lite-server"]);
const development = new Set(
  "vite react-scripts next nuxt nuxi ng vue-cli-service parcel webpack webpack-dev-server astro gatsby docusaurus vitepress eleventy remix react-router svelte-kit storybook expo".split(
    " ",
  ),
);

function readStart(node: NodeProject, script: string, evidence: Evidence): NodeStart {
  const command = readCommand(script, "3000");
  const chain = script.split("&&").map((part) => part.trim());
  if (command === undefined) return { kind: "unknown", reason: "only a shell can run this command", evidence };
  const { env, words } = command;
  const [program = "", ...args] = words;
  const before = chain.slice(0, -1);
  const common = { kind: "program" as const, env, before, evidence };
  if (program === "node" || program === "nodemon" || program === "node-dev") {
    const at = args.findIndex((word) => !word.startsWith("-"));
    const isModule = args.some((word) => ["--import", "-r", "--require"].includes(word));
    const flags = args.filter((word) => word !== "--watch" && !word.startsWith("--env-file"));
    const file = isModule ? args.find((word) => /\.[cm]?[jt]s$/u.test(word)) : args[at];
    const usesTool = args.some((word) => /^(?:tsx|ts-node|@swc-node\/register|@babel\/register)/u.test(word));
    return { ...common, args: flags, file: file ?? ".", keepsDevelopment: usesTool };
  }
  if (program === "bun") {
    const rest = args.filter((word, index) => !(index === 0 && word === "run") && !/^--(?:watch|hot)$/u.test(word));
    const file = rest.find((word) => !word.startsWith("-"));
    const isFile = file !== undefined && findFile(node, file) !== undefined;
    if (isFile) return { ...common, args: rest, file, keepsDevelopment: false, runtime: "bun" };
  }
  const loaders: Readonly<Record<string, readonly string[]>> = {
    tsx: ["--import", "tsx"],
    "ts-node": ["--require", "ts-node/register"],
    "ts-node-esm": ["--loader", "ts-node/esm"],
    "babel-node": ["--require", "@babel/register"],
  };
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
    const found = readStart(node, inner, evidence);
    return found.kind === "program" ? { ...found, before: [...before, ...found.before] } : found;
  }
  if (development.has(program)) return { kind: "development", word: program, evidence };
  const owner = bins[program] ?? program;
  if (node.all.has(owner)) {
    const keepsDevelopment = !node.dependencies.has(owner);
    return { ...common, args: [`node_modules/.bin/${program}`, ...args], file: undefined, keepsDevelopment };
  }
  return { kind: "unknown", reason: `${program} is not a program of its dependencies`, evidence };
}

/** Programs that have another name than their package. */
const bins: Readonly<Record<string, string>> = {
  fastify: "fastify-cli",
  "react-router-serve": "@react-router/serve",
  "remix-serve": "@remix-run/serve",
  "feathers-cli": "@feathersjs/cli",
  medusa: "@medusajs/medusa",
  strapi: "@strapi/strapi",
};
