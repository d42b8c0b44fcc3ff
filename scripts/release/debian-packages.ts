import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { capture, output } from "../lib/command.ts";
import { stateFolder } from "../lib/project.ts";

/** A list of pinned packages: what compiles, or what an image's files are taken from. */
export type PackageSet = "tools" | "amd64" | "arm64";

/** A package of Debian, by the digest of its file. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** Below the mirror: `debian/pool/...` or `debian-security/pool/...`. */
  readonly path: string;
  readonly sha256: string;
}

/** The pinned packages of each set. */
export interface PackageLock extends Readonly<Record<PackageSet, readonly DebianPackage[]>> {
  /** When the versions were found, as archives of all versions write times. */
  readonly snapshot: string;
}

const packageSchema = z.object({
  name: z.string(),
  version: z.string(),
  architecture: z.string(),
  path: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/u),
});
const lockSchema = z.object({
  snapshot: z.string().regex(/^\d{8}T\d{6}Z$/u),
  tools: z.array(packageSchema),
  amd64: z.array(packageSchema),
  arm64: z.array(packageSchema),
});

/** The file that pins every package of Debian that a release is made with. */
export const lockFile: string = join(import.meta.dirname, "packages.json");

/** Reads the pinned packages. */
export function readLock(): PackageLock {
  return lockSchema.parse(JSON.parse(readFileSync(lockFile, "utf8")));
}

/** Servers of Debian's packages. */
export interface DebianServers {
  /** Those that this machine installs from, as `http://mirror.example/debian`. */
  readonly mirrors: readonly string[];
  /** One that keeps what mirrors no longer have, as `http://keeper.example/archive`; undefined: none is asked. */
  readonly keeper: string | undefined;
}

/** The mirrors of apt on this machine, and the server that PITH_SNAPSHOT names. */
export async function knownServers(): Promise<DebianServers> {
  const sites = await output("apt-get", ["indextargets", "--format", "$(SITE)", "Created-By: Packages"]);
  const mirrors = [...new Set(sites.split("\n"))].filter((site) => /^https?:/u.test(site));
  return { mirrors, keeper: process.env["PITH_SNAPSHOT"] };
}

/** Where a package can be had: a mirror has the newest versions, the keeper has all of them for ever. */
export function addressesOf({ path }: DebianPackage, snapshot: string, servers: DebianServers): readonly string[] {
  const [archive = "", ...below] = path.split("/");
  const { mirrors, keeper } = servers;
  return [
    ...mirrors.filter((site) => site.endsWith(`/${archive}`)).map((site) => `${site}/${below.join("/")}`),
    ...(keeper === undefined ? [] : [`${keeper}/${archive}/${snapshot}/${below.join("/")}`]),
  ];
}

/** Unpacks a set of packages into a root, with dpkg's records of them. None of their programs runs. */
export async function unpackPackages(set: PackageSet, root: string): Promise<void> {
  const { snapshot, [set]: packages } = readLock();
  const records = join(root, "var/lib/dpkg");
  mkdirSync(join(records, "info"), { recursive: true });
  const paragraphs: string[] = [];
  // base-files first: it says where /lib leads to.
  for (const one of packages.toSorted((a, b) => rank(a) - rank(b))) {
    const file = await fetchPackage(one, snapshot);
    await output("dpkg-deb", ["--extract", file, root]);
    const fields = await output("dpkg-deb", ["--field", file]);
    paragraphs.push(statusParagraph(fields));
    const info = join(records, "info", recordName(fields));
    writeFileSync(`${info}.list`, await listOf(file));
    const sums = await capture("dpkg-deb", ["--info", file, "md5sums"]);
    if (sums.code === 0) writeFileSync(`${info}.md5sums`, sums.stdout);
  }
  writeFileSync(join(records, "status"), paragraphs.join("\n"));
}

function rank({ name }: DebianPackage): number {
  return name === "base-files" ? 0 : 1;
}

/** A paragraph of `status`, as dpkg writes it of a package that is installed. */
export function statusParagraph(fields: string): string {
  const [first = "", ...rest] = fields.trimEnd().split("\n");
  return `${[first, "Status: install ok installed", ...rest].join("\n")}\n`;
}

/** The name of a package's records: packages that exist once for each architecture have it in their name. */
export function recordName(fields: string): string {
  const field = (name: string) => new RegExp(`^${name}: (.+)$`, "mu").exec(fields)?.[1] ?? "";
  const name = field("Package");
  return field("Multi-Arch") === "same" ? `${name}:${field("Architecture")}` : name;
}

async function listOf(file: string): Promise<string> {
  const archive = join(stateFolder(), "packages", "contents.tar");
  await output("sh", ["-c", 'dpkg-deb --fsys-tarfile "$1" > "$2"', "sh", file, archive]);
  const listed = await output("tar", ["-tf", archive]);
  rmSync(archive);
  const paths = listed.split("\n").map((path) => path.replace(/^\./u, "").replace(/\/$/u, ""));
  return `${["/.", ...paths.filter((path) => path !== "")].join("\n")}\n`;
}

/** Answers where a package's file is, after downloading it unless an earlier run has. */
async function fetchPackage(one: DebianPackage, snapshot: string): Promise<string> {
  const folder = join(stateFolder(), "packages");
  const file = join(folder, `${one.sha256}.deb`);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const reasons: string[] = [];
  for (const address of addressesOf(one, snapshot, await knownServers())) {
    try {
      const answer = await fetch(address, { signal: AbortSignal.timeout(300_000) });
      if (!answer.ok) throw new Error(`the server says ${String(answer.status)}`);
      const bytes = Buffer.from(await answer.arrayBuffer());
      const found = createHash("sha256").update(bytes).digest("hex");
      if (found !== one.sha256) throw new Error(`its digest is ${found}`);
      writeFileSync(`${file}.part`, bytes);
      renameSync(`${file}.part`, file);
      return file;
    } catch (failure) {
      reasons.push(`${address}: ${failure instanceof Error ? failure.message : String(failure)}`);
    }
  }
  const hint = "name a server that keeps all versions with PITH_SNAPSHOT";
  throw new Error(`cannot fetch ${one.name} ${one.version}:\n  ${[...reasons, hint].join("\n  ")}`);
}
