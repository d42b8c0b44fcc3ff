import { createHash } from "node:crypto";
import type { Finding, InstalledPackage, PackageDatabase } from "../../closure/model/closure.ts";
import { type AbsPath, compareBytes, type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";
import { damagedDatabase } from "../shared/damage.ts";
import { type Distribution, readDistribution } from "../shared/os-release.ts";
import { debPurl } from "../shared/purl.ts";
import { readOrigins } from "./apt-states.ts";
import { filesOfRecord, licenseFilesOf, writeStatusDirectory } from "./dpkg-image.ts";
import { namesIn, type Paragraph, readParagraphs } from "./dpkg-paragraphs.ts";
import { openRealPaths } from "./dpkg-paths.ts";
import { readUcf } from "./ucf.ts";

const statusPath = toAbsPath("/var/lib/dpkg/status");
const statusDirectory = toAbsPath("/var/lib/dpkg/status.d");
const infoDirectory = toAbsPath("/var/lib/dpkg/info");

const statusLimit = 64 * 2 ** 20;
const listLimit = 64 * 2 ** 20;
const scriptLimit = 2 ** 20;
const newline = 0x0a;

/**
 * Debian's package database (dpkg(1)): `status`, or `status.d` as images without dpkg have it, and `info/*.list`. Paths
 * come by the names that they really have: through merged directories, and after diversions whose target is there.
 */
export const dpkg: PackageDatabase = {
  name: "dpkg",
  kind: "system",
  markers: [statusPath, statusDirectory],
  async *read(root, _near, report): AsyncIterable<InstalledPackage> {
    const listNames = new Set(await root.readDirectory(infoDirectory));
    const realPath = await openRealPaths(root);
    const distribution = await readDistribution(root);
    const installed = await readInstalled(root, report);
    const origins = await readOrigins(root, installed);
    const ucf = await readUcf(root);
    for (const paragraph of installed) {
      const found = toPackage(paragraph, distribution);
      if (found === undefined) continue;
      const text = await readList(root, found, { listNames, ownText: paragraph.ownList, report });
      const lines = [...text.split("\n"), ...(ucf.byPackage.get(found.name) ?? [])];
      const files = lines.flatMap((line) => realPath(line, found.name) ?? []);
      let sums: Promise<ReadonlyMap<string, string>> | undefined;
      yield {
        ...found,
        isChosen: () => origins().chosen.has(found.name),
        isOfSystem: () => origins().ofSystem.has(found.name),
        scripts: () => readScripts(root, found, listNames),
        files,
        isUnchanged: async (path, bytes) => {
          const settings = isConffileOf(paragraph.text(), path, bytes) ?? ucf.isUnchanged(path, bytes);
          if (settings !== undefined) return settings;
          sums ??= readSums(root, found, { listNames, realPath: (line) => realPath(line, found.name) });
          return hasSum((await sums).get(path), bytes);
        },
      };
    }
  },
  write: writeStatusDirectory,
  licenseFiles: licenseFilesOf,
};

type Report = ((finding: Finding) => void) | undefined;
type Installed = Paragraph & { readonly ownList?: string };

/** Installed packages, by name and architecture; the first paragraph of a package counts. */
async function readInstalled(root: RootFs, report: Report): Promise<readonly Installed[]> {
  const all: Installed[] = [];
  const status = await readStatus(root, report);
  for (const paragraph of readParagraphs(status)) {
    if (/\sinstalled$/.test(paragraph.fields.get("status") ?? "")) all.push(paragraph);
  }
  for (const name of (await root.readDirectory(statusDirectory)) ?? []) {
    if (name.endsWith(".md5sums")) continue;
    const bytes = await root.readFile(toAbsPath(name, statusDirectory), { offset: 0, length: listLimit });
    const [paragraph] = readParagraphs(bytes ?? new Uint8Array());
    if (paragraph === undefined) continue;
    const sums = await root.readFile(toAbsPath(`${name}.md5sums`, statusDirectory), { offset: 0, length: listLimit });
    const listed = sums === undefined ? "" : fromSums(decode(sums));
    const record = paragraph.text();
    const named = [...filesOfRecord(record, "Md5sums"), ...filesOfRecord(record, "Conffiles")];
    all.push({
      ...paragraph,
      ownList: [listed, ...named.map(({ path }) => path)].join("\n").trim(),
    });
  }
  const unique = new Map<string, Installed>();
  for (const paragraph of all) {
    const key = `${paragraph.fields.get("package") ?? ""}:${paragraph.fields.get("architecture") ?? ""}`;
    if (!unique.has(key)) unique.set(key, paragraph);
  }
  return [...unique].sort(([left], [right]) => compareBytes(left, right)).map(([, paragraph]) => paragraph);
}

/** The bytes of `status`. dpkg ends each of its lines, and refuses a file whose last one has no end. */
async function readStatus(root: RootFs, report: Report): Promise<Uint8Array> {
  const stat = await root.lstat(statusPath);
  const bytes = await root.readFile(statusPath, { offset: 0, length: statusLimit });
  if (stat === undefined) return new Uint8Array();
  if (bytes === undefined) report?.(damagedDatabase(statusPath, `it is a ${stat.kind}, not a file`));
  else if (stat.sizeBytes > statusLimit) {
    report?.(damagedDatabase(statusPath, `it has more than ${String(statusLimit)} bytes`));
  } else if (bytes.length > 0 && bytes.at(-1) !== newline) {
    report?.(damagedDatabase(statusPath, "it ends inside a line"));
  }
  return bytes ?? new Uint8Array();
}

function toPackage(
  paragraph: Paragraph,
  distribution: Distribution | undefined,
): Omit<InstalledPackage, "files"> | undefined {
  const { fields } = paragraph;
  const name = fields.get("package") ?? "";
  const version = fields.get("version") ?? "";
  if (!/^[A-Za-z0-9][A-Za-z0-9+.-]{0,254}$/.test(name) || version === "") return undefined;
  const architecture = fields.get("architecture") ?? "";
  const source = fields.get("source");
  const supplier = fields.get("maintainer");
  const homepage = fields.get("homepage");
  return {
    name,
    version,
    architecture,
    purl: debPurl({ name, version, architecture }, distribution),
    ...(source === undefined ? {} : { source }),
    ...(supplier === undefined ? {} : { supplier }),
    ...(homepage === undefined ? {} : { homepage }),
    record: paragraph.text(),
    requires: () => namesIn(paragraph.text(), "(?:Pre-)?Depends"),
    suggests: () => namesIn(paragraph.text(), "(?:Recommends|Suggests)"),
    provides: () => namesIn(paragraph.text(), "Provides"),
    isEssential: () => /^Essential: yes$/mu.test(paragraph.text()),
  };
}

/** The list of a package, whose name has the architecture where several may be installed beside each other. */
async function readList(
  root: RootFs,
  found: Omit<InstalledPackage, "files">,
  lists: { readonly listNames: ReadonlySet<string>; readonly ownText: string | undefined; readonly report: Report },
): Promise<string> {
  if (lists.ownText !== undefined && lists.ownText !== "") return lists.ownText;
  for (const stem of [`${found.name}:${found.architecture}`, found.name]) {
    for (const ending of ["list", "md5sums"]) {
      if (!lists.listNames.has(`${stem}.${ending}`)) continue;
      const path = toAbsPath(`${stem}.${ending}`, infoDirectory);
      const bytes = await root.readFile(path, { offset: 0, length: listLimit });
      if (bytes === undefined) {
        lists.report?.(damagedDatabase(path, "not a file"));
        continue;
      }
      return ending === "list" ? decode(bytes) : fromSums(decode(bytes));
    }
  }
  return "";
}

async function readScripts(
  root: RootFs,
  { name, architecture }: Pick<InstalledPackage, "name" | "architecture">,
  known: ReadonlySet<string>,
): Promise<string> {
  const stems = [`${name}:${architecture}`, name];
  const files = stems.flatMap((stem) => [`${stem}.preinst`, `${stem}.postinst`]).filter((file) => known.has(file));
  const texts: string[] = [];
  for (const file of files) {
    const bytes = await root.readFile(toAbsPath(file, infoDirectory), { offset: 0, length: scriptLimit });
    if (bytes !== undefined) texts.push(decode(bytes));
  }
  return texts.join("\n");
}

/** True for a configuration file with the sum that dpkg keeps of what the package brought (deb-conffiles(5)). */
function isConffileOf(record: string, path: string, bytes: Uint8Array): boolean | undefined {
  return hasSum(filesOfRecord(record, "Conffiles").find((one) => one.path === path)?.sum, bytes);
}

function hasSum(sum: string | undefined, bytes: Uint8Array): boolean | undefined {
  return sum === undefined ? undefined : sum === createHash("md5").update(bytes).digest("hex");
}

/** The sums of a package's files by their real paths, where its list of them is there. */
async function readSums(
  root: RootFs,
  { name, architecture }: Pick<InstalledPackage, "name" | "architecture">,
  { listNames, realPath }: { listNames: ReadonlySet<string>; realPath: (line: string) => AbsPath | undefined },
): Promise<ReadonlyMap<string, string>> {
  const list = [`${name}:${architecture}.md5sums`, `${name}.md5sums`].find((one) => listNames.has(one));
  const range = { offset: 0, length: listLimit };
  const bytes = list === undefined ? undefined : await root.readFile(toAbsPath(list, infoDirectory), range);
  const lines = decode(bytes ?? new Uint8Array()).matchAll(/^([0-9a-f]{32}) [ *]\/?(\S.*)$/gmu);
  return new Map(Array.from(lines, ([, sum = "", path = ""]) => [realPath(`/${path}`) ?? `/${path}`, sum]));
}

/** Lines of md5sums as lines of a list. */
function fromSums(text: string): string {
  return text
    .split("\n")
    .map((line) => /^[0-9a-f]{32} [ *](.+)$/.exec(line)?.[1])
    .flatMap((path) => (path === undefined ? [] : [path.startsWith("/") ? path : `/${path}`]))
    .join("\n");
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
