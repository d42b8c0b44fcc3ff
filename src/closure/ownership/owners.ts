import { type CompiledFiles, sourceOfCompiled } from "../../rootfs/compiled-files.ts";
import { generatedFiles } from "../../rootfs/generated-files.ts";
import { looseFiles } from "../../rootfs/loose-files.ts";
import { hasMarker } from "../../rootfs/markers.ts";
import { type AbsPath, compareBytes, toAbsPath } from "../../rootfs/rootfs.ts";
import type { Finding, InstalledPackage, PackageDatabase, ShippedPackage } from "../model/closure.ts";
import type { GraphNode } from "../model/graph.ts";
import type { PackagesOfSystem } from "../model/plugins.ts";
import type { View } from "../model/view.ts";
import type { Views } from "../walk/roots.ts";

/** A package of which files ship, with what it is called in the closure. */
export interface OwningPackage extends ShippedPackage {
  /** As `dpkg:libc6`; with the version (or the architecture) where there are several of one name. */
  readonly id: string;
  readonly database: PackageDatabase;
  readonly view: string;
}

/** Which package each path belongs to, and how many packages the builders have. */
export interface Owners {
  readonly ownerOf: ReadonlyMap<AbsPath, string>;
  /** Sorted by id. */
  readonly packages: readonly OwningPackage[];
  /** Packages of languages whose files the distribution owns, `within` the first of them. */
  readonly carried: readonly OwningPackage[];
  /** Packages of the distributions. */
  readonly builderPackages: number;
  /** Packages that list a path which is asked for and absent. */
  readonly listedBy: ReadonlyMap<AbsPath, string>;
}

type Found = Omit<OwningPackage, "paths">;

/** What ships, and where its packages are told of. */
interface Owned {
  readonly views: Views;
  readonly systemPackages: (view: View) => Promise<PackagesOfSystem>;
  readonly nodes: ReadonlyMap<AbsPath, GraphNode>;
  readonly absent: ReadonlySet<AbsPath>;
  readonly compiled: readonly CompiledFiles[];
  readonly report: (finding: Finding) => void;
}

/** Reads the package databases of every view, and keeps what concerns the closure; the distribution's were read. */
export async function readOwners(
  databases: readonly PackageDatabase[],
  { views, systemPackages, nodes, absent, compiled, report }: Owned,
): Promise<Owners> {
  const ownerOf = new Map<AbsPath, string>();
  const languageOwnerOf = new Map<AbsPath, string>();
  const contentOwnerOf = new Map<AbsPath, string>();
  const listedBy = new Map<AbsPath, string>();
  const found = new Map<string, Found>();
  const holders = new Map<string, AbsPath[]>();
  let builderPackages = 0;
  const near = [...nodes.keys()].sort(compareBytes);
  const stated = looseFiles([...nodes.values()].filter(({ fromSpec }) => fromSpec === true));

  function take(
    one: InstalledPackage,
    database: PackageDatabase,
    location: { readonly view: string; owns(node: GraphNode): boolean },
  ): void {
    const id = nameOf(one, database, found);
    if (!found.has(id)) found.set(id, { ...one, id, database, view: location.view });
    if (one.within !== undefined) holders.set(id, [...(holders.get(id) ?? []), one.within]);
    const isSystem = database.kind === "system";
    const claims = isSystem ? ownerOf : one.within === undefined ? languageOwnerOf : contentOwnerOf;
    for (const path of one.files) {
      const node = nodes.get(path);
      if (node !== undefined && node.stat.kind !== "directory" && location.owns(node)) {
        if (!claims.has(path)) claims.set(path, id);
      } else if (absent.has(path)) listedBy.set(path, one.name);
    }
  }

  for (const view of views.values()) {
    const { installed, damage } = await systemPackages(view);
    for (const finding of damage) report(finding);
    for (const { found: one, database } of installed) {
      builderPackages++;
      const owns = (node: GraphNode): boolean => node.view === view.name && isFromBuilder(node);
      take(one, database, { view: view.name, owns });
    }
    for (const database of databases) {
      if (database.kind !== "system" && (await hasMarker(view.root, database.markers))) {
        const owns = (node: GraphNode): boolean => node.view === view.name;
        for await (const one of database.read(view.root, near, report)) take(one, database, { view: view.name, owns });
      }
      for (const [path, name] of Object.entries(generatedFiles)) {
        const owner = `${database.name}:${name}`;
        if (nodes.has(toAbsPath(path)) && found.has(owner)) ownerOf.set(toAbsPath(path), owner);
      }
    }
  }
  // Files that the spec places somewhere have their findings there: a program with `as`, a jar of `files`.
  for (const database of stated.paths.length === 0 ? [] : databases) {
    if (database.kind === "system" || database.markers.length > 0) continue;
    for await (const one of database.read(stated.root, stated.paths, report)) {
      const [path] = [...one.files, ...(one.within === undefined ? [] : [one.within])];
      const view = (path && nodes.get(path)?.view) ?? "";
      take(one, database, { view, owns: (node) => node.fromSpec === true });
    }
  }
  // A package inside a file of the distribution is the distribution's too.
  const packed = [...found.values()].filter(({ id }) =>
    holders.get(id)?.some((path) => nodes.has(path) && !ownerOf.has(path)),
  );
  const packedIds = new Set(packed.map(({ id }) => id));
  const contentOwners = [...contentOwnerOf].filter(([, owner]) => packedIds.has(owner));
  // Files of the distribution are its own, whatever an installer of the language writes about them.
  for (const [path, owner] of [...languageOwnerOf, ...contentOwners]) if (!ownerOf.has(path)) ownerOf.set(path, owner);
  const owning = new Set([...ownerOf.values(), ...packedIds]);
  const held = [...holders].flatMap(([id, paths]) => paths.map((path) => [path, id] as const));
  const claims = [...languageOwnerOf, ...contentOwnerOf, ...held].filter(([path]) => ownerOf.has(path));
  const carried = carriedPackages(
    claims.filter(([, id]) => !owning.has(id)),
    found,
  );
  for (const node of nodes.values()) await addDerived(node, { ownerOf, views, compiled });
  return { ownerOf, packages: packagesOf(ownerOf, { found, packed }), carried, builderPackages, listedBy };
}

/** What a distribution has packed again: of the language by its metadata, of the distribution by its files. */
function carriedPackages(
  claims: readonly (readonly [path: AbsPath, id: string])[],
  found: ReadonlyMap<string, Found>,
): readonly OwningPackage[] {
  const first = new Map<string, AbsPath>();
  for (const [path, id] of claims) if (compareBytes(path, first.get(id) ?? path) <= 0) first.set(id, path);
  return [...first].flatMap(([id, within]) => {
    const one = found.get(id);
    return one === undefined ? [] : [{ ...one, within, paths: [] }];
  });
}

/** The name of a package; two builders may have the same package, or another version of it. */
function nameOf(one: InstalledPackage, database: PackageDatabase, found: ReadonlyMap<string, Found>): string {
  const plain = `${database.name}:${one.name}`;
  const exact = `${plain}@${one.version}`;
  if (database.severalVersions === true) return exact;
  const known = found.get(plain);
  if (known === undefined || known.purl === one.purl) return plain;
  return known.architecture === one.architecture ? exact : `${plain}:${one.architecture}`;
}

/** Packages that own a path, and those that are packed into a file of another. */
function packagesOf(
  ownerOf: ReadonlyMap<AbsPath, string>,
  { found, packed }: { readonly found: ReadonlyMap<string, Found>; readonly packed: readonly Found[] },
): readonly OwningPackage[] {
  const paths = new Map<string, AbsPath[]>(packed.map(({ id }) => [id, []]));
  for (const [path, owner] of ownerOf) {
    const known = paths.get(owner);
    if (known === undefined) paths.set(owner, [path]);
    else known.push(path);
  }
  return [...paths]
    .sort(([left], [right]) => compareBytes(left, right))
    .flatMap(([id, own]) => {
      const one = found.get(id);
      return one === undefined ? [] : [{ ...one, paths: own.sort(compareBytes) }];
    });
}

function isFromBuilder(node: GraphNode): boolean {
  return node.tree !== undefined && node.tree.kind !== "app";
}

/** A compiled file belongs to the owner of its source, a link that nobody owns to the owner of what it leads to. */
async function addDerived(
  node: GraphNode,
  {
    ownerOf,
    views,
    compiled,
  }: {
    readonly ownerOf: Map<AbsPath, string>;
    readonly views: Views;
    readonly compiled: readonly CompiledFiles[];
  },
): Promise<void> {
  const { path, stat } = node;
  if (ownerOf.has(path) || stat.kind === "directory" || node.tree === undefined) return;
  if (stat.kind === "symlink" && !isFromBuilder(node)) return;
  const origin =
    stat.kind === "symlink" ? (await views.get(node.view)?.resolve(path))?.real : sourceOfCompiled(compiled, path);
  const owner = origin === undefined ? undefined : ownerOf.get(origin);
  if (owner !== undefined) ownerOf.set(path, owner);
}
