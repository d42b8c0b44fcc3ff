import type { InstalledPackage, PackageDatabase, ShippedPackage, WrittenRecord } from "../../closure/model/closure.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { decodeName } from "../../rootfs/names.ts";
import { type AbsPath, compareBytes, type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";
import { openBlockFile } from "../shared/block-file.ts";
import { damagedDatabase } from "../shared/damage.ts";
import { sharedLicenses } from "../shared/license-files.ts";
import { readMergedNames } from "../shared/merged-names.ts";
import { readDistribution } from "../shared/os-release.ts";
import { apkPurl } from "../shared/purl.ts";
import { type ApkPackage, isOfApkPackage, limitPackage, readApkPackages } from "./apk-installed.ts";

/** Alpine moves it below /usr; both names are one file where /lib is a link. */
const locations = [toAbsPath("/lib/apk/db/installed"), toAbsPath("/usr/lib/apk/db/installed")];
const databaseLimit = 256 * 2 ** 20;

/** The package database of Alpine, Wolfi and others (apk-package(5), apk-tools' `installed`). */
export const apk: PackageDatabase = {
  name: "apk",
  kind: "system",
  markers: locations,
  async *read(root, _near, report): AsyncIterable<InstalledPackage> {
    const toReal = await readMergedNames(root);
    const distribution = await readDistribution(root);
    const packages: InstalledPackage[] = [];
    for (const path of await databasesOf(root)) {
      const bytes = await readDatabase(root, path);
      if (typeof bytes === "string") {
        report?.(damagedDatabase(path, bytes));
        continue;
      }
      for (const one of readApkPackages(bytes)) {
        if ("problem" in one) report?.(damagedDatabase(path, one.problem));
        else {
          const { name, version, architecture } = one;
          const purl = apkPurl({ name, version, architecture }, distribution);
          packages.push({
            ...described(one),
            purl,
            files: one.files.map(toReal),
            isUnchanged: (file, content) =>
              one.files.some(
                (listed) => toReal(listed) === file && isOfApkPackage(one, { path: listed, bytes: content }),
              ),
          });
        }
      }
    }
    yield* packages.sort((left, right) => compareBytes(left.purl, right.purl));
  },
  write: writeInstalled,
  licenseFiles: sharedLicenses,
};

function described(one: ApkPackage): Omit<InstalledPackage, "files" | "purl"> {
  const { name, version, architecture, origin, maintainer, homepage, license, digest, requires, provides } = one;
  return {
    name,
    version,
    architecture,
    // All packages of one origin have its version.
    ...(origin === undefined ? {} : { source: `${origin} (${version})` }),
    ...(maintainer === undefined ? {} : { supplier: maintainer }),
    ...(homepage === undefined ? {} : { homepage }),
    ...(license === undefined ? {} : { license }),
    ...(digest === undefined ? {} : { digest: () => digest }),
    requires: () => requires,
    provides: () => provides,
  };
}

/** The databases that are there, each once. */
async function databasesOf(root: RootFs): Promise<readonly AbsPath[]> {
  const found = new Map<AbsPath, AbsPath>();
  for (const path of locations) {
    const resolved = await resolveLinks(root, path);
    if (resolved !== undefined && resolved !== "loop") found.set(resolved.real, path);
    else if ((await root.lstat(path)) !== undefined) found.set(path, path);
  }
  return [...found.keys()];
}

async function readDatabase(root: RootFs, path: AbsPath): Promise<Buffer | string> {
  const file = await openBlockFile(root, path);
  if (file === undefined) return "it is gone";
  if (typeof file === "string") return file;
  if (file.sizeBytes > databaseLimit) return `it has ${String(file.sizeBytes)} bytes`;
  const bytes = await file.read(0, file.sizeBytes);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/**
 * The database again, in the place where the builder has it, with the packages of which files ship, and those files.
 */
async function* writeInstalled(shipped: readonly ShippedPackage[], root: RootFs): AsyncIterable<WrittenRecord> {
  const [path] = await databasesOf(root);
  if (path === undefined) return;
  const bytes = await readDatabase(root, path);
  if (typeof bytes === "string") return;
  const toReal = await readMergedNames(root);
  const byKey = new Map(shipped.map((found) => [keyOf(found), new Set<string>(found.paths)]));
  const written: { readonly key: string; readonly bytes: Buffer }[] = [];
  for (const one of readApkPackages(bytes)) {
    if ("problem" in one) continue;
    const paths = byKey.get(keyOf(one));
    if (paths === undefined) continue;
    written.push({ key: keyOf(one), bytes: limitPackage(one, (file) => paths.has(toReal(file))) });
  }
  written.sort((left, right) => compareBytes(left.key, right.key));
  const content = Buffer.concat(written.flatMap((one) => [one.bytes, Buffer.from("\n")]));
  const text = decodeName(content);
  yield { path, content: text.isWellFormed() ? text : content, packages: shipped };
}

function keyOf({ name, version, architecture }: Pick<InstalledPackage, "name" | "version" | "architecture">): string {
  return `${name} ${version} ${architecture}`;
}
