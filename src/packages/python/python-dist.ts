import { createHash } from "node:crypto";
import type { InstalledPackage, PackageDatabase } from "../../closure/model/closure.ts";
import { type AbsPath, compareBytes, type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";
import { pypiPurl } from "../shared/purl.ts";
import { readVendored } from "./vendored.ts";

const metadataLimit = 2 ** 22;
const site = /^\/(?:.*\/)?(?:site|dist)-packages(?=\/)/;
/** `pip install --target` takes any directory. */
const other = /^(\/.*)\/[^/]+\.dist-info\/[^/]+$/;

/**
 * The records of pip and other installers (PyPA: recording installed projects): directories `NAME-VERSION.dist-info`
 * with METADATA and RECORD.
 */
export const pythonDistributions: PackageDatabase = {
  name: "pypi",
  kind: "language",
  markers: [],
  severalVersions: true,
  async *read(root, near): AsyncIterable<InstalledPackage> {
    for (const directory of sitesOf(near)) {
      for (const name of (await root.readDirectory(directory)) ?? []) {
        if (!name.endsWith(".dist-info")) continue;
        const found = await readDistInfo(root, { site: directory, metadata: toAbsPath(name, directory) });
        if (found !== undefined) yield found;
      }
    }
    yield* readVendored(root, near, (directory, name) =>
      readDistInfo(root, { site: directory, metadata: toAbsPath(name, directory) }),
    );
  },
};

function sitesOf(near: readonly AbsPath[]): readonly AbsPath[] {
  const sites = new Set<string>();
  for (const path of near) {
    const found = site.exec(path)?.[0] ?? other.exec(path)?.[1];
    if (found !== undefined) sites.add(found);
  }
  return [...sites].sort(compareBytes).map((path) => toAbsPath(path));
}

async function readDistInfo(
  root: RootFs,
  { site: base, metadata }: { readonly site: AbsPath; readonly metadata: AbsPath },
): Promise<InstalledPackage | undefined> {
  const fields = headerOf(await readText(root, toAbsPath("METADATA", metadata)));
  const name = fields.get("name");
  const version = fields.get("version");
  if (name === undefined || version === undefined) return undefined;
  const record = await readText(root, toAbsPath("RECORD", metadata));
  const own = (await root.readDirectory(metadata)) ?? [];
  const files = new Set([
    ...own.map((file) => toAbsPath(file, metadata)),
    ...recordedPaths(record).map((path) => toAbsPath(path, base)),
  ]);
  const supplier = fields.get("author-email") ?? fields.get("author");
  const homepage = fields.get("home-page");
  const license = fields.get("license-expression") ?? licenseOf(fields.get("license"));
  return {
    name: name.toLowerCase().replaceAll(/[-_.]+/g, "-"),
    version,
    architecture: "",
    purl: pypiPurl(name, version),
    files: [...files],
    // RECORD has the digest of each other file.
    ...(record === "" ? {} : { digest: () => `sha256:${createHash("sha256").update(record).digest("hex")}` }),
    ...(supplier === undefined ? {} : { supplier }),
    ...(homepage === undefined ? {} : { homepage }),
    ...(license === undefined ? {} : { license }),
  };
}

/** The header of METADATA, names of fields in lower case; the first of several fields of one name. */
function headerOf(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split("\n")) {
    if (line.trim() === "") break;
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (colon > 0 && !/^\s/.test(line) && value !== "" && value !== "UNKNOWN" && !fields.has(name)) {
      fields.set(name, value);
    }
  }
  return fields;
}

/** Old packages write a name there, and some the whole text. */
function licenseOf(text: string | undefined): string | undefined {
  return text !== undefined && /^[\w.+() -]{1,60}$/.test(text) ? text : undefined;
}

/** First fields of a CSV file. */
function recordedPaths(text: string): readonly string[] {
  return text.split("\n").flatMap((line) => {
    const quoted = /^"((?:[^"]|"")*)"/.exec(line)?.[1];
    const path = quoted?.replaceAll('""', '"') ?? line.split(",")[0]?.trim() ?? "";
    return path === "" ? [] : [path];
  });
}

async function readText(root: RootFs, path: AbsPath): Promise<string> {
  const bytes = await root.readFile(path, { offset: 0, length: metadataLimit });
  return new TextDecoder().decode(bytes ?? new Uint8Array());
}
