import { fieldOf, isRecord, parseRecord } from "../../../formats/json/json-object.ts";
import { type NodeProject, textIn } from "./manifest.ts";
import { configText, dependencies, type Framework, site } from "./plan.ts";
import { planSvelteKit } from "./svelte-kit.ts";

const planNext: Framework["plan"] = async (node, build) => {
  const config = await configText(node, "next.config");
  const output = /^[^/\n]*\boutput\s*:\s*["'](?<output>\w+)["']/mu.exec(config)?.groups?.["output"];
  if (output === "export") {
    return {
      kind: "site",
      build,
      output: "out",
      outputBecause: 'output: "export" of next.config',
      isSinglePage: false,
    };
  }
  const hasPublic = node.project.files.some((path) => path.startsWith("public/"));
  const common = { kind: "server" as const, port: 3000 };
  const isOrdered = output === undefined && makesStandalone(node, config);
  if (output === "standalone" || isOrdered) {
    const copies = [
      "cp -r .next/static .next/standalone/.next/",
      ...(hasPublic ? ["cp -r public .next/standalone/"] : []),
    ];
    return {
      ...common,
      build: [...(isOrdered ? build.map((command) => `NEXT_PRIVATE_STANDALONE=1 ${command}`) : build), ...copies],
      output: ".next/standalone",
      isBundled: true,
      cmd: ["server.js"],
      cmdBecause: isOrdered
        ? "Next.js writes a server with the packages that it takes"
        : 'output: "standalone" of next.config',
      env: { HOSTNAME: "0.0.0.0", NODE_ENV: "production" },
    };
  }
  return {
    ...common,
    build,
    include: [
      ".next/**",
      ...(hasPublic ? ["public/**"] : []),
      "next.config.*",
      ...localImports(node, config),
      ...dependencies,
    ],
    exclude: [".next/cache/**"],
    cmd: ["node_modules/next/dist/bin/next", "start"],
    cmdBecause: "the server of Next.js",
    env: { NODE_ENV: "production" },
  };
};

/**
 * True where Next writes its standalone server for a variable, as it does for `output: "standalone"`: the usual
 * directory, and no start of the project's own. In a workspace its place depends on the files above.
 */
function makesStandalone({ manifest, scripts, workspace }: NodeProject, config: string): boolean {
  const range = textIn(fieldOf(manifest, "dependencies"), "next");
  const major = Number(/\d+/u.exec(range)?.[0] ?? Number.POSITIVE_INFINITY);
  const isPlain = !/\b(?:output|distDir|outputFileTracingRoot)\b/u.test(config);
  return major >= 13 && isPlain && workspace === undefined && /^(?:next start\b|$)/u.test(scripts["start"] ?? "");
}

/** Files beside a configuration that it imports: they are read at run time with it. */
function localImports({ project }: NodeProject, config: string): readonly string[] {
  const found = [...config.matchAll(/(?:\bfrom|\bimport|\brequire\()\s*\(?["']\.\/(?<path>[\w./-]+)["']/gu)].map(
    ({ groups }) => groups?.["path"] ?? "",
  );
  return found.flatMap(
    (path) => ["", ".js", ".mjs", ".ts"].map((ending) => path + ending).find((file) => project.has(file)) ?? [],
  );
}

const planNitro: Framework["plan"] = async (_node, build) =>
  Promise.resolve({
    kind: "server",
    build,
    output: ".output",
    isBundled: true,
    cmd: ["server/index.mjs"],
    cmdBecause: "where Nitro writes its server",
    port: 3000,
  });

const planNuxt: Framework["plan"] = async (node, build) => {
  if (/\bnuxi?\s+generate\b/u.test(node.scripts["build"] ?? "")) return site(".output/public", false)(node, build);
  return {
    kind: "server",
    build,
    output: ".output",
    isBundled: true,
    cmd: ["server/index.mjs"],
    cmdBecause: "where Nuxt writes its server",
    port: 3000,
  };
};

const planAstro: Framework["plan"] = async (node, build) => {
  const config = await configText(node, "astro.config");
  const adapter = /["']@astrojs\/(?<name>node|vercel|netlify|cloudflare|deno)["']/u.exec(config)?.groups?.["name"];
  if (adapter === undefined) return site("dist", false)(node, build);
  if (adapter !== "node") {
    return { kind: "obstacle", reason: `@astrojs/${adapter} builds for another platform`, hint: "use @astrojs/node" };
  }
  return {
    kind: "server",
    build,
    include: ["dist/**", ...dependencies],
    cmd: ["dist/server/entry.mjs"],
    cmdBecause: "where @astrojs/node writes its server",
    env: { HOST: "0.0.0.0", PORT: "4321" },
    port: 4321,
  };
};

function planRouter(program: string, server: string): Framework["plan"] {
  return async (node, build) => {
    const config = await configText(node, "react-router.config");
    if (/\bssr\s*:\s*false\b/u.test(config)) return site("build/client", true)(node, build);
    // A server of its own is started by scripts.start.
    if (!node.dependencies.has(server)) return undefined;
    return {
      kind: "server",
      build,
      include: ["build/**", "public/**", ...dependencies],
      cmd: [`node_modules/.bin/${program}`, "build/server/index.js"],
      cmdBecause: `${server} runs what the build writes`,
      env: { NODE_ENV: "production" },
      port: 3000,
    };
  };
}

const planTanStack: Framework["plan"] = async (node, build) => {
  const isServed = ["nitro", "nitropack", "@tanstack/nitro-v2-vite-plugin"].some((name) => node.all.has(name));
  // Its own output is a handler of requests that some server calls: scripts.start says which.
  return isServed || node.scripts["start"] === undefined
    ? planNitroIf(isServed)(node, build)
    : Promise.resolve(undefined);
};

function planNitroIf(isServed: boolean): Framework["plan"] {
  if (isServed) return planNitro;
  const reason = "it builds a handler of requests, and no server is among its packages";
  return async () => Promise.resolve({ kind: "obstacle", reason, hint: "add nitro to the plug-ins of vite.config" });
}

const planAngular: Framework["plan"] = async (node, build) => {
  const [[name, project] = ["", undefined]] = Object.entries(
    fieldOf(parseRecord(await node.project.text("angular.json")), "projects"),
  );
  const target = fieldOf(fieldOf(isRecord(project) ? project : undefined, "architect"), "build");
  const options = fieldOf(target, "options");
  const written = options["outputPath"] ?? fieldOf(options, "outputPath")["base"];
  const output = typeof written === "string" ? written : `dist/${name}`;
  const isNew = textIn(target, "builder").endsWith(":application");
  if (options["ssr"] !== undefined && options["ssr"] !== false) {
    const cmd = [`${output}/server/server.mjs`];
    const cmdBecause = "where Angular writes its server";
    return { kind: "server", build, include: ["dist/**", ...dependencies], cmd, cmdBecause, port: 4000 };
  }
  return site(isNew ? `${output}/browser` : output, true)(node, build);
};

const planNest: Framework["plan"] = async (node, build) => {
  const said = /^node\s+(?<file>[\w./-]+)\s*$/u.exec(node.scripts["start:prod"] ?? "")?.groups?.["file"];
  const file = said === undefined ? "dist/main.js" : `${said.replace(/^\.\//u, "").replace(/\.js$/u, "")}.js`;
  return Promise.resolve({
    kind: "server",
    build,
    include: ["dist/**", ...dataDirectories(node), ...dependencies],
    cmd: [file],
    cmdBecause:
      said === undefined || file === "dist/main.js"
        ? "where nest build writes its start"
        : "scripts.start:prod starts it",
    port: 3000,
  });
};

const planAdonis: Framework["plan"] = async (_node, build) =>
  Promise.resolve({
    kind: "server",
    build,
    include: ["build/**", ...dependencies],
    cmd: ["build/bin/server.js"],
    cmdBecause: "where node ace build writes its start",
    env: { HOST: "0.0.0.0", NODE_ENV: "production", PORT: "3333" },
    port: 3333,
  });

const planVite: Framework["plan"] = async (node, build) => {
  const config = await configText(node, "vite.config");
  const output = /\boutDir\s*:\s*["'](?<path>[\w./-]+)["']/u.exec(config)?.groups?.["path"]?.replace(/^\.\//u, "");
  const hasPage = node.project.has("index.html");
  return hasPage || output !== undefined ? site(output ?? "dist", true)(node, build) : undefined;
};

/** A site of documents, which its program builds below the directory that the script names. */
function planPress(program: string, output: string): Framework["plan"] {
  return async (node, build) => {
    const script = node.scripts["build"] ?? node.scripts["docs:build"] ?? "";
    const folder = new RegExp(`${program} build\\s+(?<folder>[\\w./-]+)`, "u").exec(script)?.groups?.["folder"];
    return site(`${folder === undefined ? "" : `${folder}/`}.${program}/${output}`, false)(node, build);
  };
}

/** A site whose configuration may name another directory than the usual one. */
function planOutput(usual: string, config: string): Framework["plan"] {
  return async (node, build) => {
    const text = await configText(node, config);
    const output = /\boutDir\s*:\s*["'](?:\.\/)?(?<path>[\w./-]+)["']/u.exec(text)?.groups?.["path"];
    return site(output ?? usual, false)(node, build);
  };
}

/** An application whose server is one of the adapters: without one, the build makes no program. */
const planQwik: Framework["plan"] = async (node, build) => {
  const adapters = "adapters/";
  const has = (name: string): boolean => node.project.files.some((path) => path.startsWith(`${adapters}${name}/`));
  if (has("static")) return site("dist", false)(node, build);
  const entry = ["express", "fastify", "node-server"].find(has);
  if (entry === undefined) {
    return {
      kind: "obstacle",
      reason: "no adapter makes a server or pages of it",
      hint: "npm run qwik add express, or npm run qwik add static",
    };
  }
  const file = `server/entry.${entry === "node-server" ? "node-server" : entry}.js`;
  return Promise.resolve({
    kind: "server",
    build,
    include: ["dist/**", "server/**", ...dependencies],
    cmd: [file],
    cmdBecause: `where the adapter ${entry} writes its server`,
    env: { PORT: "3000" },
    port: 3000,
  });
};

/** Scripts that a page beside them loads, where the page is there before the build. */
const planWebpack: Framework["plan"] = async (node, build) => {
  const folder = ["dist", "public"].find((name) => node.project.has(`${name}/index.html`));
  const isServed = /^(?:node|nodemon|tsx|ts-node)\b/u.test(node.scripts["start"] ?? "");
  if (folder === undefined || isServed || node.scripts["build"] === undefined) return undefined;
  return site(folder, false)(node, build);
};

/** A site whose page the bundler makes; a server of the project's own is started by its script. */
const planBundled: Framework["plan"] = async (node, build) =>
  /^(?:node|nodemon|tsx|ts-node)\b/u.test(node.scripts["start"] ?? "") ? undefined : site("dist", true)(node, build);

/** Rspack has a plug-in of its own that makes the page. */
const planRspack: Framework["plan"] = async (node, build) => {
  const makesPage = /\bHtml(?:Rspack|Webpack)Plugin\b/u.test(await configText(node, "rspack.config"));
  return (makesPage ? planBundled : planWebpack)(node, build);
};

/** Directories beside the sources that programs read at run time. */
export function dataDirectories({ project }: NodeProject): readonly string[] {
  const usual =
    "public static views templates assets locales i18n config migrations prisma drizzle data resources".split(" ");
  return usual.filter((name) => project.files.some((path) => path.startsWith(`${name}/`))).map((name) => `${name}/**`);
}

/** The frameworks that decide how a project is built, the most telling first. */
export const frameworks: readonly Framework[] = [
  { name: "Next.js", dependency: "next", builds: "next build", plan: planNext },
  { name: "Nuxt", dependency: "nuxt", builds: "nuxt build", plan: planNuxt },
  {
    name: "React Router",
    dependency: "@react-router/dev",
    builds: "react-router build",
    plan: planRouter("react-router-serve", "@react-router/serve"),
  },
  {
    name: "Remix",
    dependency: "@remix-run/dev",
    builds: "remix vite:build",
    plan: planRouter("remix-serve", "@remix-run/serve"),
  },
  { name: "SvelteKit", dependency: "@sveltejs/kit", builds: "vite build", plan: planSvelteKit },
  { name: "Astro", dependency: "astro", builds: "astro build", plan: planAstro },
  { name: "SolidStart", dependency: "@solidjs/start", builds: "vinxi build", plan: planNitro },
  { name: "TanStack Start", dependency: "@tanstack/react-start", builds: "vite build", plan: planTanStack },
  { name: "Nitro", dependency: "nitropack", builds: "nitro build", plan: planNitro },
  { name: "AdonisJS", dependency: "@adonisjs/core", builds: "node ace build", plan: planAdonis },
  { name: "NestJS", dependency: "@nestjs/core", builds: "nest build", plan: planNest },
  { name: "Gatsby", dependency: "gatsby", builds: "gatsby build", plan: site("public", false) },
  { name: "Docusaurus", dependency: "@docusaurus/core", builds: "docusaurus build", plan: site("build", false) },
  { name: "VitePress", dependency: "vitepress", builds: "vitepress build", plan: planPress("vitepress", "dist") },
  { name: "VuePress", dependency: "vuepress", builds: "vuepress build", plan: planPress("vuepress", "dist") },
  { name: "Rspress", dependency: "rspress", builds: "rspress build", plan: planOutput("doc_build", "rspress.config") },
  {
    name: "Rspress",
    dependency: "@rspress/core",
    builds: "rspress build",
    plan: planOutput("doc_build", "rspress.config"),
  },
  { name: "Hexo", dependency: "hexo", builds: "hexo generate", plan: site("public", false) },
  { name: "Qwik", dependency: "@builder.io/qwik-city", builds: "qwik build", plan: planQwik },
  { name: "Eleventy", dependency: "@11ty/eleventy", builds: "eleventy", plan: site("_site", false) },
  { name: "Angular", dependency: "@angular/core", builds: "ng build", plan: planAngular },
  { name: "Create React App", dependency: "react-scripts", builds: "react-scripts build", plan: site("build", true) },
  { name: "Vue CLI", dependency: "@vue/cli-service", builds: "vue-cli-service build", plan: site("dist", true) },
  { name: "Vite", dependency: "vite", builds: "vite build", plan: planVite },
  { name: "Rsbuild", dependency: "@rsbuild/core", builds: "rsbuild build", plan: planOutput("dist", "rsbuild.config") },
  { name: "Farm", dependency: "@farmfe/core", builds: "farm build", plan: site("dist", true) },
  { name: "Rspack", dependency: "@rspack/cli", builds: "rspack build", plan: planRspack },
  { name: "webpack", dependency: "html-webpack-plugin", builds: "webpack --mode production", plan: planBundled },
  { name: "webpack", dependency: "webpack-cli", builds: "webpack --mode production", plan: planWebpack },
  { name: "Parcel", dependency: "parcel", builds: "parcel build", plan: site("dist", false) },
];
