import { type AbsPath, baseName, parentOf, type RootFs, toAbsPath } from "../rootfs/rootfs.ts";
import type { PackageDatabase } from "./closure.ts";
import type { GraphNode } from "./graph.ts";
import type { Views } from "./roots.ts";

/** Which package each path belongs to, as `dpkg:libc6`, and how many packages the builders have. */
export interface Owners {
  readonly ownerOf: ReadonlyMap<AbsPath, string>;
  readonly builderPackages: number;
  /** Packages that list a path which is asked for and absent. */
  readonly listedBy: ReadonlyMap<AbsPath, string>;
}

/** Files that maintainer scripts make, by the package whose script it is. */
const generated: Readonly<Record<string, string>> = {
  "/etc/ssl/certs/ca-certificates.crt": "ca-certificates",
  "/etc/ssl/certs/java/cacerts": "ca-certificates-java",
  "/usr/lib/locale/locale-archive": "locales",
};

/** Reads every package database of every view once, and keeps what concerns the closure. */
export async function readOwners(
  databases: readonly PackageDatabase[],
  {
    views,
    nodes,
    absent,
  }: {
    readonly views: Views;
    readonly nodes: ReadonlyMap<AbsPath, GraphNode>;
    readonly absent: ReadonlySet<AbsPath>;
  },
): Promise<Owners> {
  const ownerOf = new Map<AbsPath, string>();
  const listedBy = new Map<AbsPath, string>();
  const installed = new Set<string>();
  let builderPackages = 0;
  for (const view of views.values()) {
    for (const database of databases) {
      if (!(await hasMarker(view.root, database))) continue;
      for await (const found of database.read(view.root)) {
        builderPackages++;
        const name = `${database.name}:${found.name}`;
        installed.add(name);
        for (const path of found.files) {
          const node = nodes.get(path);
          if (node?.view === view.name && node.stat.kind !== "directory" && isFromBuilder(node)) {
            if (!ownerOf.has(path)) ownerOf.set(path, name);
          } else if (absent.has(path)) listedBy.set(path, found.name);
        }
      }
      for (const [path, name] of Object.entries(generated)) {
        const owner = `${database.name}:${name}`;
        if (nodes.has(toAbsPath(path)) && installed.has(owner)) ownerOf.set(toAbsPath(path), owner);
      }
    }
  }
  for (const node of nodes.values()) addDerived(node, ownerOf);
  return { ownerOf, builderPackages, listedBy };
}

async function hasMarker(root: RootFs, database: PackageDatabase): Promise<boolean> {
  for (const marker of database.markers) {
    if ((await root.lstat(marker)) !== undefined) return true;
  }
  return false;
}

function isFromBuilder(node: GraphNode): boolean {
  return node.source !== undefined && node.source.kind !== "app";
}

/** Bytecode belongs to the owner of its source, a link that nobody owns to the owner of what it leads to. */
function addDerived(node: GraphNode, ownerOf: Map<AbsPath, string>): void {
  const { path, stat } = node;
  if (ownerOf.has(path) || !isFromBuilder(node)) return;
  const origin = stat.kind === "link" ? toAbsPath(stat.target ?? "", parentOf(path)) : sourceOfBytecode(path);
  const owner = origin === undefined ? undefined : ownerOf.get(origin);
  if (owner !== undefined) ownerOf.set(path, owner);
}

/** The source of a bytecode file (PEP 3147, and the older place beside it); undefined for other files. */
export function sourceOfBytecode(path: AbsPath): AbsPath | undefined {
  const name = baseName(path);
  if (!name.endsWith(".pyc")) return undefined;
  const directory = parentOf(path);
  if (baseName(directory) !== "__pycache__") return toAbsPath(path.slice(0, -1));
  return toAbsPath(`${name.slice(0, name.indexOf("."))}.py`, parentOf(directory));
}
