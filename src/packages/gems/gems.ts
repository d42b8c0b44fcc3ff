import type { InstalledPackage, PackageDatabase } from "../../closure/model/closure.ts";
import { type AbsPath, baseName, compareBytes, type RootFs, toAbsPath } from "../../rootfs/rootfs.ts";
import { gemPurl } from "../shared/purl.ts";

const specificationLimit = 2 ** 20;

/**
 * The files of RubyGems in a gem directory (`gem environment gemdir`): `specifications/NAME-VERSION.gemspec`, written
 * by the installer, with the gem's files in `gems/NAME-VERSION` and what was compiled in `extensions`. Gems that come
 * with Ruby itself have their specifications in `specifications/default` and their files in Ruby's own library.
 */
export const gems: PackageDatabase = {
  name: "gem",
  kind: "language",
  markers: [],
  severalVersions: true,
  async *read(root, near): AsyncIterable<InstalledPackage> {
    for (const base of gemDirectories(near)) {
      for (const directory of [toAbsPath("specifications", base), toAbsPath("specifications/default", base)]) {
        for (const name of (await root.readDirectory(directory)) ?? []) {
          if (!name.endsWith(".gemspec")) continue;
          const found = await readGem(root, { base, path: toAbsPath(name, directory), near });
          if (found !== undefined) yield found;
        }
      }
    }
  },
};

/** Directories that have `specifications` or `gems` of their own below them. */
function gemDirectories(near: readonly AbsPath[]): readonly AbsPath[] {
  const found = new Set<string>();
  for (const path of near) {
    for (const match of path.matchAll(/\/(?:specifications|gems|extensions)(?=\/)/gu)) {
      if (match.index > 0) found.add(path.slice(0, match.index));
    }
    // Ruby's own gems lie in /usr/lib/ruby/3.3.0, with their specifications in /usr/lib/ruby/gems/3.3.0.
    const [, ruby, version] = /^(\/.*\/ruby)\/(\d+\.\d+\.\d+)\//u.exec(path) ?? [];
    if (ruby !== undefined && version !== undefined) found.add(`${ruby}/gems/${version}`);
  }
  return [...found].sort(compareBytes).map((path) => toAbsPath(path));
}

async function readGem(
  root: RootFs,
  { base, path, near }: { readonly base: AbsPath; readonly path: AbsPath; readonly near: readonly AbsPath[] },
): Promise<InstalledPackage | undefined> {
  const bytes = await root.readFile(path, { offset: 0, length: specificationLimit });
  const text = new TextDecoder().decode(bytes ?? new Uint8Array());
  // The installer's own line for those who do not want to run the rest: `# stub: rack 3.1.8 ruby lib`.
  const [, stubName, stubVersion, stubPlatform] = /^# stub: (\S+) (\S+) (\S+)/mu.exec(text) ?? [];
  const name = stubName ?? stringOf(text, "name");
  const version = stubVersion ?? stringOf(text, "version");
  if (name === undefined || version === undefined) return undefined;
  const platform = stubPlatform ?? stringOf(text, "platform") ?? "ruby";
  const homepage = stringOf(text, "homepage");
  const [supplier] = stringsOf(text, "authors");
  // Whether one may be chosen is not stated, so that all of them count.
  const license = [...stringsOf(text, "licenses"), ...stringsOf(text, "license")].join(" AND ");
  return {
    name,
    version,
    architecture: "",
    purl: gemPurl(name, version, platform),
    files: [path, ...filesOf(text, { base, near, fullName: baseName(path).replace(/\.gemspec$/u, ""), path })],
    ...(supplier === undefined ? {} : { supplier }),
    ...(homepage === undefined ? {} : { homepage }),
    ...(license === "" ? {} : { license }),
  };
}

interface InstalledGem {
  readonly base: AbsPath;
  readonly near: readonly AbsPath[];
  /** The name of its directory: `nokogiri-1.18.1-x86_64-linux`. */
  readonly fullName: string;
  readonly path: AbsPath;
}

function filesOf(text: string, { base, near, fullName, path }: InstalledGem): readonly AbsPath[] {
  const own = new Set<string>(stringsOf(text, "executables").map((name) => toAbsPath(`bin/${name}`, base)));
  if (path.includes("/specifications/default/")) {
    const library = base.replace(/\/gems\/([^/]+)$/u, "/$1");
    for (const file of stringsOf(text, "files")) {
      if (file.startsWith("lib/")) own.add(toAbsPath(file.slice("lib/".length), toAbsPath(library)));
    }
  }
  return near.filter((one) => {
    if (own.has(one)) return true;
    if (!one.startsWith(`${base}/`)) return false;
    const below = one.slice(base.length + 1);
    return (
      below.startsWith(`gems/${fullName}/`) || (below.startsWith("extensions/") && below.includes(`/${fullName}/`))
    );
  });
}

/** The value of `s.KEY = "text".freeze`. */
function stringOf(text: string, key: string): string | undefined {
  const value = new RegExp(`^\\s*s\\.${key} = (?:Gem::Version\\.new\\()?"((?:[^"\\\\\\n]|\\\\.)*)"`, "mu").exec(
    text,
  )?.[1];
  return value === undefined || value === "" ? undefined : unescapeText(value);
}

/** The values of `s.KEY = ["one".freeze, "two".freeze]`. */
function stringsOf(text: string, key: string): readonly string[] {
  const list = new RegExp(`^\\s*s\\.${key} = \\[([^\\]\\n]*)\\]`, "mu").exec(text)?.[1];
  if (list === undefined) return key === "license" ? [stringOf(text, key) ?? ""].filter((one) => one !== "") : [];
  return [...list.matchAll(/"((?:[^"\\]|\\[^])*)(?:"|\\?$)/gu)].map((match) => unescapeText(match[1] ?? ""));
}

function unescapeText(text: string): string {
  return text.replaceAll(/\\(.)/gu, "$1");
}
