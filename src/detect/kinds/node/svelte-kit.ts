import { fieldOf } from "../../../formats/json/json-object.ts";
import { type NodeProject, textIn } from "./manifest.ts";
import { configText, dependencies, type Framework, type Plan, site } from "./plan.ts";

/** What the adapter of a configuration makes: a server of Node, or pages. */
export const planSvelteKit: Framework["plan"] = async (node, build) => {
  const config = `${await configText(node, "svelte.config")}\n${await configText(node, "vite.config")}`;
  const adapter = /["']@sveltejs\/adapter-(?<name>[\w-]+)["']/u.exec(config)?.groups?.["name"];
  if (adapter === "static") return planPrerendered(node, { build, config });
  if (adapter === "node") {
    const cmdBecause = "where @sveltejs/adapter-node writes its server";
    return {
      kind: "server",
      build,
      include: ["build/**", ...dependencies],
      cmd: ["build/index.js"],
      cmdBecause,
      port: 3000,
    };
  }
  if (adapter === "auto") {
    // The adapter decides by the platform that it sees: a server of Node is what Cloud Run's builds get.
    const { name } = node.tool;
    const add = name === "npm" ? "npm install --no-save" : `${name} add --dev`;
    const kit = /\d+/u.exec(textIn(fieldOf(node.manifest, "devDependencies"), "@sveltejs/kit"))?.[0] ?? "2";
    const version = { 1: "1", 2: "5" }[kit] ?? "latest";
    return {
      kind: "server",
      build: [`${add} @sveltejs/adapter-node@${version}`, ...build.map((command) => `GCP_BUILDPACKS=1 ${command}`)],
      include: ["build/**", ...dependencies],
      cmd: ["build/index.js"],
      cmdBecause: "@sveltejs/adapter-auto makes a server of Node where it is built for Cloud Run",
      port: 3000,
    };
  }
  return {
    kind: "obstacle",
    reason: `@sveltejs/adapter-${adapter ?? "auto"} makes no server`,
    hint: "use @sveltejs/adapter-node or @sveltejs/adapter-static in svelte.config.js",
  };
};

/** Pages without a server: the adapter refuses routes of which nothing says that they are rendered by the build. */
async function planPrerendered(
  node: NodeProject,
  { build, config }: { readonly build: readonly string[]; readonly config: string },
): Promise<Plan | undefined> {
  if (/\bfallback\s*:/u.test(config)) return site("build", true)(node, build);
  const { files } = node.project;
  const pages = files.filter((path) => /^src\/routes\/(?:.*\/)?\+(?:layout|page)(?:\.server)?\.[jt]s$/u.test(path));
  for (const path of pages) {
    if (/\bprerender\s*=\s*(?:true\b|["']auto["'])/u.test(await node.project.text(path))) {
      return site("build", false)(node, build);
    }
  }
  // Routes elsewhere, or a list of pages in the configuration, are for the adapter to judge.
  const isUsual = files.some((path) => path.startsWith("src/routes/")) && !/\b(?:routes|strict)\s*:/u.test(config);
  if (!isUsual) return site("build", false)(node, build);
  return {
    kind: "obstacle",
    reason: "@sveltejs/adapter-static takes only prerendered pages, and no page or layout says that it is one",
    hint: "write `export const prerender = true` to src/routes/+layout.js, or give the adapter a fallback",
  };
}
