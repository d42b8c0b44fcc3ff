import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { output } from "../../scripts/lib/command.ts";

/** A package of a root, as dpkg's status has it. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly source: string;
  readonly needs: readonly string[];
  readonly provides: readonly string[];
  readonly isEssential: boolean;
  readonly paragraph: string;
}

/** How a part of a root becomes a root of its own. */
export interface Subset {
  readonly packages: readonly string[];
  /** `status`: dpkg's own database, with what no package lists; `status.d`: a file for each; `none`. */
  readonly database: "status" | "status.d" | "none";
}

/** The packages of a root by their names. */
export function readInstalled(root: string): ReadonlyMap<string, InstalledPackage> {
  const text = readFileSync(join(root, "var/lib/dpkg/status"), "utf8");
  const found = new Map<string, InstalledPackage>();
  for (const paragraph of text.split(/\n\n+/u)) {
    const field = (name: string): string => new RegExp(`^${name}: (.*)$`, "mu").exec(paragraph)?.[1] ?? "";
    const name = field("Package");
    if (name === "" || !field("Status").endsWith(" installed")) continue;
    const version = field("Version");
    const [source = name, sourceVersion = version] = field("Source").replace(")", "").split(" (");
    found.set(name, {
      name,
      version: sourceVersion,
      source: source === "" ? name : source,
      needs: [...namesOf(field("Pre-Depends")), ...namesOf(field("Depends"))],
      provides: namesOf(field("Provides")),
      isEssential: field("Essential") === "yes",
      paragraph,
    });
  }
  return found;
}

/** Each first choice, without versions and architectures. */
function namesOf(field: string): readonly string[] {
  return field
    .split(",")
    .flatMap((one) => one.split("|").map((choice) => choice.replace(/[:(].*/u, "").trim()))
    .filter((name) => name !== "");
}

/** Packages with all that they need, of those that are there; the essential ones too where they are asked for. */
export function withNeeds(
  all: ReadonlyMap<string, InstalledPackage>,
  names: readonly string[],
  { essential }: { readonly essential: boolean },
): readonly string[] {
  const providers = new Map<string, string>();
  for (const one of all.values()) for (const name of one.provides) providers.set(name, one.name);
  const wanted = [
    ...(essential ? [...all.values()].filter((one) => one.isEssential).map(({ name }) => name) : []),
    ...names,
  ];
  const taken = new Set<string>();
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    const found = all.get(name) ?? all.get(providers.get(name) ?? "");
    if (found === undefined || taken.has(found.name)) continue;
    taken.add(found.name);
    wanted.push(...found.needs);
  }
  return [...taken].toSorted();
}

/** Copies the files of some packages of a root, and what says that they are there. */
export async function copySubset(root: string, folder: string, { packages, database }: Subset): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const name of ["bin", "sbin", "lib", "lib64"]) {
    mkdirSync(join(folder, "usr", name), { recursive: true });
    symlinkSync(`usr/${name}`, join(folder, name));
  }
  const all = readInstalled(root);
  const info = join(root, "var/lib/dpkg/info");
  const listOf = (name: string, suffix: string): string | undefined =>
    [`${name}.${suffix}`, `${name}:amd64.${suffix}`].map((file) => join(info, file)).find((file) => existsSync(file));
  const paths = new Set<string>();
  for (const name of packages) {
    const list = listOf(name, "list");
    for (const line of list === undefined ? [] : readFileSync(list, "utf8").split("\n")) {
      if (line !== "" && line !== "/." && isThere(join(root, line))) paths.add(merged(line));
    }
  }
  if (database === "status") for (const path of unlisted) if (isThere(join(root, path))) paths.add(path);
  const files = [...paths].toSorted().join("\0");
  const packed = join(folder, "..", "subset.tar");
  await output(
    "tar",
    ["-C", root, "--no-recursion", "--null", "--verbatim-files-from", "--files-from=-", "-cf", packed],
    {
      input: files.replaceAll(/(?<=^|\0)\//gu, "./"),
    },
  );
  await output("tar", ["-C", folder, "--keep-directory-symlink", "-xpf", packed]);
  const paragraphs = packages.map((name) => all.get(name)?.paragraph ?? "");
  const state = join(folder, "var/lib/dpkg");
  if (database === "status") {
    mkdirSync(join(state, "info"), { recursive: true });
    writeFileSync(join(state, "status"), `${paragraphs.join("\n\n")}\n`);
    for (const name of packages) {
      const list = listOf(name, "list");
      if (list !== undefined) cpSync(list, join(state, "info", `${name}.list`));
    }
  }
  if (database === "status.d") {
    mkdirSync(join(state, "status.d"), { recursive: true });
    for (const [index, name] of packages.entries()) {
      writeFileSync(join(state, "status.d", name), `${paragraphs[index] ?? ""}\n`);
      const sums = listOf(name, "md5sums");
      if (sums !== undefined) cpSync(sums, join(state, "status.d", `${name}.md5sums`));
    }
  }
  await output("rm", ["-f", packed]);
}

/** What a configured system has beside its packages' files. */
const unlisted = ["/etc/passwd", "/etc/group", "/etc/shadow", "/etc/ld.so.cache", "/etc/ssl/certs/ca-certificates.crt"];

/** Directories that became links to those of /usr. */
function merged(path: string): string {
  return /^\/(?:bin|sbin|lib|lib64)(?:\/|$)/u.test(path) ? `/usr${path}` : path;
}

function isThere(hostPath: string): boolean {
  return lstatSync(hostPath, { throwIfNoEntry: false }) !== undefined;
}

/** An image of one program with many names, and a C library. */
export async function busyboxRoot(root: string, folder: string): Promise<void> {
  await copySubset(root, folder, { packages: ["busybox-static", "musl"], database: "none" });
  const names = await output("chroot", [root, "/usr/bin/busybox", "--list"]);
  for (const name of names.split("\n").filter((one) => one !== "" && one !== "busybox")) {
    const link = join(folder, "usr/bin", name);
    if (!isThere(link)) symlinkSync("busybox", link);
  }
  mkdirSync(join(folder, "etc/ssl/certs"), { recursive: true });
  for (const path of unlisted)
    if (existsSync(join(root, path)) && path !== "/etc/ld.so.cache") cpSync(join(root, path), join(folder, path));
}

/** Files of a changelog below a documentation folder, the distribution's own first. */
export function changelogIn(root: string, name: string): string | undefined {
  const folder = join(root, "usr/share/doc", name);
  if (!existsSync(folder)) return undefined;
  const names = readdirSync(folder);
  const found = ["changelog.Debian.gz", "changelog.Debian.amd64.gz", "changelog.gz"].find((one) => names.includes(one));
  return found === undefined ? undefined : join(folder, found);
}
