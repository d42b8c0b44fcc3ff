import { linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BaseImage, created, imageConfig, recipeKey, recipesOf } from "./base-recipes.ts";
import { capture, output } from "./command.ts";
import { checkSpace } from "./disk.ts";
import { Lack } from "./failures.ts";
import { undoing } from "./interruption.ts";
import { sha256 } from "./oci-push.ts";
import { installImageTools } from "./packages.ts";
import { say } from "./project.ts";

type Environment = Readonly<Record<string, string>>;

/** The label by which an image that an engine has is known to be of this recipe. */
const recipeLabel = "pith.recipe";

/** What an image that is made here is called on an engine of somebody's own: official names stay theirs. */
export function madeName(name: string): string {
  return `pith-base/${name}`;
}

const otherWays = "let that Docker reach Docker Hub, or load node:24-slim and python:3.13-slim into it";

/**
 * Makes the images that `names` names (such as `node:24-slim`) out of Debian's and npm's packages, and loads each into
 * the engine as `madeName(name)`. It needs no registry. Images of this week's recipes are kept. Installs what is
 * missing for it; a machine on which nothing can be installed is told so.
 */
export async function loadBaseImages(names: readonly string[], environment: Environment): Promise<void> {
  for (const step of loadingBaseImages(names, environment).values()) await step;
}

/** The same, for work that begins as soon as the first image is there. */
export function loadingBaseImages(
  names: readonly string[],
  environment: Environment,
): ReadonlyMap<string, Promise<string>> {
  const ready = readyToMake();
  return new Map(names.map((name) => [name, ready.then(async () => loadBaseImage(name, environment))]));
}

/** Gives images that were made here the official names that commands use. An image that has the name keeps it. */
export async function officialNames(names: readonly string[], env: Environment): Promise<void> {
  for (const name of names) {
    if ((await capture("docker", ["image", "inspect", name], { env })).code === 0) continue;
    await output("docker", ["tag", madeName(name), name], { env });
  }
}

/** Removes the images that were made here, by all their names. */
export async function removeMadeImages(env: Environment): Promise<void> {
  for (const image of recipesOf(undefined)) {
    for (const name of image.tags.map((tag) => `${image.repository}:${tag}`)) {
      for (const one of [name, madeName(name)]) {
        if ((await recipeIn(one, env)) !== undefined) await capture("docker", ["image", "rm", one], { env });
      }
    }
  }
}

async function readyToMake(): Promise<void> {
  if (process.arch !== "x64") {
    throw new Lack(`cannot make base images: they are made for x86-64, and this machine is ${process.arch}`, otherWays);
  }
  checkSpace(tmpdir(), leastGigabytes, "TMPDIR");
  await installImageTools();
}

/** What two roots and their archives take while they are made. */
const leastGigabytes = 2;

async function loadBaseImage(name: string, environment: Environment): Promise<string> {
  const [image] = recipesOf([name]);
  if (image === undefined) throw new Error(`cannot make ${name}: no recipe is known`);
  return loadMade(image, { name, key: recipeKey(), environment });
}

/** Makes one image and loads it. `key` names its recipe: an image of the same is kept. */
export async function loadMade(
  image: BaseImage,
  { name, key, environment }: { readonly name: string; readonly key: string; readonly environment: Environment },
): Promise<string> {
  const made = madeName(name);
  if ((await recipeIn(made, environment)) === key) return made;
  const folder = mkdtempSync(join(tmpdir(), "pith-base-"));
  return undoing(
    () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
    async () => {
      say(`base images: making ${name}`);
      const archive = await writeArchive(image, { folder, made, key });
      await output("docker", ["load", "--quiet", "--input", archive], { env: environment });
      return made;
    },
  );
}

/** The recipe of an image that was made here; undefined for any other. */
async function recipeIn(name: string, env: Environment): Promise<string | undefined> {
  const format = `{{index .Config.Labels "${recipeLabel}"}}`;
  const { code, stdout } = await capture("docker", ["image", "inspect", "--format", format, name], { env });
  return code === 0 && stdout.trim().startsWith("recipe-") ? stdout.trim() : undefined;
}

/** Writes the image in the form of `docker save`, which engines of every age and store load. */
async function writeArchive(
  image: BaseImage,
  { folder, made, key }: { readonly folder: string; readonly made: string; readonly key: string },
): Promise<string> {
  const [architecture = "amd64"] = image.architectures;
  const layers = await image.layers(folder, architecture);
  const stage = join(folder, "archive");
  mkdirSync(stage);
  const config = JSON.stringify({
    architecture,
    os: "linux",
    created,
    config: { ...imageConfig(image), Labels: { [recipeLabel]: key } },
    rootfs: { type: "layers", diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map(() => ({ created, created_by: "scripts/lib/base-recipes.ts" })),
  });
  const configName = `${sha256(config).slice(7)}.json`;
  writeFileSync(join(stage, configName), config);
  const names = layers.map(({ diffId }) => `${diffId.slice(7)}.tar.gz`);
  for (const [at, { hostPath }] of layers.entries()) linkSync(hostPath, join(stage, names[at] ?? ""));
  writeFileSync(
    join(stage, "manifest.json"),
    JSON.stringify([{ Config: configName, RepoTags: [made], Layers: names }]),
  );
  const archive = join(folder, "archive.tar");
  await output("tar", ["-cf", archive, "-C", stage, "manifest.json", configName, ...names]);
  return archive;
}
