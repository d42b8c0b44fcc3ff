import type { PackageDatabase } from "../../closure/model/closure.ts";
import { readCodename, readDistribution } from "../../packages/shared/os-release.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, compareBytes, type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";
import type { ManifestPolicy } from "../manifest/manifest.ts";
import { type ClassifiedFile, classifyFiles } from "../policy/classify.ts";
import { hasSetuid, isWorldWritable, type SurfaceScore, scoreSurface } from "../policy/score.ts";
import { findSecrets, type SecretFile } from "../policy/secrets/scan.ts";
import { type Affecting, findAffecting } from "../vex/affected.ts";
import type { ListContent } from "../vex/read-list.ts";
import { distributionOf } from "../vex/statements.ts";
import { versionOrders } from "../vex/version-orders.ts";
import { type AuditedPackage, readPackages } from "./packages.ts";
import type { ManifestFile } from "./stated-file.ts";

/** A tree to audit: any image's, or a directory. */
export interface AuditQuestion {
  /** The name of the tree in the report. */
  readonly name: string;
  readonly root: RootFs;
  readonly databases: readonly PackageDatabase[];
  /** The start of the image; empty where nothing says. */
  readonly command: readonly string[];
  /** The PATH that the first word of `command` is looked for in. */
  readonly searchPath: string;
  /** False where the tree cannot tell which files have file capabilities. */
  readonly tellsFileCapabilities: boolean;
  /** Which of these files have file capabilities, where another than the tree can tell. */
  readonly findFileCapabilities?: (paths: readonly AbsPath[]) => Promise<ReadonlySet<string>>;
  /** The packages that a policy may allow. */
  readonly vulnerabilities?: VulnerabilityList;
  /** The question about the image, and its answer. */
  readonly policy?: ManifestPolicy;
  /** The facts of the image's manifest about its paths, where there is one. */
  readonly stated?: ReadonlyMap<string, ManifestFile>;
  readonly identity?: ImageIdentity;
}

/** What tells one image from another of its name. */
export interface ImageIdentity {
  /** The digest of its configuration: the image ID. */
  readonly digest: string;
  /** As RFC 3339; undefined where the image does not say. */
  readonly created: string | undefined;
}

/** A list of vulnerabilities, and what it is called. */
export interface VulnerabilityList {
  readonly name: string;
  /** The parts that may concern what is asked for. Throws where the list is none. */
  read(asked: AskedVulnerabilities): ListContent | Promise<ListContent>;
}

/** What of a list is wanted: a list of all vulnerabilities there are does not fit into memory. */
export interface AskedVulnerabilities {
  /** A tracker has a meaning for one release: that with this code name. */
  readonly codename: string | undefined;
  /** True for a package, of a distribution the source package, that is there. */
  readonly has: (database: string, name: string) => boolean;
}

/** One path of a report's table. */
export interface AuditedFile extends Pick<ClassifiedFile, "path" | "stat" | "format" | "capabilities" | "identities"> {
  /** Who it belongs to; undefined where nobody says. */
  readonly owner: string | undefined;
  /** Empty where nobody says. */
  readonly reasons: readonly string[];
  /** The layer that it is in; undefined where nobody says. */
  readonly layer: string | undefined;
}

/** The parts of a tree that serve an attacker. Every list is sorted by path. */
export interface Audit {
  readonly name: string;
  /** Undefined for a tree that is not an image. */
  readonly identity: ImageIdentity | undefined;
  readonly score: SurfaceScore;
  readonly figures: {
    /** Regular files; several names of one count as several. */
    readonly files: number;
    /** Bytes of the files, each file's once. */
    readonly bytes: number;
    readonly links: number;
    /** ELF files that the kernel can start. */
    readonly programs: number;
    readonly scripts: number;
    /** ELF files that others load. */
    readonly libraries: number;
    readonly packages: number;
  };
  /** Sorted by bytes, most first, then by id. */
  readonly packages: readonly AuditedPackage[];
  readonly setuid: readonly string[];
  readonly worldWritable: readonly string[];
  /** Undefined where the tree cannot tell. */
  readonly fileCapabilities: readonly string[] | undefined;
  readonly devices: readonly string[];
  readonly secrets: readonly SecretFile[];
  /** Undefined where no list was given. */
  readonly vulnerabilities: { readonly list: string; readonly found: readonly Affecting[] } | undefined;
  readonly policy: ManifestPolicy | undefined;
  /** Everything but directories. */
  readonly files: readonly AuditedFile[];
}

/** Audits a tree. Nothing of it is run, and no file of it is trusted to be what its name says. */
export async function auditTree(question: AuditQuestion): Promise<Audit> {
  const { name, root, stated, policy } = question;
  const classified = await classify(question);
  const found = await readPackages(question.databases, { root, files: classified, stated });
  const packages = found.packages.filter(({ isCarried }) => !isCarried).length;
  const secrets = await findSecrets(classified, async (path) => root.readFile(path));
  const fileCapabilities =
    question.tellsFileCapabilities || question.findFileCapabilities !== undefined
      ? pathsOf(classified, ({ stat }) => stat.hasFileCapability === true)
      : undefined;
  const score = scoreSurface(classified, {
    packages,
    fileCapabilities: fileCapabilities?.length ?? 0,
    secrets: secrets.length,
    required: await startedProgram(question),
  });
  const files = classified.filter(({ stat }) => stat.kind === "file");
  const count = (holds: (file: ClassifiedFile) => boolean): number => files.filter(holds).length;
  return {
    name,
    identity: question.identity,
    score,
    figures: {
      files: files.length,
      bytes: found.bytes,
      links: classified.filter(({ stat }) => stat.kind === "symlink").length,
      programs: count(({ format }) => format === "program"),
      scripts: count(({ format }) => format === "script"),
      libraries: count(({ format }) => format === "library"),
      packages,
    },
    packages: found.packages,
    setuid: pathsOf(classified, hasSetuid),
    worldWritable: pathsOf(classified, isWorldWritable),
    fileCapabilities,
    devices: pathsOf(classified, ({ stat }) => stat.kind === "device"),
    secrets: secrets.toSorted((left, right) => compareBytes(left.path, right.path)),
    vulnerabilities: await findVulnerabilities(question, { packages: found.packages, files: classified }),
    policy,
    files: classified
      .filter(({ stat }) => stat.kind !== "directory")
      .map(({ path, stat, format, capabilities, identities }) => ({
        path,
        stat,
        format,
        capabilities,
        identities,
        owner: found.ownerOf.get(path),
        reasons: stated?.get(path)?.reasons ?? [],
        layer: stated?.get(path)?.layer,
      }))
      .toSorted((left, right) => compareBytes(left.path, right.path)),
  };
}

async function classify({ root, findFileCapabilities }: AuditQuestion): Promise<readonly ClassifiedFile[]> {
  const classified = await classifyFiles(root);
  if (findFileCapabilities === undefined) return classified;
  const files = classified.filter(({ stat }) => stat.kind === "file");
  const having = await findFileCapabilities(files.map(({ path }) => path));
  return classified.map((file) =>
    having.has(file.path) ? { ...file, stat: { ...file.stat, hasFileCapability: true } } : file,
  );
}

async function findVulnerabilities(
  { root, vulnerabilities }: AuditQuestion,
  tree: { readonly packages: readonly AuditedPackage[]; readonly files: readonly ClassifiedFile[] },
): Promise<Audit["vulnerabilities"]> {
  if (vulnerabilities === undefined) return undefined;
  const codename = await readCodename(root);
  const paths = new Set<string>(tree.files.map(({ path }) => path));
  const sources = new Set(tree.packages.map(({ database, source }) => `${database}:${source.name}`));
  const has = (database: string, name: string): boolean => sources.has(`${database}:${name}`);
  const found = findAffecting(
    await vulnerabilities.read({ codename, has }),
    {
      packages: tree.packages,
      distribution: distributionOf(await readDistribution(root), codename),
      has: (path) => paths.has(path),
    },
    versionOrders,
  );
  return { list: vulnerabilities.name, found };
}

function pathsOf(files: readonly ClassifiedFile[], holds: (file: ClassifiedFile) => boolean): readonly string[] {
  return files
    .filter(holds)
    .map(({ path }) => path)
    .sort(compareBytes);
}

/** The file that the image starts, which is what it is for. */
async function startedProgram({ root, command, searchPath }: AuditQuestion): Promise<ReadonlySet<string>> {
  const [name] = command;
  if (name === undefined) return new Set();
  const locations = name.includes("/") ? [name] : searchPath.split(":").map((directory) => `${directory}/${name}`);
  for (const location of locations) {
    const found = await resolveLinks(root, toAbsPath(location));
    if (found !== undefined && found !== "loop" && found.stat.kind === "file") return new Set([found.real]);
  }
  return new Set();
}
