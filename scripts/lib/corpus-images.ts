import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { chosenPrograms, corpusPrograms, imagesOf, packagesOf } from "../../test/support/corpus.ts";
import { output } from "./command.ts";
import { debianRoot } from "./debian-root.ts";
import { packFolder } from "./layer-file.ts";
import { hasTag, pushImage, pushTag, sha256 } from "./oci-push.ts";
import { projectFolder, say, stateFolder } from "./project.ts";
import { twoAtOnce } from "./two-at-once.ts";

/** A builder that programs of the corpus come from: a configured Debian root with many packages. */
export interface CorpusImage {
  /** `python`: the image is `corpus-python:1`, its recipe `test/corpus/images/python.yaml`. */
  readonly name: string;
  readonly packages: readonly string[];
  /**
   * Further images, of which all that their programs install is among `packages`: their programs work here as they are.
   */
  readonly allPackagesOf: readonly string[];
  /** npm packages, installed in /srv/node; they come with npm's own Node. */
  readonly npm: readonly string[];
  /** Packages of the toolchain that `setup` needs and the image does not. */
  readonly toolchain: readonly string[];
  /** A shell script that ends the making, run in the root; `test/corpus/images/<name>/` is at /setup then. */
  readonly setup: string;
}

const recipeSchema = z.strictObject({
  packages: z.array(z.string()).default([]),
  allPackagesOf: z.array(z.string()).default([]),
  npm: z.array(z.string()).default([]),
  toolchain: z.array(z.string()).default([]),
  setup: z.string().default(""),
});

const epochSeconds = 1_754_697_600;
const recipes = join(projectFolder, "test/corpus/images");

/** The recipes of `test/corpus/images`, by name. */
export function corpusImages(): readonly CorpusImage[] {
  return readdirSync(recipes)
    .filter((file) => file.endsWith(".yaml"))
    .sort()
    .map((file) => {
      const { packages, ...recipe } = readRecipe(file);
      const packagesOfAll = recipe.allPackagesOf.flatMap((image) => [
        ...readRecipe(`${image}.yaml`).packages,
        ...corpusPrograms().flatMap((program) => (program.image === image ? packagesOf(program) : [])),
      ]);
      return { name: file.slice(0, -5), ...recipe, packages: [...new Set([...packages, ...packagesOfAll])].sort() };
    });
}

/** The images that the programs of this run come from. */
export function chosenImages(): readonly CorpusImage[] {
  const used = imagesOf(chosenPrograms());
  return corpusImages().filter(({ name }) => used.has(name));
}

function readRecipe(file: string): z.infer<typeof recipeSchema> {
  return recipeSchema.parse(parse(readFileSync(join(recipes, file), "utf8")));
}

const beingMade = new Map<string, Promise<string>>();

/** The directory of an image's root file system, made when it is not there: once a week for each recipe. */
export async function ensureCorpusImageRoot(image: CorpusImage): Promise<string> {
  const made = beingMade.get(image.name) ?? makeCorpusImageRoot(image);
  beingMade.set(image.name, made);
  return made;
}

async function makeCorpusImageRoot(image: CorpusImage): Promise<string> {
  const folder = join(stateFolder(), "roots");
  const root = join(folder, `program-${image.name}-${imageKey(image)}`);
  if (existsSync(root)) return root;
  mkdirSync(folder, { recursive: true });
  for (const old of readdirSync(folder)) {
    // `python-all-packages` is another image than `python`.
    const ofRecipe = /^program-(.+)-[0-9a-f]{16}(?:\.unfinished)?$/u.exec(old)?.[1];
    if (ofRecipe === image.name) rmSync(join(folder, old), { recursive: true, force: true });
  }
  say(`corpus: making the root of ${image.name} (${image.packages.length + image.npm.length} packages)`);
  const started = Date.now();
  const unfinished = `${root}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  const hooks = join(recipes, image.name);
  await debianRoot({
    tarFile: unfinished,
    format: "directory",
    packages: [...image.packages, ...image.toolchain],
    epochSeconds,
    hooks: [
      // Java's packages make links to manuals in a folder that exists on every other Debian.
      '--essential-hook=mkdir -p "$1/usr/share/man/man1"',
      ...(existsSync(hooks) ? [`--customize-hook=cp -r ${hooks} "$1/setup"`] : []),
      ...(image.setup === "" ? [] : [`--customize-hook=chroot "$1" sh -ec '${image.setup.replaceAll("'", "'\\''")}'`]),
      ...(image.toolchain.length === 0
        ? []
        : [`--customize-hook=chroot "$1" apt-get purge -y -qq --autoremove ${image.toolchain.join(" ")}`]),
      '--customize-hook=rm -rf "$1/setup"',
    ],
  });
  if (image.npm.length > 0) await installNode(unfinished, image.npm);
  renameSync(unfinished, root);
  say(`corpus: ${image.name} is ready after ${Math.round((Date.now() - started) / 1000)} s`);
  return root;
}

/** Pushes the images of the corpus to the registry at `host`, where they are not there yet. */
export async function ensureCorpusImages(host: string, names: ReadonlySet<string>): Promise<void> {
  await forEachImage(names, (image) => ensureImage(host, image));
}

/** The directories of the roots of the corpus, by name. */
export async function ensureCorpusImageRoots(names: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const roots = new Map<string, string>();
  await forEachImage(names, async (image) => {
    roots.set(image.name, await ensureCorpusImageRoot(image));
  });
  return new Map([...roots].sort(([left], [right]) => (left < right ? -1 : 1)));
}

async function forEachImage(names: ReadonlySet<string>, make: (image: CorpusImage) => Promise<void>): Promise<void> {
  const wanted = corpusImages().filter(({ name }) => names.has(name));
  await twoAtOnce(wanted, make);
}

async function ensureImage(host: string, image: CorpusImage): Promise<void> {
  const repository = `library/corpus-${image.name}`;
  const key = imageKey(image);
  if (await hasTag(host, repository, key)) return;
  const root = await ensureCorpusImageRoot(image);
  say(`corpus: pushing the image of ${image.name}`);
  const scratch = mkdtempSync(join(tmpdir(), "pith-corpus-"));
  try {
    const layers = [await packFolder(root, join(scratch, "root.tar"), epochSeconds)];
    const path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    const config = { Env: [path], Cmd: ["bash"], WorkingDir: "/" };
    const created = new Date(epochSeconds * 1000).toISOString();
    const manifest = await pushImage(host, repository, { layers, architecture: "amd64", config, created });
    for (const tag of ["1", key]) await pushTag(host, { repository, tag }, [{ architecture: "amd64", manifest }]);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Node as npm ships it, and packages that npm installs where the root's programs will find them. */
async function installNode(root: string, packages: readonly string[]): Promise<void> {
  const folder = join(root, "srv/node");
  mkdirSync(folder, { recursive: true });
  await output("install", [
    "-Dm755",
    join(projectFolder, "node_modules/node/bin/node"),
    join(root, "usr/local/bin/node"),
  ]);
  // Scripts compile or download, for the Node that runs this and not for the root's.
  await output(
    "npm",
    ["install", "--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder, ...packages],
    {
      cwd: folder,
    },
  );
}

function imageKey(image: CorpusImage): string {
  const week = Math.floor(Date.now() / (7 * 86_400_000));
  const folder = join(recipes, image.name);
  const files = existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" })
        .sort()
        .map((file) => join(folder, file))
        .filter((file) => statSync(file).isFile())
        .map((file) => readFileSync(file, "utf8"))
    : [];
  return sha256([`${week}`, JSON.stringify(image), ...files].join("\n")).slice(7, 23);
}
