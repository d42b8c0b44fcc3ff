import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { clientOnly, dispatchersOnly, precompiledProtos, withoutLocales } from "./bundle-plugins.ts";
import { projectFolder } from "./project.ts";

interface Program {
  readonly entry: string;
  /** True where `start.ts` starts it. */
  readonly isStarted?: boolean;
  /** The first line of the file. */
  readonly banner?: string;
  readonly plugins?: readonly Plugin[];
}

/**
 * The programs: the frontend, and the resolver with its thread, in the frontend's image; what warms them up when that
 * image is made; the command line.
 */
export type ProgramName = "frontend" | "resolver" | "layer-thread" | "warm-up" | "cli";

const programs: Readonly<Record<ProgramName, Program>> = {
  frontend: { entry: "src/bin/frontend.ts", isStarted: true, plugins: [clientOnly, precompiledProtos] },
  resolver: { entry: "src/bin/resolver.ts", isStarted: true },
  "layer-thread": { entry: "src/bin/layer-thread.ts" },
  "warm-up": { entry: "scripts/warm-up/warm-up.ts" },
  cli: { entry: "src/bin/cli.ts", banner: "#!/usr/bin/env node" },
};

export interface Bundle {
  readonly bytes: number;
  /** The origins of the bytes, largest first: a package, or a folder of `src`. */
  readonly parts: readonly { readonly name: string; readonly bytes: number }[];
  /** The npm packages among them, also those of which nothing is left. */
  readonly packages: readonly string[];
}

/**
 * Bundles a program with all that it imports into `<name>.js` in `folder`; one that `start.ts` starts, into
 * `<name>.main.js`.
 */
export async function bundle(name: ProgramName, folder: string): Promise<Bundle> {
  // The project around it is of modules.
  writeFileSync(join(folder, "package.json"), '{"type":"commonjs"}\n');
  const { isStarted = false, ...program } = programs[name];
  if (!isStarted) return bundleFile(program, join(folder, `${name}.js`));
  await bundleFile({ entry: "src/bin/start.ts" }, join(folder, `${name}.js`));
  // A function that is given what the bundle asks Node's modules from.
  const file = { ...program, banner: "(function(require){", footer: "})" };
  return bundleFile(file, join(folder, `${name}.main.js`));
}

async function bundleFile(
  { entry, banner = "", footer = "", plugins = [] }: Program & { readonly footer?: string },
  outfile: string,
): Promise<Bundle> {
  const made = await build({
    entryPoints: [join(projectFolder, entry)],
    outfile,
    bundle: true,
    platform: "node",
    target: "node22.19",
    // Node starts these in less time than modules, and V8 hands out the code of what ran.
    format: "cjs",
    // Names are kept: a failure prints where it comes from. Spaces and remarks would be read in every build.
    minifySyntax: true,
    minifyWhitespace: true,
    lineLimit: 160,
    legalComments: "none",
    logLevel: "warning",
    metafile: true,
    absWorkingDir: projectFolder,
    plugins: [withoutLocales, dispatchersOnly, ...plugins],
    banner: { js: banner },
    footer: { js: footer },
  });
  // One other character doubles what V8 takes for the text, and start.ts reads a byte a character.
  if (!/^[\0-\x7f]*$/u.test(readFileSync(outfile, "utf8"))) throw new Error(`${outfile} holds more than ASCII`);
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
      .map(([part, bytes]) => ({ name: part, bytes }))
      .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1)),
    packages: Object.keys(made.metafile.inputs).flatMap((path) => packageOf(path) ?? []),
  };
}

function partName(path: string): string {
  return packageOf(path) ?? path.split("/").slice(0, 2).join("/");
}

function packageOf(path: string): string | undefined {
  return /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(path)?.[1];
}
