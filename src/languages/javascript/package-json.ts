import { isRecord, parseRecord } from "../../formats/json/json-object.ts";

/** Fields that bundlers ask for before `main`. */
export const bundledFields = ["browser", "module"] as const;
export type BundledField = (typeof bundledFields)[number];

/** The fields of a package.json for resolution and pruning. Values of a wrong type count as absent, as in Node. */
export interface PackageJson {
  readonly name: string | undefined;
  readonly main: string | undefined;
  /** What bundlers take instead of it, by the field: `{"module": "./index.esm.js"}`. */
  readonly bundled: Readonly<Partial<Record<BundledField, string>>>;
  readonly isModule: boolean;
  /** `exports` and `imports` as written: undefined when absent, and null counts as absent. */
  readonly exports: unknown;
  readonly imports: unknown;
  /** Paths that `bin` names, in the order written. */
  readonly bin: readonly string[];
  /** The text of `scripts.start`. */
  readonly start: string | undefined;
  /** Texts of `scripts` by their names. */
  readonly scripts: Readonly<Record<string, string>>;
  /** Names of `dependencies`, `optionalDependencies` and `peerDependencies`: what may be there at run time. */
  readonly dependencies: readonly string[];
  /** Names in `engines` and `peerDependencies`, and keywords: what the package is made for. */
  readonly around: readonly string[];
  /** Names of `devDependencies`, which are not installed where the program runs. */
  readonly devDependencies: readonly string[];
  /** Platforms as npm writes them: `linux`, `!win32`. Empty means any. */
  readonly os: readonly string[];
  readonly cpu: readonly string[];
  readonly libc: readonly string[];
  /** Texts that stand in fields of other tools, by the field: `{"oclif": {"commands": "./lib/commands"}}`. */
  readonly settings: ReadonlyMap<string, readonly string[]>;
}

/** Fields with other objects that npm, Node, TypeScript and bundlers read. */
const knownFields: ReadonlySet<string> = new Set(
  (
    "author bin browser bugs bundleDependencies config cpu dependencies devDependencies directories engines exports " +
    "imports jspm optionalDependencies overrides peerDependencies peerDependenciesMeta publishConfig repository " +
    "resolutions scripts typesVersions volta"
  ).split(" "),
);

/** Undefined when `text` is no JSON object. */
export function parsePackageJson(text: string): PackageJson | undefined {
  const json = parseRecord(text);
  if (json === undefined) return undefined;
  const names = [json["dependencies"], json["optionalDependencies"], json["peerDependencies"]].flatMap(keysOf);
  const scripts = json["scripts"];
  return {
    name: stringOf(json["name"]),
    main: stringOf(json["main"]),
    bundled: textsByName(Object.fromEntries(bundledFields.map((field) => [field, json[field]]))),
    isModule: json["type"] === "module",
    exports: json["exports"] ?? undefined,
    imports: json["imports"] ?? undefined,
    bin: pathsOf(json["bin"]),
    start: isRecord(scripts) ? stringOf(scripts["start"]) : undefined,
    scripts: isRecord(scripts) ? textsByName(scripts) : {},
    dependencies: [...new Set(names)],
    around: [json["engines"], json["peerDependencies"]].flatMap(keysOf).concat(stringsOf(json["keywords"])),
    devDependencies: keysOf(json["devDependencies"]),
    os: stringsOf(json["os"]),
    cpu: stringsOf(json["cpu"]),
    libc: stringsOf(json["libc"]),
    settings: settingsOf(json),
  };
}

function settingsOf(json: Readonly<Record<string, unknown>>): ReadonlyMap<string, readonly string[]> {
  const fields = Object.entries(json).filter(([name, value]) => isRecord(value) && !knownFields.has(name));
  return new Map(fields.map(([name, value]) => [name, textsIn(value)]));
}

function textsIn(value: unknown, depth = 0): readonly string[] {
  if (typeof value === "string") return [value];
  if (depth > 8) return [];
  if (Array.isArray(value)) return value.flatMap((one) => textsIn(one, depth + 1));
  return isRecord(value) ? Object.values(value).flatMap((one) => textsIn(one, depth + 1)) : [];
}

function stringOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function textsByName(map: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const texts = Object.entries(map).flatMap(([name, text]) =>
    typeof text === "string" ? [[name, text] as const] : [],
  );
  return Object.fromEntries(texts);
}

function stringsOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((element) => typeof element === "string");
}

function keysOf(value: unknown): readonly string[] {
  return isRecord(value) ? Object.keys(value) : [];
}

function pathsOf(value: unknown): readonly string[] {
  return stringsOf(isRecord(value) ? Object.values(value) : value);
}
