import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";
import type { InstalledPackage, ShippedPackage, WrittenRecord } from "../closure.ts";

const statusDirectory = "/var/lib/dpkg/status.d";
const infoDirectory = "/var/lib/dpkg/info";
const commonLicenses = "/usr/share/common-licenses";
const textLimit = 2 ** 24;

/** Files from which scanners read packages of a language. */
const languageMetadata =
  /\.(?:dist|egg)-info(?:\/(?:METADATA|PKG-INFO))?$|\/package\.json$|\.gemspec$|\.[jwe]ar$|\/installed\.json$/;

/**
 * `status.d`, as images without dpkg have it: a file a package with its paragraph, less the configuration files, which may not be
 * there. The `.md5sums` of what ships lie beside it where they change what a scanner says: they tell that a language's
 * package is the distribution's. Everything else they could say, the bill of materials says with better digests.
 */
export async function* writeStatusDirectory(
  shipped: readonly ShippedPackage[],
  root: RootFs,
): AsyncIterable<WrittenRecord> {
  for (const found of shipped) {
    const stem = stemOf(found, shipped);
    yield { path: toAbsPath(stem, statusDirectory), content: paragraphOf(found), packages: [found] };
    if (!found.paths.some((path) => languageMetadata.test(path))) continue;
    const sums = await readSums(found, root);
    const paths = new Set<string>(found.paths);
    const lines = sums.split("\n").filter((line) => paths.has(`/${line.slice(34).replace(/^\//, "")}`));
    if (lines.length === 0) continue;
    const content = `${lines.join("\n")}\n`;
    yield { path: toAbsPath(`${stem}.md5sums`, statusDirectory), content, packages: [found] };
  }
}

/** The package's own copyright file, and the licences that it refers to. */
export async function licenseFilesOf({ name }: InstalledPackage, root: RootFs): Promise<readonly AbsPath[]> {
  // The directory may be a link to that of another package of the same source.
  const own = await realFile(root, `/usr/share/doc/${name}/copyright`);
  if (own === undefined) return [];
  const text = new TextDecoder().decode(await root.readFile(own, { offset: 0, length: textLimit }));
  const names = new Set(
    [...text.matchAll(/\/usr\/share\/common-licenses\/([A-Za-z0-9.+-]+)/g)].map((match) =>
      (match[1] ?? "").replace(/[.+-]+$/, ""),
    ),
  );
  const files = new Set([own]);
  for (const licence of [...names].sort()) {
    const real = await realFile(root, `${commonLicenses}/${licence}`);
    if (real !== undefined) files.add(real);
  }
  return [...files];
}

/** The name of a package's file: with the version or the architecture where two of one name ship. */
function stemOf(found: ShippedPackage, shipped: readonly ShippedPackage[]): string {
  const { name, architecture, version } = found;
  const first = shipped.find((other) => other.name === name);
  if (first === found || first === undefined) return name;
  return first.architecture === architecture
    ? `${name}_${version.replaceAll(/[:/]/g, "%3a")}`
    : `${name}:${architecture}`;
}

function paragraphOf({ record = "" }: InstalledPackage): string {
  const lines: string[] = [];
  let isLeftOut = false;
  for (const line of record.split("\n")) {
    if (line.trim() === "") continue;
    if (!/^[ \t]/.test(line)) isLeftOut = /^Conffiles:/i.test(line);
    if (!isLeftOut) lines.push(line.replace(/\r$/, ""));
  }
  return `${lines.join("\n")}\n`;
}

async function readSums({ name, architecture }: InstalledPackage, root: RootFs): Promise<string> {
  for (const path of [
    `${infoDirectory}/${name}:${architecture}.md5sums`,
    `${infoDirectory}/${name}.md5sums`,
    `${statusDirectory}/${name}.md5sums`,
  ]) {
    const bytes = await root.readFile(toAbsPath(path), { offset: 0, length: textLimit });
    if (bytes !== undefined) return new TextDecoder().decode(bytes);
  }
  return "";
}

async function realFile(root: RootFs, path: string): Promise<AbsPath | undefined> {
  const place = await resolveLinks(root, path);
  if (place === undefined || place === "loop" || place.stat.kind !== "file") return undefined;
  return place.real;
}
