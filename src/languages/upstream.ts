import type { InstalledPackage, PackageDatabase } from "../closure/model/closure.ts";
import { type ElfSource, readHeader } from "../formats/elf/header.ts";
import { type Stretch, stretches } from "../formats/elf/strings.ts";
import { printPurl } from "../packages/shared/purl.ts";
import { type AbsPath, type RootFs, toAbsPath } from "../rootfs/rootfs.ts";

/** A file that has the version of an installation in it. */
export interface VersionSource {
  /** Its path below the installation; `$1` and so on are the groups of `UpstreamBuild.marker` after the first. */
  readonly file: string;
  /** The version: the first group. */
  readonly text: RegExp;
}

/** A runtime as its makers, or a build of one's own, install it: in no package of a distribution. */
export interface UpstreamBuild {
  /** The name of the component: `node`. */
  readonly name: string;
  /** Vendor and product of its CPE: `nodejs:node.js`. */
  readonly cpe: string;
  /** An SPDX expression. */
  readonly license: string;
  readonly supplier: string;
  /** Matches a path that ships with each installation; the first group is the installation's directory. */
  readonly marker: RegExp;
  /** Where the version stands, the likeliest first. Texts of programs are searched as bytes. */
  readonly versions: readonly VersionSource[];
  /** Matches its files, below the installation. */
  readonly files: RegExp;
}

const pieceBytes = 2 ** 20;
/** A version that is cut by the end of a piece is whole in the next one. */
const overlapBytes = 256;
const searchedBytes = 512 * 2 ** 20;

/** The installations of runtimes among the files that ship; those of packages of a distribution are the packages'. */
export function upstreamPackages(builds: readonly UpstreamBuild[]): PackageDatabase {
  return {
    name: "generic",
    kind: "language",
    markers: [],
    severalVersions: true,
    async *read(root, near): AsyncIterable<InstalledPackage> {
      for (const build of builds) {
        const told = new Set<string>();
        for (const path of near) {
          const [marked, prefix, ...groups] = build.marker.exec(path) ?? [];
          if (marked === undefined || prefix === undefined || told.has(prefix)) continue;
          const version = await findVersion(root, { build, prefix, groups });
          if (version === undefined) continue;
          told.add(prefix);
          yield installationOf(build, { version, marker: path, files: filesBelow(near, prefix, build.files) });
        }
      }
    },
  };
}

function installationOf(
  { name, cpe, license, supplier }: UpstreamBuild,
  found: { readonly version: string; readonly marker: AbsPath; readonly files: readonly AbsPath[] },
): InstalledPackage {
  const { version, marker, files } = found;
  return {
    name,
    version,
    architecture: "",
    purl: printPurl({ type: "generic", name, version }),
    // Builds of one release are one product.
    cpe: `cpe:2.3:a:${cpe}:${version.replace(/\+.*$/u, "")}:*:*:*:*:*:*:*`,
    license,
    supplier,
    files,
    within: marker,
  };
}

function filesBelow(near: readonly AbsPath[], prefix: string, pattern: RegExp): readonly AbsPath[] {
  return near.filter((path) => path.startsWith(`${prefix}/`) && pattern.test(path.slice(prefix.length + 1)));
}

async function findVersion(
  root: RootFs,
  found: { readonly build: UpstreamBuild; readonly prefix: string; readonly groups: readonly (string | undefined)[] },
): Promise<string | undefined> {
  const { build, prefix, groups } = found;
  for (const { file, text } of build.versions) {
    const name = file.replaceAll(/\$(\d)/gu, (_all, index: string) => groups[Number(index) - 1] ?? "");
    const version = await searchFile(root, toAbsPath(`${prefix}/${name}`), text);
    if (version !== undefined) return version;
  }
  return undefined;
}

async function searchFile(root: RootFs, path: AbsPath, text: RegExp): Promise<string | undefined> {
  const stat = await root.lstat(path);
  if (stat?.kind !== "file") return undefined;
  const read: ElfSource = async (offset, length, into) =>
    (await root.readFile(path, { offset, length, into })) ?? new Uint8Array();
  const sizeBytes = Math.min(stat.sizeBytes, searchedBytes);
  const space = Buffer.allocUnsafeSlow(Math.min(sizeBytes, pieceBytes + overlapBytes));
  for (const { offset: start, sizeBytes: length } of await places(read, sizeBytes)) {
    for (let offset = start; offset < start + length; offset += pieceBytes) {
      const piece = await read(offset, Math.min(pieceBytes + overlapBytes, start + length - offset), space);
      const [, version] = text.exec(Buffer.from(piece.buffer, piece.byteOffset, piece.length).toString("latin1")) ?? [];
      if (version !== undefined) return version;
    }
  }
  return undefined;
}

/** Where texts of a file are: in a large program its constants before all of it. */
async function places(read: ElfSource, sizeBytes: number): Promise<readonly Stretch[]> {
  const whole = { offset: 0, sizeBytes };
  const header = sizeBytes > pieceBytes ? await readHeader(read, sizeBytes) : undefined;
  if (header === undefined || "problem" in header) return [whole];
  return [...(await stretches(read, header, sizeBytes)), whole];
}
