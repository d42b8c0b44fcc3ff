import type { PackageDatabase } from "../../closure/model/closure.ts";
import { sourceOfCompiled } from "../../rootfs/compiled-files.ts";
import { generatedFiles } from "../../rootfs/generated-files.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { compareBytes, type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";
import { compiledFiles } from "../../runtimes/compiled.gen.ts";
import type { ClassifiedFile } from "../policy/classify.ts";
import { sourceOf } from "../sbom/package-identity.ts";
import type { ManifestFile } from "./stated-file.ts";

/** A package that a tree says it has. */
export interface AuditedPackage {
  /** As `dpkg:libc6`; with the version where several of one name may be there. */
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  /** The package database that has it: `dpkg`. */
  readonly database: string;
  /** Of a distribution, what it was built from; the package itself elsewhere. */
  readonly source: { readonly name: string; readonly version: string };
  /** Regular files that are its own, and their bytes. */
  readonly files: number;
  readonly bytes: number;
  /** True where only settings are there. */
  readonly isConfiguration: boolean;
  /** True for a package of a language whose files a distribution's package has: the other one is counted. */
  readonly isCarried: boolean;
}

export interface FoundPackages {
  /** Sorted by bytes, most first, then by id. */
  readonly packages: readonly AuditedPackage[];
  readonly ownerOf: ReadonlyMap<string, string>;
  /** Bytes of all files, each file's once. */
  readonly bytes: number;
}

type Tree = {
  readonly root: RootFs;
  readonly files: readonly ClassifiedFile[];
  readonly stated: ReadonlyMap<string, ManifestFile> | undefined;
};

/** Reads every package database of a tree, and sums up what each package has there. */
export async function readPackages(databases: readonly PackageDatabase[], tree: Tree): Promise<FoundPackages> {
  const { ownerOf, known, claimed } = await readOwners(databases, tree);
  const sums = new Map<string, Sum>();
  const inodes = new Set<string>();
  let bytes = 0;
  for (const { path, stat } of tree.files) {
    if (stat.kind !== "file") continue;
    const isAgain = stat.inode !== undefined && inodes.has(stat.inode);
    if (stat.inode !== undefined) inodes.add(stat.inode);
    const ownBytes = isAgain ? 0 : stat.sizeBytes;
    bytes += ownBytes;
    const owner = ownerOf.get(path);
    if (owner === undefined) continue;
    const sum = sums.get(owner) ?? { files: 0, bytes: 0, isConfiguration: true };
    const isSetting = path.startsWith("/etc/") && (stat.mode & 0o111) === 0;
    const isConfiguration = sum.isConfiguration && isSetting;
    sums.set(owner, { files: sum.files + 1, bytes: sum.bytes + ownBytes, isConfiguration });
  }
  const packages = [...known]
    .map(([id, one]) => {
      const isCarried = !sums.has(id) && claimed.get(id)?.every((path) => known.get(ownerOf.get(path) ?? "")?.isSystem);
      const { isSystem: _, ...facts } = one;
      return { id, ...facts, ...(sums.get(id) ?? noFiles), isCarried: isCarried === true };
    })
    .sort((left, right) => right.bytes - left.bytes || compareBytes(left.id, right.id));
  return { packages, ownerOf, bytes };
}

type Sum = Pick<AuditedPackage, "files" | "bytes" | "isConfiguration">;

const noFiles: Sum = { files: 0, bytes: 0, isConfiguration: false };

type Known = Pick<AuditedPackage, "name" | "version" | "purl" | "database" | "source"> & { readonly isSystem: boolean };

async function readOwners(
  databases: readonly PackageDatabase[],
  { root, files, stated }: Tree,
): Promise<{
  readonly ownerOf: ReadonlyMap<string, string>;
  readonly known: ReadonlyMap<string, Known>;
  /** The files that a package of a language says are its own, or that it lies in, by its id. */
  readonly claimed: ReadonlyMap<string, readonly string[]>;
}> {
  const paths = new Map(files.filter(({ stat }) => stat.kind !== "directory").map((file) => [file.path, file]));
  const near = [...paths.keys()].sort(compareBytes);
  const ownerOf = new Map<string, string>();
  const contentOwnerOf = new Map<string, string>();
  const known = new Map<string, Known>();
  const claimed = new Map<string, string[]>();
  // Files of the distribution are its own, whatever an installer of the language writes about them.
  const ordered = databases.toSorted((left, right) => compareBytes(right.kind, left.kind));
  for (const database of ordered) {
    for await (const one of database.read(root, near)) {
      const { name, version, purl, architecture, source, files: own, within } = one;
      const plain = `${database.name}:${name}`;
      const before = known.get(plain);
      const isOther = before !== undefined && before.purl !== purl;
      const id =
        database.severalVersions === true ? `${plain}@${version}` : isOther ? `${plain}:${architecture}` : plain;
      const from = database.kind === "system" ? sourceOf(source, { name, version }) : { name, version };
      const isSystem = database.kind === "system";
      known.set(id, { name, version, purl, database: database.name, source: from, isSystem });
      const about = [...own, ...(within === undefined ? [] : [within])].filter((path) => paths.has(path));
      if (!isSystem && about.length > 0) claimed.set(id, [...(claimed.get(id) ?? []), ...about]);
      const claims = within === undefined ? ownerOf : contentOwnerOf;
      for (const path of own) if (paths.has(path) && !claims.has(path)) claims.set(path, id);
    }
    for (const [path, name] of Object.entries(generatedFiles)) {
      const owner = `${database.name}:${name}`;
      if (paths.has(toAbsPath(path)) && known.has(owner) && !ownerOf.has(path)) ownerOf.set(path, owner);
    }
  }
  for (const [path, id] of contentOwnerOf) if (!ownerOf.has(path)) ownerOf.set(path, id);
  for (const path of near) {
    if (ownerOf.has(path)) continue;
    const stat = paths.get(path)?.stat;
    const resolved = stat?.kind === "symlink" ? await resolveLinks(root, path) : undefined;
    const origin =
      resolved === undefined || resolved === "loop" ? sourceOfCompiled(compiledFiles, path) : resolved.real;
    const owner = stated?.get(path)?.owner ?? ownerOf.get(origin ?? "");
    if (owner !== undefined) ownerOf.set(path, owner);
  }
  return { ownerOf, known, claimed };
}
