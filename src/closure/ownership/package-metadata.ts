import { type LicenseTexts, licenseNames, printLicenses } from "../../formats/text/licenses.ts";
import { type AbsPath, compareBytes, type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";
import { type LayerName, layerNames } from "../model/closure.ts";
import { pointerReason } from "../model/graph.ts";
import { addGenerated } from "../walk/files.ts";
import type { Views } from "../walk/roots.ts";
import type { Worklist } from "../walk/worklist.ts";
import type { Owners, OwningPackage } from "./owners.ts";

/** The metadata of a package. */
export interface PackageRecord {
  /** As entries name their owner: `dpkg:libc6`, `npm:ms@2.1.3`. */
  readonly id: string;
  /** True for packages of the distribution, false for those of one language. */
  readonly isSystem: boolean;
  readonly name: string;
  readonly version: string;
  readonly architecture?: string;
  readonly source?: string;
  readonly purl: string;
  readonly cpe?: string;
  readonly supplier?: string;
  readonly homepage?: string;
  /** Licences as the package names them: SPDX expressions, or Debian's short names. Sorted. */
  readonly licenses: readonly string[];
  /** The file that it is packed into; of one that a distribution's package carries, the first of its files. */
  readonly within?: AbsPath;
  /** The distribution's package that its files belong to, and whose licences are theirs. */
  readonly carrier?: string;
}

const pointer = "/metadata/package-db";
const licensesPath = toAbsPath("/usr/share/doc/pith/licenses");
const textLimit = 2 ** 24;

/**
 * Puts the package databases of the builders into the image, limited to the packages of which files ship, and the texts
 * of their licences in one file. A record lies in the highest layer with a file that it tells of, so that a layer does
 * not change for what is in one above it. Answers what is known of each package, sorted by id.
 */
export async function addPackageMetadata(
  work: Worklist,
  {
    owners,
    views,
    layers,
  }: { readonly owners: Owners; readonly views: Views; readonly layers: ReadonlyMap<AbsPath, LayerName> },
): Promise<readonly PackageRecord[]> {
  const texts: LicenseTexts = new Map();
  const records: PackageRecord[] = [];
  for (const found of owners.packages) {
    const root = views.get(found.view)?.root;
    records.push(recordOf(found, root === undefined ? [] : await collectLicenses(found, { root, texts })));
  }
  for (const found of owners.carried) {
    const carrier = found.within === undefined ? undefined : owners.ownerOf.get(found.within);
    records.push({ ...recordOf(found, []), ...(carrier === undefined ? {} : { carrier }) });
  }
  records.sort((left, right) => compareBytes(left.id, right.id));
  const { packageDb } = work.request.metadata;
  if (packageDb === false) return records;
  if (packageDb === true && owners.builderPackages === 0) {
    const message = "cannot write the package database: no builder has one that is known";
    const hint = "use `auto`, or take a builder with dpkg, apk or rpm";
    work.fail(pointerReason(pointer), { code: "PACKAGE_DB_MISSING", message, hint });
  }
  const layerOf = (packages: readonly OwningPackage[]): LayerName => highestLayer(packages, layers);
  await writeRecords(work, { owners, views, layerOf });
  if (texts.size > 0) {
    const view = views.get(work.request.process.view);
    const system = owners.packages.filter(({ database }) => database.kind === "system");
    if (view !== undefined && !work.excludes(licensesPath)) {
      const why = "has the licences of the packages of which files ship";
      const generated = { ...fileBase, path: licensesPath, content: printLicenses(texts), why };
      await addGenerated(work, view, { generated, pointer, layer: layerOf(system) });
    }
  }
  return records;
}

const fileBase = { kind: "file", mode: 0o644, uid: 0, gid: 0 } as const;

async function writeRecords(
  work: Worklist,
  {
    owners,
    views,
    layerOf,
  }: {
    readonly owners: Owners;
    readonly views: Views;
    readonly layerOf: (packages: readonly OwningPackage[]) => LayerName;
  },
): Promise<void> {
  for (const [name, view] of views) {
    for (const database of work.plugins.packages) {
      const shipped = owners.packages.filter((found) => found.database === database && found.view === name);
      if (shipped.length === 0 || database.write === undefined) continue;
      for await (const { path, content, packages } of database.write(shipped, view.root)) {
        const home = views.get(work.request.process.view);
        if (home === undefined || work.excludes(path) || work.nodes.get(path)?.fromSpec === true) continue;
        const about = shipped.filter((found) => packages.includes(found));
        const generated = { ...fileBase, path, content, why: "tells scanners which packages its files are of" };
        await addGenerated(work, home, { generated, pointer, layer: layerOf(about) });
      }
    }
  }
}

function recordOf(found: OwningPackage, named: readonly string[]): PackageRecord {
  const { id, name, version, architecture, source, purl, cpe, supplier, homepage, license, within } = found;
  return {
    id,
    isSystem: found.database.kind === "system",
    name,
    version,
    ...(architecture === "" ? {} : { architecture }),
    ...(source === undefined ? {} : { source }),
    purl,
    ...(cpe === undefined ? {} : { cpe }),
    ...(supplier === undefined ? {} : { supplier }),
    ...(homepage === undefined ? {} : { homepage }),
    licenses: license === undefined ? named : [license],
    ...(within === undefined ? {} : { within }),
  };
}

/** Notes the texts of a package, and answers the names of licences that its own one has. */
async function collectLicenses(
  found: OwningPackage,
  { root, texts }: { readonly root: RootFs; readonly texts: LicenseTexts },
): Promise<readonly string[]> {
  const [own, ...others] = (await found.database.licenseFiles?.(found, root)) ?? [];
  if (own === undefined) return [];
  for (const path of [own, ...others]) {
    const text = await readText(root, path);
    const known = texts.get(text) ?? { paths: new Set(), packages: new Set() };
    texts.set(text, known);
    known.paths.add(path);
    if (path === own) known.packages.add(found.name);
  }
  return licenseNames(await readText(root, own));
}

async function readText(root: RootFs, path: AbsPath): Promise<string> {
  const bytes = await root.readFile(path, { offset: 0, length: textLimit });
  return new TextDecoder().decode(bytes ?? new Uint8Array());
}

function highestLayer(packages: readonly OwningPackage[], layers: ReadonlyMap<AbsPath, LayerName>): LayerName {
  let highest = 0;
  for (const { paths } of packages) {
    for (const path of paths) highest = Math.max(highest, layerNames.indexOf(layers.get(path) ?? "system"));
  }
  return layerNames[highest] ?? "system";
}
