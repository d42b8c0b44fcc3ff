import { existsSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { projectFolder } from "./project.ts";

/** The programs: the frontend's and the resolver's with its thread, in the frontend's image, and the command line. */
export type Role = "frontend" | "resolve" | "write-layers" | "cli";

export interface Bundle {
  readonly bytes: number;
  /** What the bytes come from, largest first: a package, or a folder of `src`. */
  readonly parts: readonly { readonly name: string; readonly bytes: number }[];
}

/** Bundles `src/bin/<role>.ts` with all that it imports into one file in `folder`; undefined when that source is absent. */
export async function bundle(role: Role, folder: string): Promise<Bundle | undefined> {
  const entry = join(projectFolder, "src/bin", `${role}.ts`);
  if (!existsSync(entry)) return undefined;
  const made = await build({
    entryPoints: [entry],
    outfile: join(folder, `${role}.js`),
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    // Kept readable: a failure prints the line that it comes from. The compiled form is cached in the image anyway.
    minifySyntax: true,
    lineLimit: 160,
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
    absWorkingDir: projectFolder,
    plugins: [withoutLocales, dispatchersOnly, withoutReflection],
    // Some dependencies are CommonJS and require Node's own modules. The name is long so that no minified one is the same.
    banner: {
      js: `${role === "cli" ? "#!/usr/bin/env node\n" : ""}import{createRequire as createRequireHere}from"node:module";const require=createRequireHere(import.meta.url);`,
    },
  });
  const outputs = Object.values(made.metafile.outputs);
  const sizes = new Map<string, number>();
  for (const produced of outputs) {
    for (const [path, input] of Object.entries(produced.inputs)) {
      sizes.set(partName(path), (sizes.get(partName(path)) ?? 0) + input.bytesInOutput);
    }
  }
  return {
    bytes: outputs.reduce((sum, produced) => sum + produced.bytes, 0),
    parts: [...sizes]
      .map(([name, bytes]) => ({ name, bytes }))
      .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1)),
  };
}

/** zod carries its messages in fifty languages, which is half of its weight; ours are in one. */
const withoutLocales: Plugin = {
  name: "without-locales",
  setup(bundling) {
    bundling.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({ contents: "export {};" }));
  },
};

/** undici carries a browser's world; what asks registries is a quarter of it. Bundled code that imports more of it fails to bundle. */
const dispatchersOnly: Plugin = {
  name: "dispatchers-only",
  setup(bundling) {
    bundling.onLoad({ filter: /[\\/]undici[\\/]index\.js$/ }, () => ({
      contents: `
const Dispatcher = require("./lib/dispatcher/dispatcher");
Object.assign(Dispatcher.prototype, require("./lib/api"));
exports.Agent = require("./lib/dispatcher/agent");
exports.EnvHttpProxyAgent = require("./lib/dispatcher/env-http-proxy-agent");
`,
    }));
  },
};

/**
 * proto-loader describes every message once more for servers that answer questions about themselves. The frontend is a client: making these
 * descriptions is a fifth of its start.
 */
const withoutReflection: Plugin = {
  name: "without-reflection",
  setup(bundling) {
    bundling.onLoad({ filter: /[\\/]protobufjs[\\/]ext[\\/]descriptor[\\/]index\.js$/ }, () => ({
      contents: `
const { Enum, Root, Type } = require("../..");
const described = { $type: { toObject: () => ({}) } };
Root.prototype.toDescriptor = () => ({ file: [] });
Type.prototype.toDescriptor = Enum.prototype.toDescriptor = () => described;
`,
    }));
  },
};

function partName(path: string): string {
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(path)?.[1];
  return inPackage ?? path.split("/").slice(0, 2).join("/");
}
