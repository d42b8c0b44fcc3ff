import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { capture, output } from "../../scripts/lib/command.ts";
import { aptSettings, aptSources } from "../../scripts/lib/debian-root.ts";
import { packFolder } from "../../scripts/lib/layer-file.ts";
import { projectFolder, say } from "../../scripts/lib/project.ts";
import { writeLayersLayout } from "../bench/layout.ts";
import { type ComparedSource, newestSeconds, parseChangelog, toRecords } from "./changelogs.ts";
import { busyboxRoot, changelogIn, copySubset, readInstalled, withNeeds } from "./debian-subset.ts";
import { type Language, languages, rivals } from "./images.ts";
import { fetchChangelogs } from "./newest-changelogs.ts";
import { type ListFacts, writeComparison } from "./results.ts";
import { severitiesIn } from "./severities.ts";

const usage = `usage: npm run comparison
Writes test/comparison/results.json, as root: images of one function in four languages, a list of vulnerabilities out of the changelogs
of Debian's packages, and what pith compare says of them. It keeps its parts in .cache/comparison; a folder that is deleted there is made again.`;

const folder = join(projectFolder, ".cache/comparison");
const builder = join(folder, "builder");
const listFile = join(folder, "vulnerabilities.json");
const program = join(projectFolder, "dist/cli.js");

async function makeBuilder(): Promise<void> {
  if (existsSync(join(builder, "var/lib/dpkg/status"))) return;
  say("comparison: making a Debian root");
  const all = languages.flatMap((language) => [...language.packages, ...language.development]);
  const packages = new Set([
    ...all,
    ...rivals.flatMap((one) => languages.flatMap((language) => one.packages(language))),
  ]);
  const settings = join(folder, "apt.conf");
  writeFileSync(settings, await aptSettings());
  const options = ["--quiet", "--variant=minbase", "--skip=output/dev", "--format=directory", `--aptopt=${settings}`];
  // Java's packages put alternatives into the folders of manuals.
  const left = ["--dpkgopt=path-exclude=/usr/share/locale/*"];
  const include = `--include=${[...packages, "busybox-static", "musl"].join(",")}`;
  await output("mmdebstrap", [...options, ...left, include, "trixie", builder, ...(await aptSources())]);
}

/** An image of each kind for a language, as OCI layouts by their names. */
async function makeImages(language: Language): Promise<ReadonlyMap<string, string>> {
  const all = readInstalled(builder);
  const found = new Map<string, string>();
  const keep = async (name: string, make: (root: string) => Promise<void>): Promise<void> => {
    const place = join(folder, "images", language.folder, name.replaceAll(" ", "-"));
    const layout = `${place}.oci`;
    if (!existsSync(layout)) {
      say(`comparison: making ${name} for ${language.name}`);
      rmSync(place, { recursive: true, force: true });
      mkdirSync(join(place, ".."), { recursive: true });
      await make(place);
      const layer = await packFolder(place, `${place}.tar`, 0);
      writeLayersLayout(layout, [layer]);
      for (const one of [place, `${place}.tar`, `${place}.tar.gz`]) rmSync(one, { recursive: true, force: true });
    }
    found.set(name, `oci:${layout}`);
  };
  for (const rival of rivals) {
    const named = rival.packages(language);
    const packages = rival.withNeeds
      ? withNeeds(all, named, { essential: rival.essential })
      : [
          ...new Set([
            ...named.filter((name) => all.has(name)),
            ...withNeeds(all, rival.whole?.(language) ?? [], { essential: false }),
          ]),
        ];
    await keep(rival.name, async (root) => copySubset(builder, root, { packages, database: rival.database }));
  }
  if (language.name === "bootstrap") await keep("Alpine-like", async (root) => busyboxRoot(builder, root));
  found.set("Pith", await makeOwn(language));
  return found;
}

/** The image that Pith makes of the function, after its program ran. */
async function makeOwn(language: Language): Promise<string> {
  const context = join(folder, "functions", language.folder);
  rmSync(context, { recursive: true, force: true });
  cpSync(join(import.meta.dirname, "functions", language.folder), context, { recursive: true });
  await compile(language, context);
  const layout = join(folder, "images", language.folder, "Pith.oci");
  rmSync(layout, { recursive: true, force: true });
  const words = ["build", "-q", "--source", `main=dir:${builder}`, "-o", `oci:${layout}`, "-t", "1", context];
  await output(process.execPath, [program, ...words]);
  const root = join(folder, "tried");
  rmSync(root, { recursive: true, force: true });
  await output(process.execPath, [program, "save-rootfs", "-q", `oci:${layout}:1`, root]);
  const settings = await output(process.execPath, [program, "inspect", "--json", `oci:${layout}:1`]);
  const { entrypoint, cmd, workdir } = startSchema.parse(JSON.parse(settings)).settings;
  mkdirSync(join(root, "proc"), { recursive: true });
  const start = [...inRoot(root), "--wd", workdir, ...entrypoint, ...cmd];
  const { code, stdout, stderr } = await capture("env", ["-i", "PATH=/usr/local/bin:/usr/bin", ...start], {
    input: '{"text": "three small words"}',
  });
  if (code !== 0 || (stdout.trim() !== '{"words": 3}' && stdout.trim() !== '{"words":3}')) {
    throw new Error(`cannot use the image for ${language.name}: its function printed ${stdout}${stderr}`);
  }
  rmSync(root, { recursive: true, force: true });
  return `oci:${layout}:1`;
}

/** In namespaces of its own; Java's programs find their libraries by `/proc`. */
function inRoot(root: string): readonly string[] {
  return ["unshare", "--fork", "--pid", "--mount-proc", "--root", root];
}

const startSchema = z.object({
  settings: z.looseObject({
    entrypoint: z.array(z.string()).default([]),
    cmd: z.array(z.string()).default([]),
    workdir: z.string().default("/"),
  }),
});

/** Compiles with the builder's own compilers. */
async function compile({ name }: Language, context: string): Promise<void> {
  if (name !== "Java" && name !== "bootstrap") return;
  const scratch = join(builder, "tmp/function");
  rmSync(scratch, { recursive: true, force: true });
  cpSync(context, scratch, { recursive: true });
  const inside = [...inRoot(builder), "/usr/bin/env", "-i", "PATH=/usr/bin:/bin"];
  const [first = "", ...words] =
    name === "Java"
      ? [...inside, "javac", "-d", "/tmp/function", "/tmp/function/Main.java"]
      : [...inside, "gcc", "-O2", "-static", "-o", "/opt/bootstrap", "/tmp/function/bootstrap.c"];
  await output(first, words);
  if (name === "Java") cpSync(join(scratch, "Main.class"), join(context, "Main.class"));
  rmSync(scratch, { recursive: true, force: true });
}

/** Writes the list of vulnerabilities, and answers its time and what it was made of. */
async function makeList(): Promise<ListFacts> {
  const own = new Map<string, string>();
  const sources = new Set<string>();
  for (const { name, source } of readInstalled(builder).values()) {
    sources.add(source);
    const file = changelogIn(builder, name);
    if (file !== undefined && !own.has(source)) own.set(source, gunzipSync(readFileSync(file)).toString("utf8"));
  }
  const [mirror = ""] = (await aptSources()).map((line) => line.split(" ")[1] ?? "");
  if (mirror === "") throw new Error("cannot find a mirror of Debian: apt has no source with an address");
  const newest = await fetchChangelogs(sources, { folder, mirror });
  const compared = [...sources].toSorted().flatMap((source): readonly ComparedSource[] => {
    const read = newest.get(source);
    if (read === undefined || read.text === "") return [];
    const severities = severitiesIn([own.get(source) ?? "", read.text, read.notes].join("\n"));
    return [{ source, severities, own: parseChangelog(own.get(source) ?? ""), newest: parseChangelog(read.text) }];
  });
  const records = toRecords(compared, "Debian:13");
  writeFileSync(listFile, JSON.stringify(records));
  const rated = new Set(compared.flatMap(({ severities }) => [...severities.keys()]));
  return {
    epochSeconds: newestSeconds(compared),
    sources: compared.length,
    cves: records.length,
    rated: records.filter(({ id }) => rated.has(id)).length,
  };
}

async function main(): Promise<void> {
  if (process.argv.slice(2).some((word) => word.startsWith("-"))) return say(usage);
  mkdirSync(folder, { recursive: true });
  await makeBuilder();
  const images = new Map<Language, ReadonlyMap<string, string>>();
  for (const language of languages) images.set(language, await makeImages(language));
  say("comparison: reading changelogs");
  const list = await makeList();
  const tables: { readonly language: Language; readonly names: readonly string[]; readonly json: string }[] = [];
  for (const [language, found] of images) {
    say(`comparison: comparing the images for ${language.name}`);
    const words = ["compare", "--json", "--vulnerabilities", listFile, ...found.values()];
    tables.push({ language, names: [...found.keys()], json: await output(process.execPath, [program, ...words]) });
  }
  writeComparison(tables, list);
}

await main();
