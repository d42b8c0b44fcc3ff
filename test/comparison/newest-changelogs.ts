import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { capture, output } from "../../scripts/lib/command.ts";
import { say } from "../../scripts/lib/project.ts";

/** The suite in which vulnerabilities are mended first. */
const suite = "sid";

interface NewestPackage {
  readonly name: string;
  readonly source: string;
  readonly version: string;
  readonly sizeBytes: number;
}

/**
 * Fetches the newest changelog of source packages, out of the smallest binary package of each that has one, and keeps
 * them, with the notes of its makers beside it (`SOURCE.notes`). `mirror`: an address of Debian's archive.
 */
export async function fetchChangelogs(
  sources: ReadonlySet<string>,
  { folder, mirror }: { readonly folder: string; readonly mirror: string },
): Promise<ReadonlyMap<string, ReadChangelog>> {
  const kept = join(folder, "changelogs");
  mkdirSync(kept, { recursive: true });
  const missing = [...sources].filter((source) => !existsSync(join(kept, source)));
  if (missing.length > 0) await fetchMissing(new Set(missing), { folder, kept, mirror });
  const known = readdirSync(kept).filter((source) => sources.has(source));
  const textOf = (name: string): string => (existsSync(join(kept, name)) ? readFileSync(join(kept, name), "utf8") : "");
  return new Map(known.map((source) => [source, { text: textOf(source), notes: textOf(`${source}.notes`) }]));
}

async function fetchMissing(
  sources: ReadonlySet<string>,
  { folder, kept, mirror }: { readonly folder: string; readonly kept: string; readonly mirror: string },
): Promise<void> {
  const apt = await openApt(folder, mirror);
  const bySource = new Map<string, NewestPackage[]>();
  for (const one of await readIndex(apt)) {
    if (sources.has(one.source) && one.sizeBytes <= mostBytes)
      bySource.set(one.source, [...(bySource.get(one.source) ?? []), one]);
  }
  // A documentation folder may be a link to that of another package of the source: the next smallest is tried then.
  for (let round = 0; round < rounds; round++) {
    const wanted = [...bySource].flatMap(([source, found]) => {
      const one = found.toSorted((left, right) => left.sizeBytes - right.sizeBytes)[round];
      return one === undefined || existsSync(join(kept, source)) ? [] : [{ ...one, source }];
    });
    await keepChangelogs(wanted, { packages: join(folder, "packages"), kept, apt });
  }
  for (const source of sources) {
    if (existsSync(join(kept, source))) continue;
    say(`comparison: no changelog of ${source}`);
    // It is not looked for again.
    writeFileSync(join(kept, source), "");
  }
}

const notesNames = ["changelog.gz", "NEWS.gz", "NEWS.md.gz", "CHANGES.md.gz"];

/** A changelog is in every package; none is worth more. */
const mostBytes = 20e6;

const rounds = 12;

async function keepChangelogs(
  wanted: readonly NewestPackage[],
  { packages, kept, apt }: { readonly packages: string; readonly kept: string; readonly apt: readonly string[] },
): Promise<void> {
  if (wanted.length === 0) return;
  rmSync(packages, { recursive: true, force: true });
  mkdirSync(packages);
  const names = wanted.map(({ name, version }) => `${name}=${version}`);
  await output("apt-get", [...apt, "-qq", "download", ...names], { cwd: packages });
  for (const archive of readdirSync(packages)) {
    const one = wanted.find(({ name }) => archive.startsWith(`${name}_`));
    const read = await changelogOf(join(packages, archive), join(packages, "tree"));
    if (one === undefined || read === undefined) continue;
    writeFileSync(join(kept, one.source), read.text);
    if (read.notes !== "") writeFileSync(join(kept, `${one.source}.notes`), read.notes);
  }
  rmSync(packages, { recursive: true, force: true });
}

/** Options of apt for a state of its own, whose lists are fetched. */
async function openApt(folder: string, mirror: string): Promise<readonly string[]> {
  const state = join(folder, "apt");
  for (const name of ["lists/partial", "cache/archives/partial"]) mkdirSync(join(state, name), { recursive: true });
  const list = join(state, "sources.list");
  writeFileSync(list, `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.pgp] ${mirror} ${suite} main\n`);
  const settings = {
    "Dir::Etc::sourcelist": list,
    "Dir::Etc::sourceparts": "/dev/null",
    "Dir::State::lists": join(state, "lists"),
    "Dir::Cache": join(state, "cache"),
    "APT::Sandbox::User": "root",
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  await output("apt-get", [...options, "-qq", "update"]);
  return options;
}

async function readIndex(apt: readonly string[]): Promise<readonly NewestPackage[]> {
  const format = ["--format", "$(FILENAME)", "Created-By: Packages"];
  const files = (await output("apt-get", [...apt, "indextargets", ...format]))
    .split("\n")
    .filter((file) => file !== "");
  const text = await output("/usr/lib/apt/apt-helper", [...apt, "cat-file", ...files]);
  return text.split("\n\n").flatMap((paragraph) => {
    const field = (name: string): string => new RegExp(`^${name}: (.*)$`, "mu").exec(paragraph)?.[1] ?? "";
    const name = field("Package");
    const [source = ""] = field("Source").split(" ");
    if (name === "") return [];
    return [
      { name, source: source === "" ? name : source, version: field("Version"), sizeBytes: Number(field("Size")) },
    ];
  });
}

interface ReadChangelog {
  readonly text: string;
  /** What the makers of the program say of its releases; empty where the package does not have it. */
  readonly notes: string;
}

async function changelogOf(archive: string, tree: string): Promise<ReadChangelog | undefined> {
  rmSync(tree, { recursive: true, force: true });
  const unpacked = await capture("dpkg-deb", ["-x", archive, tree]);
  const documents = join(tree, "usr/share/doc");
  if (unpacked.code !== 0 || !existsSync(documents)) return undefined;
  for (const name of readdirSync(documents)) {
    for (const file of ["changelog.Debian.gz", "changelog.Debian.amd64.gz", "changelog.gz"]) {
      const hostPath = join(documents, name, file);
      if (!existsSync(hostPath)) continue;
      const text = gunzipSync(readFileSync(hostPath)).toString("utf8");
      if (!/^[a-z0-9][\w.+-]* \([^()\s]+\) /u.test(text)) continue;
      const others = file === "changelog.gz" ? notesNames.slice(1) : notesNames;
      const notes = others.map((other) => join(documents, name, other)).filter((other) => existsSync(other));
      return { text, notes: notes.map((other) => gunzipSync(readFileSync(other)).toString("utf8")).join("\n") };
    }
  }
  return undefined;
}
