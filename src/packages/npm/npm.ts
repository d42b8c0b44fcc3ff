import type { InstalledPackage, PackageDatabase } from "../../closure/model/closure.ts";
import { isRecord, parseRecord } from "../../formats/json/json-object.ts";
import { type AbsPath, compareBytes, type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";
import { npmPurl } from "../shared/purl.ts";

const jsonLimit = 2 ** 22;
const installedLimit = 2 ** 26;
const packageDirectory =
  /^\/(?:.*\/)?(?:(?:node_modules|usr\/(?:share|lib(?:\/[\w-]+)?)\/nodejs)\/(?:@[^/]+\/)?[^/.@][^/]*|npm\/[\w-]+(?:\.[\w-]+)+\/(?:@[^/]+\/)?[^/.@][^/]*\/\d[^/]*)(?=\/)/;

/**
 * Packages in directories `node_modules`, in Debian's directories `nodejs` and in caches of Deno
 * (`npm/HOST/NAME/VERSION`), each with a package.json that has its name and version.
 */
export const npmPackages: PackageDatabase = {
  name: "npm",
  kind: "language",
  markers: [],
  severalVersions: true,
  async *read(root, near): AsyncIterable<InstalledPackage> {
    const files = new Map<string, AbsPath[]>();
    for (const path of near) {
      const directory = packageDirectory.exec(path)?.[0];
      if (directory === undefined) continue;
      const known = files.get(directory);
      if (known === undefined) files.set(directory, [path]);
      else known.push(path);
    }
    // The same package may lie in several places: it is one, with the files of all.
    const packages = new Map<string, InstalledPackage>();
    for (const [directory, own] of [...files].sort(([left], [right]) => compareBytes(left, right))) {
      const found = await readPackage(root, toAbsPath("package.json", directory));
      if (found === undefined) continue;
      const before = packages.get(found.purl);
      const digest = async (): Promise<string | undefined> => integrityOf(root, directory);
      packages.set(found.purl, { ...found, digest, ...before, files: [...(before?.files ?? []), ...own] });
    }
    yield* packages.values();
    yield* readVendored(root, near);
  },
};

/** The integrity of a package in the lock that npm keeps of what it has installed. */
async function integrityOf(root: RootFs, directory: string): Promise<string | undefined> {
  const [, top = ""] = /^(.*?)\/node_modules\//u.exec(directory) ?? [];
  const path = toAbsPath(`${top}/node_modules/.package-lock.json`);
  const bytes = await root.readFile(path, { offset: 0, length: installedLimit });
  const listed = bytes === undefined ? undefined : parseRecord(new TextDecoder().decode(bytes))?.["packages"];
  return textOf(fieldOf(fieldOf(listed, directory.slice(top.length + 1)), "integrity"));
}

const vendored = /^\/(?:.*\/)?(?:vendor|vendored|third_party)\/(?:@[^/]+\/)?[^/.@][^/]*\/package\.json$/u;

/**
 * Packages that another one, or the application, carries in a folder `vendor`. Each is packed into its package.json;
 * who carries it owns the files.
 */
async function* readVendored(root: RootFs, near: readonly AbsPath[]): AsyncIterable<InstalledPackage> {
  for (const within of near) {
    const found = vendored.test(within) ? await readPackage(root, within) : undefined;
    if (found !== undefined) yield { ...found, files: [], within };
  }
}

async function readPackage(root: RootFs, path: AbsPath): Promise<Omit<InstalledPackage, "files"> | undefined> {
  const bytes = await root.readFile(path, { offset: 0, length: jsonLimit });
  // A package.json that is none belongs to nobody.
  const json = bytes === undefined ? undefined : parseRecord(new TextDecoder().decode(bytes));
  const name = textOf(json?.["name"]);
  const version = textOf(json?.["version"]);
  if (json === undefined || name === undefined || version === undefined) return undefined;
  const supplier = textOf(json["author"]) ?? textOf(fieldOf(json["author"], "name"));
  const homepage = textOf(json["homepage"]);
  const license = textOf(json["license"]) ?? textOf(fieldOf(json["license"], "type"));
  return {
    name,
    version,
    architecture: "",
    purl: npmPurl(name, version),
    ...(supplier === undefined ? {} : { supplier }),
    ...(homepage === undefined ? {} : { homepage }),
    ...(license === undefined ? {} : { license }),
  };
}

function fieldOf(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
