import type { InstalledPackage, ShippedPackage, WrittenRecord } from "../../closure/model/closure.ts";
import { resolveLinks } from "../../rootfs/links.ts";
import { type AbsPath, type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";
import { openRealPaths } from "./dpkg-paths.ts";

const statusDirectory = "/var/lib/dpkg/status.d";
const infoDirectory = "/var/lib/dpkg/info";
const commonLicenses = "/usr/share/common-licenses";
const textLimit = 2 ** 24;

/** Files from which scanners read packages of a language. */
const languageMetadata =
  /\.(?:dist|egg)-info(?:\/(?:METADATA|PKG-INFO))?$|\/package\.json$|\.gemspec$|\.[jwe]ar$|\/installed\.json$/;

/**
 * `status.d`, as images without dpkg have it: a file a package with its paragraph, and beside it the `.md5sums` of
 * those of its files that ship. From them others tell whose a file is (a scanner, that a language's package is the
 * distribution's), and whether it is still what the package brought. Configuration files have their sums in the
 * paragraph, as dpkg keeps them; so has a single file, in a field of its own, since most packages of a small image ship
 * one library and a file more for each is much.
 */
export async function* writeStatusDirectory(
  shipped: readonly ShippedPackage[],
  root: RootFs,
): AsyncIterable<WrittenRecord> {
  const realPath = await openRealPaths(root);
  for (const found of shipped) {
    const stem = stemOf(found, shipped);
    const paths = new Set<string>(found.paths);
    const sums = (await readSums(found, root)).split("\n").flatMap((line) => {
      const [, sum, listed = ""] = /^([0-9a-f]{32}) [ *](.+)$/.exec(line) ?? [];
      const path = realPath(toAbsPath(listed), found.name);
      return sum === undefined || path === undefined || !paths.has(path) ? [] : [{ sum, path }];
    });
    const isBeside = sums.length > 1 || (sums.length === 1 && found.paths.some((path) => languageMetadata.test(path)));
    const own = isBeside ? [] : sums.map(({ sum, path }) => ` ${path} ${sum}`);
    yield { path: toAbsPath(stem, statusDirectory), content: paragraphOf(found, own), packages: [found] };
    if (!isBeside) continue;
    const content = sums.map(({ sum, path }) => `${sum}  ${path.slice(1)}\n`).join("");
    yield { path: toAbsPath(`${stem}.md5sums`, statusDirectory), content, packages: [found] };
  }
}

/**
 * Files that a paragraph lists with their sums: `Conffiles`, as in dpkg's status (deb-conffiles(5)), and in `status.d`
 * of Pith `Md5sums`, in the same form.
 */
export function filesOfRecord(
  record: string,
  field: "Conffiles" | "Md5sums",
): readonly { readonly path: string; readonly sum: string; readonly line: string }[] {
  const pattern = new RegExp(`^${field}:[^\\n]*\\n((?:[ \\t][^\\n]*(?:\\n|$))*)`, "im");
  const [, list = ""] = pattern.exec(record) ?? [];
  return list.split("\n").flatMap((line) => {
    const [, path, sum] = /^\s+(\/.+?) ([0-9a-f]{32})\b/.exec(line) ?? [];
    return path === undefined || sum === undefined ? [] : [{ path, sum, line }];
  });
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

/** The paragraph; of configuration files it has those that are there. */
function paragraphOf({ record = "", paths }: ShippedPackage, sums: readonly string[]): string {
  const conffiles = new Map(filesOfRecord(record, "Conffiles").map(({ path, line }) => [path, line]));
  const shipped = paths.flatMap((path) => conffiles.get(path) ?? []);
  const lines: string[] = [];
  let isLeftOut = false;
  for (const line of record.split("\n")) {
    if (line.trim() === "") continue;
    if (!/^[ \t]/.test(line)) {
      isLeftOut = /^(?:Conffiles|Md5sums):/i.test(line);
      if (/^Conffiles:/i.test(line) && shipped.length > 0) lines.push("Conffiles:", ...shipped);
    }
    if (!isLeftOut) lines.push(line.replace(/\r$/, ""));
  }
  if (sums.length > 0) lines.push("Md5sums:", ...sums);
  return `${lines.join("\n")}\n`;
}

async function readSums({ name, architecture, record = "" }: InstalledPackage, root: RootFs): Promise<string> {
  for (const path of [
    `${infoDirectory}/${name}:${architecture}.md5sums`,
    `${infoDirectory}/${name}.md5sums`,
    `${statusDirectory}/${name}.md5sums`,
  ]) {
    const bytes = await root.readFile(toAbsPath(path), { offset: 0, length: textLimit });
    if (bytes !== undefined) return new TextDecoder().decode(bytes);
  }
  return filesOfRecord(record, "Md5sums")
    .map(({ path, sum }) => `${sum}  ${path}`)
    .join("\n");
}

async function realFile(root: RootFs, path: string): Promise<AbsPath | undefined> {
  const resolved = await resolveLinks(root, path);
  if (resolved === undefined || resolved === "loop" || resolved.stat.kind !== "file") return undefined;
  return resolved.real;
}
