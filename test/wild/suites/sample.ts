import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { capture, output } from "../../../scripts/lib/command.ts";
import { aptSettings, aptSources } from "../../../scripts/lib/debian-root.ts";
import { sha256 } from "../../../scripts/lib/oci-push.ts";
import { wildFolder } from "../roots.ts";

export type Language = "perl" | "python" | "ruby" | "node" | "php";

export const languages: readonly Language[] = ["perl", "python", "ruby", "node", "php"];

/** A source package of Debian, with what its tests take. */
export interface SourcePackage {
  readonly name: string;
  /** Its binary packages that hold code. */
  readonly binaries: readonly string[];
  /** The libraries of the language among what its build takes: its tests use them. */
  readonly testDependencies: readonly string[];
  /** One of them has compiled parts. */
  readonly isCompiled: boolean;
}

const suites: Readonly<Record<Language, RegExp>> = {
  perl: /autopkgtest-pkg-perl/u,
  python: /autopkgtest-pkg-(?:python|pybuild)/u,
  ruby: /autopkgtest-pkg-ruby/u,
  node: /autopkgtest-pkg-nodejs/u,
  php: /autopkgtest/u,
};

const names: Readonly<Record<Language, RegExp>> = {
  perl: /^lib.*-perl$/u,
  python: /^(?:python3-|pybind|pypy)/u,
  ruby: /^(?:ruby-|rake$)/u,
  node: /^(?:node-|mocha$|jest$)/u,
  php: /^(?:php-|phpunit)/u,
};

/** Source packages of a language in an order that the seed alone decides. */
export async function sampleOf(language: Language, seed: string): Promise<readonly SourcePackage[]> {
  const paragraphs = (await sourceIndex()).split("\n\n");
  const packages = paragraphs.flatMap((paragraph) => packageOf(paragraph, language) ?? []);
  const unique = [...new Map(packages.map((one) => [one.name, one])).values()];
  const order = (one: SourcePackage): string => sha256(`${seed} ${one.name}`);
  return unique.toSorted((left, right) => (order(left) < order(right) ? -1 : 1));
}

function packageOf(paragraph: string, language: Language): SourcePackage | undefined {
  const name = field(paragraph, "Package");
  if (!suites[language].test(field(paragraph, "Testsuite"))) return undefined;
  if (language === "php" && !/^php(?:unit)?-/u.test(name)) return undefined;
  const ours = words(field(paragraph, "Binary"));
  const binaries = ours.filter((one) => names[language].test(one) && !/-(?:doc|dev|dbg|examples|tests)$/u.test(one));
  if (binaries.length === 0) return undefined;
  const built = ["Build-Depends", "Build-Depends-Indep", "Build-Depends-Arch"].flatMap((key) =>
    words(field(paragraph, key)),
  );
  const testDependencies = built.filter((one) => names[language].test(one) && !ours.includes(one));
  const isCompiled = field(paragraph, "Architecture")
    .split(" ")
    .some((one) => one === "any" || one.startsWith("linux"));
  return { name, binaries, testDependencies: [...new Set(testDependencies)], isCompiled };
}

/** The first name of each part of a list, without versions, architectures and profiles. */
function words(list: string): readonly string[] {
  return list.split(",").flatMap((part) => /^[\w.+-]+/u.exec(part.trim())?.[0] ?? []);
}

function field(paragraph: string, key: string): string {
  const text = new RegExp(`^${key}:((?:.*\\n)(?:[ \\t].*\\n)*)`, "mu").exec(`${paragraph}\n`)?.[1] ?? "";
  return text.replaceAll(/\s+/gu, " ").trim();
}

function aptFolder(): string {
  return join(wildFolder(), "sources");
}

/** Settings of an apt that knows source packages, and nothing of this machine's own. */
async function aptOptions(): Promise<Readonly<Record<string, string>>> {
  const folder = aptFolder();
  const file = join(folder, "apt.conf");
  if (!existsSync(file)) {
    mkdirSync(join(folder, "lists/partial"), { recursive: true });
    mkdirSync(join(folder, "cache/archives/partial"), { recursive: true });
    const key = "[signed-by=/usr/share/keyrings/debian-archive-keyring.pgp]";
    const lines = (await aptSources()).filter((line) => !line.includes("file:") && !line.includes("-security"));
    writeFileSync(
      join(folder, "sources.list"),
      lines.map((line) => `${line.replace(/^deb/u, `deb-src ${key}`)}\n`).join(""),
    );
    const own = { "Dir::Etc::sourcelist": "sources.list", "Dir::State::lists": "lists", "Dir::Cache": "cache" };
    const settings = Object.entries(own).map(([name, place]) => `${name} "${join(folder, place)}";\n`);
    writeFileSync(file, `${await aptSettings()}${settings.join("")}Dir::Etc::sourceparts "/dev/null";\n`);
    await output("apt-get", ["update", "-qq"], { env: { APT_CONFIG: file } });
  }
  return { APT_CONFIG: file };
}

async function sourceIndex(): Promise<string> {
  const env = await aptOptions();
  const files = await output("apt-get", ["indextargets", "--format", "$(FILENAME)", "Created-By: Sources"], { env });
  const listed = files.split("\n").filter((file) => file !== "");
  const texts = await Promise.all(
    listed.map(async (file) => output("/usr/lib/apt/apt-helper", ["cat-file", file], { env })),
  );
  return texts.join("\n");
}

/** The folder of a package's own sources as its author released them; undefined where they are not to be had. */
export async function upstreamSources({ name }: SourcePackage): Promise<string | undefined> {
  const folder = join(aptFolder(), "upstream", name);
  const unpacked = join(folder, "tree");
  if (existsSync(unpacked)) return unpacked;
  if (existsSync(join(folder, "absent"))) return undefined;
  mkdirSync(folder, { recursive: true });
  await capture("apt-get", ["source", "-qq", "--download-only", name], { cwd: folder, env: await aptOptions() });
  const archive = readdirSync(folder).find((file) => /\.orig\.tar\.\w+$/u.test(file));
  if (archive === undefined) {
    writeFileSync(join(folder, "absent"), "");
    return undefined;
  }
  const tree = `${unpacked}.unfinished`;
  mkdirSync(tree);
  await output("tar", ["-xf", join(folder, archive), "--strip-components=1", "--no-same-owner", "-C", tree]);
  for (const file of readdirSync(folder)) if (file.includes(".tar.")) rmSync(join(folder, file));
  await output("mv", [tree, unpacked]);
  return unpacked;
}

/** What a file of a tree says. */
export function textOf(tree: string, path: string): string {
  const file = join(tree, path);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
