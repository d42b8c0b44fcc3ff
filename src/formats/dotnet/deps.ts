import { fieldOf, isRecord } from "../json/json-object.ts";
import { parseRecordWithComments } from "../json/json-with-comments.ts";

/** A file that `NAME.deps.json` lists. */
export interface Asset {
  /** The library that has it, as `Npgsql/8.0.3`. */
  readonly library: string;
  readonly kind: "managed" | "native" | "resources";
  /** Relative to the library's directory; files for all platforms lie beside the program by their last name. */
  readonly path: string;
  /** True for files for one platform, which lie beside the program by their whole path. */
  readonly isForPlatform: boolean;
}

/** A package of NuGet, or a project, that `NAME.deps.json` lists. */
export interface Library {
  readonly name: string;
  readonly version: string;
  readonly isPackage: boolean;
  /** Where package directories have it. */
  readonly path: string;
}

export interface Deps {
  readonly assets: readonly Asset[];
  readonly libraries: readonly Library[];
}

const assetLimit = 50_000;
const kinds = [
  ["runtime", "managed"],
  ["native", "native"],
  ["resources", "resources"],
] as const;

/**
 * Where the host looks beside the program: translations in a directory of their language, files for a platform in
 * theirs.
 */
export function assetPath({ path, kind, isForPlatform }: Asset): string {
  if (isForPlatform) return path;
  const parts = path.split("/");
  return parts.slice(kind === "resources" ? -2 : -1).join("/");
}

/** Reads a list of dependencies for a platform, such as `linux-x64`; of those for all where none is given. */
export function parseDeps(text: string, platform?: string): Deps {
  const json = parseRecordWithComments(text);
  const target = fieldOf(json, "runtimeTarget")["name"];
  const targets = fieldOf(json, "targets");
  const chosen = typeof target === "string" && isRecord(targets[target]) ? targets[target] : Object.values(targets)[0];
  const assets: Asset[] = [];
  for (const [library, one] of Object.entries(isRecord(chosen) ? chosen : {})) {
    if (!isRecord(one)) continue;
    for (const [group, kind] of kinds) {
      for (const path of Object.keys(fieldOf(one, group))) {
        if (isUsable(path)) assets.push({ library, kind, path, isForPlatform: false });
      }
    }
    assets.push(...platformAssets(library, fieldOf(one, "runtimeTargets"), platform));
    if (assets.length > assetLimit) break;
  }
  const libraries = Object.entries(fieldOf(json, "libraries")).flatMap(([key, one]) => {
    const slash = key.lastIndexOf("/");
    if (!isRecord(one) || slash < 1) return [];
    const [name, version] = [key.slice(0, slash), key.slice(slash + 1)];
    const path = typeof one["path"] === "string" && isUsable(one["path"]) ? one["path"] : key.toLowerCase();
    return [{ name, version, isPackage: one["type"] === "package", path }];
  });
  return { assets, libraries };
}

/**
 * Of the files for platforms, those of the nearest one that the library has any for: `linux-x64`, then `linux`, `unix`,
 * `any`.
 */
function platformAssets(
  library: string,
  listed: Readonly<Record<string, unknown>>,
  platform: string | undefined,
): readonly Asset[] {
  const found: Asset[] = [];
  for (const [type, kind] of [
    ["runtime", "managed"],
    ["native", "native"],
  ] as const) {
    const of = (rid: string | undefined): readonly Asset[] =>
      Object.entries(listed).flatMap(([path, one]) =>
        isRecord(one) && (rid ?? one["rid"]) === one["rid"] && one["assetType"] === type && isUsable(path)
          ? [{ library, kind, path, isForPlatform: true }]
          : [],
      );
    const rids = platform === undefined ? [undefined] : fallbacks(platform);
    found.push(...(rids.map(of).find((assets) => assets.length > 0) ?? []));
  }
  return found;
}

/** A platform and those whose files run on it (.NET's catalogue of run-time identifiers). */
export function fallbacks(platform: string): readonly string[] {
  const cpu = platform.slice(platform.lastIndexOf("-") + 1);
  const musl = platform.startsWith("linux-musl-") ? ["linux-musl"] : [];
  return [platform, ...musl, ...(musl.length > 0 ? [`linux-${cpu}`] : []), "linux", `unix-${cpu}`, "unix", "any"];
}

/** Paths of lists are joined to directories: none may lead out of them. */
function isUsable(path: string): boolean {
  return path !== "" && !path.startsWith("/") && !path.split(/[/\\]/u).includes("..");
}
