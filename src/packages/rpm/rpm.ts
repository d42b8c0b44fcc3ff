import { createHash } from "node:crypto";
import type { InstalledPackage, PackageDatabase, ShippedPackage, WrittenRecord } from "../../closure/model/closure.ts";
import { type AbsPath, compareBytes, parentOf, type RootFs, rootPath, toAbsPath } from "../../rootfs/rootfs.ts";
import { damagedDatabase } from "../shared/damage.ts";
import { sharedLicenses } from "../shared/license-files.ts";
import { readMergedNames } from "../shared/merged-names.ts";
import { type Distribution, readDistribution } from "../shared/os-release.ts";
import { rpmPurl } from "../shared/purl.ts";
import { filesOf, numbersOf, parseHeader, type RpmHeader, stringOf, stringsOf, tags } from "./rpm-header.ts";
import { limitHeader } from "./rpm-image.ts";
import { writeNdb } from "./rpm-ndb.ts";
import { findRpmDatabase, readStoredHeaders, rpmMarkers } from "./rpm-store.ts";

/**
 * The package database of Fedora, RHEL, Amazon Linux, SUSE and others (rpm(8)), in each of its formats: SQLite, ndb and
 * Berkeley DB. Paths come by the names that they really have, through merged directories.
 */
export const rpm: PackageDatabase = {
  name: "rpm",
  kind: "system",
  markers: rpmMarkers,
  async *read(root, _near, report): AsyncIterable<InstalledPackage> {
    const path = await findRpmDatabase(root);
    if (path === undefined) return;
    const toReal = await readMergedNames(root);
    const distribution = await readDistribution(root);
    const packages: InstalledPackage[] = [];
    for await (const stored of readStoredHeaders(root, path)) {
      const header = "header" in stored ? parseHeader(stored.header) : undefined;
      const found = header === undefined ? undefined : toPackage(header, distribution);
      if (header === undefined || found === undefined) {
        report?.(damagedDatabase(path, "problem" in stored ? stored.problem : "a package's header is damaged"));
        continue;
      }
      const files = filesOf(header).flatMap((file) => (file === undefined ? [] : [toReal(file)]));
      // A program that it needs is named by its path.
      const needed = stringsOf(header, tags.requireNames).map((text) => text.toWellFormed());
      const requires = needed.map((name) => (name.startsWith("/") ? toReal(name) : name));
      const suggests = [tags.recommendNames, tags.suggestNames].flatMap((tag) => stringsOf(header, tag));
      packages.push({
        ...found,
        requires: () => requires,
        suggests: () => suggests,
        files: files.filter((file) => file !== rootPath),
        isUnchanged: (file, bytes) => isOfHeader(header, { path: file, bytes, toReal }),
      });
    }
    yield* packages.sort((left, right) => compareBytes(left.purl, right.purl));
  },
  write: writeDatabase,
  licenseFiles: sharedLicenses,
};

function toPackage(
  header: RpmHeader,
  distribution: Distribution | undefined,
): Omit<InstalledPackage, "files"> | undefined {
  const name = stringOf(header, tags.name);
  const version = stringOf(header, tags.version);
  const release = stringOf(header, tags.release);
  if (name === undefined || version === undefined || release === undefined) return undefined;
  const [epoch] = numbersOf(header, tags.epoch);
  const architecture = stringOf(header, tags.architecture) ?? "";
  const source = stringOf(header, tags.sourceRpm);
  const supplier = stringOf(header, tags.vendor);
  const homepage = stringOf(header, tags.url);
  const license = stringOf(header, tags.license);
  const digest = stringOf(header, tags.headerSha256);
  const provides = stringsOf(header, tags.provideNames).map((text) => text.toWellFormed());
  const modularityLabel = stringOf(header, tags.modularityLabel) ?? "";
  return {
    name,
    version: `${epoch === undefined ? "" : `${String(epoch)}:`}${version}-${release}`,
    architecture,
    purl: rpmPurl({ name, version: `${version}-${release}`, architecture, epoch, modularityLabel }, distribution),
    ...(source === undefined ? {} : { source: toSource(source, epoch) }),
    ...(supplier === undefined ? {} : { supplier }),
    ...(homepage === undefined ? {} : { homepage }),
    ...(license === undefined ? {} : { license }),
    ...(digest === undefined ? {} : { digest: () => `sha256:${digest}` }),
    provides: () => provides,
  };
}

/** The ways in which headers tell the digests of files (RFC 4880, 9.4); those without the tag have MD5. */
const digestAlgorithms: Readonly<Record<number, string>> = {
  1: "md5",
  2: "sha1",
  8: "sha256",
  9: "sha384",
  10: "sha512",
};

/** True for bytes with the digest that the header has of the file. */
function isOfHeader(
  header: RpmHeader,
  file: { readonly path: AbsPath; readonly bytes: Uint8Array; readonly toReal: (path: string) => AbsPath },
): boolean {
  const algorithm = digestAlgorithms[numbersOf(header, tags.fileDigestAlgorithm)[0] ?? 1];
  const at = filesOf(header).findIndex((path) => path !== undefined && file.toReal(path) === file.path);
  const digest = stringsOf(header, tags.fileDigests)[at] ?? "";
  return algorithm !== undefined && digest !== "" && createHash(algorithm).update(file.bytes).digest("hex") === digest;
}

/** `bash-5.2-1.fc40.src.rpm` as `bash (5.2-1.fc40)`, with the package's epoch: the name of the file has none. */
function toSource(file: string, epoch: number | undefined): string {
  const [, name, version] = /^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(file) ?? [];
  return name === undefined || version === undefined
    ? file
    : `${name} (${epoch === undefined ? "" : `${String(epoch)}:`}${version})`;
}

/**
 * The database again, in the place where the builder has it. Always as ndb: a file of nothing but headers, which rpm
 * and scanners find by its name whatever they write themselves. What holds for whole packages only, as signatures, is
 * left out.
 */
async function* writeDatabase(shipped: readonly ShippedPackage[], root: RootFs): AsyncIterable<WrittenRecord> {
  const path = await findRpmDatabase(root);
  if (path === undefined) return;
  const toReal = await readMergedNames(root);
  const distribution = await readDistribution(root);
  const byPurl = new Map(shipped.map((found) => [found.purl, new Set<string>(found.paths)]));
  const headers: { readonly purl: string; readonly bytes: Uint8Array }[] = [];
  for await (const stored of readStoredHeaders(root, path)) {
    const header = "header" in stored ? parseHeader(stored.header) : undefined;
    const purl = header === undefined ? undefined : toPackage(header, distribution)?.purl;
    const paths = purl === undefined ? undefined : byPurl.get(purl);
    if (header === undefined || purl === undefined || paths === undefined) continue;
    headers.push({ purl, bytes: limitHeader(header, (file) => paths.has(toReal(file))) });
  }
  headers.sort((left, right) => compareBytes(left.purl, right.purl));
  const content = writeNdb(headers.map(({ bytes }) => bytes));
  yield { path: toAbsPath("Packages.db", parentOf(path)), content, packages: shipped };
}
