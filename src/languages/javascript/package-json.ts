import { isRecord, parseRecord } from "../../formats/json/json-object.ts";

/** The fields of a package.json for resolution and pruning. Values of a wrong type count as absent, as in Node. */
export interface PackageJson {
  readonly name: string | undefined;
  readonly main: string | undefined;
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
  /** Names of `devDependencies`, which are not installed where the program runs. */
  readonly devDependencies: readonly string[];
  /** Platforms as npm writes them: `linux`, `!win32`. Empty means any. */
  readonly os: readonly string[];
  readonly cpu: readonly string[];
  readonly libc: readonly string[];
}

/** Undefined when `text` is no JSON object. */
export function parsePackageJson(text: string): PackageJson | undefined {
  const json = parseRecord(text);
  if (json === undefined) return undefined;
  const names = [json["dependencies"], json["optionalDependencies"], json["peerDependencies"]].flatMap(keysOf);
  const scripts = json["scripts"];
  return {
    name: stringOf(json["name"]),
    main: stringOf(json["main"]),
    isModule: json["type"] === "module",
    exports: json["exports"] ?? undefined,
    imports: json["imports"] ?? undefined,
    bin: pathsOf(json["bin"]),
    start: isRecord(scripts) ? stringOf(scripts["start"]) : undefined,
    scripts: isRecord(scripts) ? textsByName(scripts) : {},
    dependencies: [...new Set(names)],
    devDependencies: keysOf(json["devDependencies"]),
    os: stringsOf(json["os"]),
    cpu: stringsOf(json["cpu"]),
    libc: stringsOf(json["libc"]),
  };
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
