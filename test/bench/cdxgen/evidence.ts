import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { inflateSync } from "node:zlib";
import { z } from "zod";
import { capture, output } from "../../../scripts/lib/command.ts";

/**
 * What the files of an image say they are: addresses, each with a file that says so. Metadata that the image left in
 * its builder counts for the directories that the image has. Reads nothing by Pith's code.
 */
export async function statedAddresses(root: string, builder: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const files = filesBelow(root);
  for (const file of files) {
    for (const address of await addressesIn(file)) if (!found.has(address)) found.set(address, file.slice(root.length));
  }
  for (const folder of new Set(files.flatMap((file) => foldersAbove(file.slice(root.length))))) {
    for (const name of ["package.json", "METADATA", "PKG-INFO"]) {
      const file = join(builder, folder, name);
      if (!existsSync(file)) continue;
      const witness = `${join(folder, name)} of the builder`;
      for (const address of await addressesIn(file)) if (!found.has(address)) found.set(address, witness);
    }
  }
  return found;
}

function foldersAbove(path: string): readonly string[] {
  const folder = dirname(path);
  return folder === "/" ? [] : [folder, ...foldersAbove(folder)];
}

/** Links are not followed: absolute ones lead out of the root. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

async function addressesIn(file: string): Promise<readonly string[]> {
  const name = basename(file);
  if (name === "package.json") return ofPackageJson(readFileSync(file, "utf8"));
  if (name === "METADATA" || name === "PKG-INFO" || name.endsWith(".egg-info"))
    return ofMetadata(readFileSync(file, "utf8"));
  if (name === "vendor.txt") return ofVendorList(readFileSync(file, "utf8"));
  if (name.endsWith(".gemspec")) return ofGemspec(readFileSync(file, "utf8"));
  if (name.endsWith(".jar")) return ofJar(file);
  const bytes = readFileSync(file);
  return bytes.subarray(0, 4).toString("latin1") === "\u007fELF"
    ? [...ofGo(bytes.toString("latin1")), ...(await ofCargo(file, bytes))]
    : [];
}

const packageSchema = z.looseObject({ name: z.string().optional(), version: z.string().optional() });

function ofPackageJson(text: string): readonly string[] {
  try {
    const { name, version } = packageSchema.parse(JSON.parse(text));
    return name === undefined || version === undefined ? [] : [`pkg:npm/${name}@${version}`];
  } catch {
    return [];
  }
}

function ofMetadata(text: string): readonly string[] {
  const [head = ""] = text.split(/\r?\n\r?\n/u);
  const [, name] = /^Name: *(.+)$/mu.exec(head) ?? [];
  const [, version] = /^Version: *(.+)$/mu.exec(head) ?? [];
  return name === undefined || version === undefined ? [] : [pypi(name.trim(), version.trim())];
}

/** What pip's own list of vendored distributions pins. */
function ofVendorList(text: string): readonly string[] {
  return [...text.matchAll(/^\s*([\w.-]+)==([\w.!+-]+)/gmu)].map(([, name = "", version = ""]) => pypi(name, version));
}

function pypi(name: string, version: string): string {
  return `pkg:pypi/${name.toLowerCase().replaceAll(/[-_.]+/gu, "-")}@${version}`;
}

function ofGemspec(text: string): readonly string[] {
  const [, name, version] =
    /^# stub: (\S+) (\S+)/mu.exec(text) ??
    /\.name = ["']([^"']+)["'][\s\S]*?\.version = (?:Gem::Version\.new\()?["']([^"']+)["']/u.exec(text) ??
    [];
  return name === undefined || version === undefined ? [] : [`pkg:gem/${name}@${version}`];
}

/** By the program unzip: `pom.properties` of the archive, and of those inside it. */
async function ofJar(file: string): Promise<readonly string[]> {
  const names = (await capture("unzip", ["-Z1", file])).stdout.split("\n");
  const found: string[] = [];
  for (const name of names.filter((one) => one.startsWith("META-INF/maven/") && one.endsWith("/pom.properties"))) {
    const text = await output("unzip", ["-p", file, name]);
    const field = (key: string): string => new RegExp(`^${key}=(.*)$`, "mu").exec(text)?.[1]?.trim() ?? "";
    found.push(`pkg:maven/${field("groupId")}/${field("artifactId")}@${field("version")}`);
  }
  const inner = names.filter((one) => one.endsWith(".jar"));
  if (inner.length === 0) return found;
  const scratch = mkdtempSync(join(tmpdir(), "pith-jars-"));
  try {
    await output("unzip", ["-q", file, ...inner, "-d", scratch]);
    for (const one of inner) found.push(...(await ofJar(join(scratch, one))));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return found;
}

/** The text that the linker of Go leaves in a program: its modules, and the release of its library. */
function ofGo(text: string): readonly string[] {
  const modules = [...text.matchAll(/^(?:dep|mod|=>)\t(\S+)\t(\S+)/gmu)].map(
    ([, name = "", version = ""]) => `pkg:golang/${name.toLowerCase()}@${version}`,
  );
  // A folder beside the program's sources has no version.
  for (const [, name = ""] of text.matchAll(/^dep\t(\S+)\t(?:\(devel\)|\S+\s*\n=>\t\.)/gmu)) {
    modules.push(`pkg:golang/${name.toLowerCase()}`);
  }
  const [, release] = /\bgo(1\.\d+(?:\.\d+)?)\b/u.exec(text) ?? [];
  return modules.length === 0 || release === undefined ? modules : [...modules, `pkg:golang/stdlib@v${release}`];
}

const cratesSchema = z.looseObject({ packages: z.array(z.looseObject({ name: z.string(), version: z.string() })) });

/** The section of `cargo auditable`, taken out by objcopy. */
async function ofCargo(file: string, bytes: Buffer): Promise<readonly string[]> {
  if (!bytes.includes(".dep-v0")) return [];
  const scratch = mkdtempSync(join(tmpdir(), "pith-crates-"));
  try {
    const section = join(scratch, "section");
    await output("objcopy", [
      "-O",
      "binary",
      "--set-section-flags=.dep-v0=alloc",
      "--only-section=.dep-v0",
      file,
      section,
    ]);
    const { packages } = cratesSchema.parse(JSON.parse(inflateSync(readFileSync(section)).toString("utf8")));
    return packages.map(({ name, version }) => `pkg:cargo/${name}@${version}`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
