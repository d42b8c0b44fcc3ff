import { type AbsPath, baseName, type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";
import { findTexts, indexTexts } from "../policy/find-texts.ts";
import { commonName, libraryStem, listedLibraries, tracesOf } from "./same-code.ts";
import type { BuilderPackage } from "./statements.ts";

/** Code of an image that no package of a distribution brought: of the application, of wheels, addons and programs. */
export interface ForeignCode {
  /** True where it may have code of a package: as a copy of a file, inside another one, or as another package. */
  mayHave(one: SoughtPackage, files: readonly string[]): Promise<boolean>;
}

/** A package whose code is looked for. */
export type SoughtPackage = Pick<BuilderPackage, "database" | "name" | "source" | "files">;

/** A regular file of an image that no package of a distribution has. */
export interface ForeignFile {
  readonly path: AbsPath;
  readonly sizeBytes: number;
  /** Another name of the same file. */
  readonly hardLinkTo?: AbsPath;
}

/** An image as far as its foreign code concerns it. */
export interface ForeignImage<File extends ForeignFile> {
  readonly files: readonly File[];
  /** Everything that ships, of a distribution or of a language. */
  readonly packages: readonly { readonly database: string; readonly name: string }[];
  read(file: File): Uint8Array | Promise<Uint8Array>;
}

/** Looks at foreign code as far as it is asked for. `packages` are those that may be asked about. */
export function foreignCode<File extends ForeignFile>(
  image: ForeignImage<File>,
  { packages, roots }: { readonly packages: readonly SoughtPackage[]; readonly roots: readonly RootFs[] },
): ForeignCode {
  const entries = image.files;
  const names = new Set(entries.map(({ path }) => baseName(path)));
  const stems = new Set(entries.flatMap(({ path }) => libraryStem(baseName(path)) ?? []));
  const bySize = new Map<number, File[]>();
  for (const entry of entries) bySize.set(entry.sizeBytes, [...(bySize.get(entry.sizeBytes) ?? []), entry]);
  const components = componentNames(image);
  let inside: Promise<Inside> | undefined;

  const isCopied = async (file: string): Promise<boolean> => {
    const path = toAbsPath(file);
    const stem = libraryStem(baseName(path));
    if (isCode(file) && (names.has(baseName(path)) || (stem !== undefined && stems.has(stem)))) return true;
    for (const root of roots) {
      const stat = await root.lstat(path);
      if (stat?.kind !== "file" || stat.sizeBytes === 0) continue;
      const alike = bySize.get(stat.sizeBytes) ?? [];
      if (alike.length === 0) continue;
      const bytes = Buffer.from((await root.readFile(path)) ?? new Uint8Array());
      for (const entry of alike) if (bytes.equals(await image.read(entry))) return true;
    }
    return false;
  };

  return {
    async mayHave(one, files) {
      const called = [one.name, one.source.name].map(commonName);
      if (called.some((name) => hasOther(components, one.database, name))) return true;
      if (entries.length === 0) return false;
      for (const file of files) if (await isCopied(file)) return true;
      inside ??= lookInside(image, packages);
      const { traces, libraries } = await inside;
      return called.some((name) => libraries.has(name)) || tracesOfPackage(one, files).some((text) => traces.has(text));
    },
  };
}

/** The common names of what ships, by database. */
function componentNames({
  packages,
}: Pick<ForeignImage<ForeignFile>, "packages">): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  for (const { database, name } of packages) {
    const known = found.get(database) ?? new Set<string>();
    found.set(database, known.add(commonName(name)));
  }
  return found;
}

/** A package of another database: those of one database are told apart by their own names. */
function hasOther(components: ReadonlyMap<string, ReadonlySet<string>>, database: string, name: string): boolean {
  return [...components].some(([other, names]) => other !== database && names.has(name));
}

interface Inside {
  /** Texts that stand in a program or a library. */
  readonly traces: ReadonlySet<string>;
  /** Common names of libraries that lists beside prebuilt addons name. */
  readonly libraries: ReadonlySet<string>;
}

async function lookInside<File extends ForeignFile>(
  image: ForeignImage<File>,
  packages: readonly SoughtPackage[],
): Promise<Inside> {
  const wanted = new Set(packages.flatMap((one) => tracesOfPackage(one, one.files)));
  const index = indexTexts([...wanted].map((text) => [text, Buffer.from(text)] as const));
  const traces = new Set<string>();
  const libraries = new Set<string>();
  for (const entry of image.files) {
    if (baseName(entry.path) === "versions.json") {
      const text = Buffer.from(await image.read(entry)).toString("utf8");
      for (const name of listedLibraries(text)) libraries.add(commonName(name));
    }
    if (entry.sizeBytes < 64 || entry.hardLinkTo !== undefined) continue;
    const bytes = await image.read(entry);
    if (bytes[0] !== 0x7f || bytes[1] !== 0x45 || bytes[2] !== 0x4c || bytes[3] !== 0x46) continue;
    const part = async (offset: number, length: number): Promise<Uint8Array> =>
      Promise.resolve(bytes.subarray(offset, offset + length));
    for (const text of await findTexts(index, part, bytes.length)) traces.add(text);
  }
  return { traces, libraries };
}

function tracesOfPackage({ source }: SoughtPackage, files: readonly string[]): readonly string[] {
  return tracesOf(
    source.name,
    files.map((file) => file.slice(file.lastIndexOf("/") + 1)),
  );
}

/** Libraries and programs: a stripped or rebuilt copy keeps the name, and not the bytes. */
function isCode(path: string): boolean {
  return /\.so(?:\.|$)|\/s?bin\/[^/]+$/u.test(path);
}
