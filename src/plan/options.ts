import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Platform } from "../formats/oci/platform.ts";
import { formatPlatform, parsePlatform } from "./platforms.ts";

/** A cache that the client offers for the build, such as `type=registry,ref=...`. */
export interface CacheImport {
  readonly type: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The options of the command line, parsed from those that the client sends. */
export interface BuildOptions {
  readonly specName: string;
  readonly target: string | undefined;
  /** Platforms to build for, without repeats; never empty. */
  readonly platforms: readonly Platform[];
  readonly buildPlatform: Platform;
  /** True when the result must have the form of several platforms even for one. */
  readonly multiPlatform: boolean;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** True: nothing from the cache; else the builders that must be built anew. */
  readonly noCache: true | ReadonlySet<string>;
  readonly resolveMode: "default" | "pull" | "local";
  readonly network: "default" | "none" | "host";
  readonly extraHosts: readonly { readonly host: string; readonly ip: string }[];
  readonly ulimits: readonly { readonly name: string; readonly soft: number; readonly hard: number }[];
  readonly shmSizeBytes: number | undefined;
  readonly cgroupParent: string | undefined;
  readonly hostname: string | undefined;
  readonly cacheImports: readonly CacheImport[];
  readonly cacheMountNamespace: string | undefined;
  readonly epochSeconds: number | undefined;
  readonly proxy: Readonly<Record<"http" | "https" | "ftp" | "no" | "all", string>> | undefined;
  /** The id of the secret with the certificates that the tools of steps trust. */
  readonly certificates: string | undefined;
  readonly subrequest: string | undefined;
  /** False: the image is not started before it is given to anyone, whatever the spec says. */
  readonly startCheck: boolean;
  /** Kinds of attestations that the engine will attach to the image, sorted. */
  readonly attestations: readonly string[];
}

const wellKnownArgs =
  /^(?:BUILDKIT_.*|SOURCE_DATE_EPOCH|EXPLAIN|DIFF|VULNERABILITIES|VEX_PRODUCT|LOCK_UPDATE|START_CHECK|CERTIFICATES)$/u;
const proxyArgs = /^(?:https?|ftp|no|all)_proxy$/iu;
/** The time of every file when SOURCE_DATE_EPOCH is not given: 1980-01-01, the first that a zip archive can hold. */
export const defaultEpochSeconds = 315532800;
const maximumEpoch = 2 ** 31 - 1;

/** Parses the options of a build. Yields OPTION_INVALID for values that no build can honour. */
export function parseBuildOptions(
  options: ReadonlyMap<string, string>,
  workerPlatforms: readonly Platform[],
): { readonly options: BuildOptions; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const refuse = (option: string, value: string, why: string, hint: string) => {
    diagnostics.push({
      severity: "error",
      code: "OPTION_INVALID",
      message: `cannot use ${option} ${JSON.stringify(value)}: ${why}`,
      hint,
    });
  };
  const buildPlatform = workerPlatforms[0] ?? { os: "linux", architecture: "amd64" };
  const allArgs = collectPrefixed(options, "build-arg:");
  return {
    options: {
      specName: options.get("filename") ?? "Dockerfile",
      target: nonEmpty(options.get("target")),
      platforms: parsePlatforms(options.get("platform"), buildPlatform, refuse),
      buildPlatform,
      multiPlatform: isTrue(options.get("multi-platform")) || isTrue(allArgs["BUILDKIT_MULTI_PLATFORM"]),
      buildArgs: Object.fromEntries(
        Object.entries(allArgs).filter(([name]) => !wellKnownArgs.test(name) && !proxyArgs.test(name)),
      ),
      labels: collectPrefixed(options, "label:"),
      noCache: parseNoCache(options.get("no-cache")),
      resolveMode: parseResolveMode(options.get("image-resolve-mode")),
      network: parseNetwork(options.get("force-network-mode"), refuse),
      extraHosts: parseExtraHosts(options.get("add-hosts"), refuse),
      ulimits: parseUlimits(options.get("ulimit"), refuse),
      shmSizeBytes: parseShmSize(options.get("shm-size"), refuse),
      cgroupParent: nonEmpty(options.get("cgroup-parent")),
      hostname: nonEmpty(options.get("hostname") ?? allArgs["BUILDKIT_SANDBOX_HOSTNAME"]),
      cacheImports: parseCacheImports(options, refuse),
      cacheMountNamespace: nonEmpty(allArgs["BUILDKIT_CACHE_MOUNT_NS"]),
      epochSeconds: parseEpoch(allArgs["SOURCE_DATE_EPOCH"], refuse),
      proxy: parseProxy(allArgs),
      certificates: nonEmpty(allArgs["CERTIFICATES"]),
      subrequest: nonEmpty(options.get("requestid")),
      startCheck: parseStartCheck(allArgs["START_CHECK"], refuse),
      attestations: parseAttestations(options),
    },
    diagnostics,
  };
}

type Refuse = (option: string, value: string, why: string, hint: string) => void;

function parseStartCheck(text: string | undefined, refuse: Refuse): boolean {
  if (text === undefined || text === "" || text === "on") return true;
  if (text !== "off") refuse("START_CHECK", text, "it is neither on nor off", "write --build-arg START_CHECK=off");
  return false;
}

/** `attest:<kind>` holds `key=value` texts with commas between them, one of which may be `disabled=true`. */
function parseAttestations(options: ReadonlyMap<string, string>): readonly string[] {
  return [...options]
    .filter(([name, value]) => name.startsWith("attest:") && !/(?:^|,)disabled=(?:1|t|true)(?:,|$)/iu.test(value))
    .map(([name]) => name.slice("attest:".length))
    .sort();
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

function isTrue(text: string | undefined): boolean {
  return text !== undefined && /^(?:1|t|true)$/iu.test(text);
}

function collectPrefixed(options: ReadonlyMap<string, string>, prefix: string): Readonly<Record<string, string>> {
  const found = [...options]
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]) => [key.slice(prefix.length), value] as const)
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(found);
}

function parsePlatforms(text: string | undefined, buildPlatform: Platform, refuse: Refuse): readonly Platform[] {
  if (text === undefined || text === "") return [buildPlatform];
  const platforms = new Map<string, Platform>();
  for (const part of text.split(",")) {
    const platform = parsePlatform(part.trim());
    if (platform === undefined || platform.os !== "linux") {
      refuse("--platform", part, "it is not a Linux platform", "write it as linux/ARCHITECTURE, such as linux/arm64");
      continue;
    }
    platforms.set(formatPlatform(platform), platform);
  }
  return platforms.size === 0 ? [buildPlatform] : [...platforms.values()];
}

function parseNoCache(text: string | undefined): true | ReadonlySet<string> {
  if (text === undefined) return new Set();
  return text === "" ? true : new Set(text.split(","));
}

function parseResolveMode(text: string | undefined): BuildOptions["resolveMode"] {
  return text === "pull" || text === "local" ? text : "default";
}

function parseNetwork(text: string | undefined, refuse: Refuse): BuildOptions["network"] {
  if (text === undefined || text === "" || text === "default" || text === "sandbox") return "default";
  if (text === "none" || text === "host") return text;
  refuse("--network", text, "there is no such mode", "use default, none or host");
  return "default";
}

function parseExtraHosts(text: string | undefined, refuse: Refuse): BuildOptions["extraHosts"] {
  return splitCsv(text).flatMap((entry) => {
    const split = entry.indexOf("=");
    if (split > 0) return [{ host: entry.slice(0, split), ip: entry.slice(split + 1).replace(/^\[(.*)\]$/u, "$1") }];
    refuse("--add-host", entry, "it names no address", "write it as NAME:ADDRESS");
    return [];
  });
}

function parseUlimits(text: string | undefined, refuse: Refuse): BuildOptions["ulimits"] {
  return splitCsv(text).flatMap((entry) => {
    const match = /^([a-z]+)=(-?\d+)(?::(-?\d+))?$/u.exec(entry);
    if (match === null) {
      refuse("--ulimit", entry, "it is not of the form NAME=SOFT[:HARD]", "write it as NAME=SOFT:HARD");
      return [];
    }
    const soft = Number(match[2]);
    return [{ name: match[1] ?? "", soft, hard: match[3] === undefined ? soft : Number(match[3]) }];
  });
}

function parseShmSize(text: string | undefined, refuse: Refuse): number | undefined {
  if (text === undefined || text === "") return undefined;
  if (/^\d+$/u.test(text)) return Number(text);
  refuse("--shm-size", text, "it is not a number of bytes", "give a size such as 128m");
  return undefined;
}

function parseEpoch(text: string | undefined, refuse: Refuse): number | undefined {
  if (text === undefined || text === "") return undefined;
  const epoch = Number(text);
  if (/^\d+$/u.test(text) && epoch <= maximumEpoch) return epoch;
  refuse(
    "SOURCE_DATE_EPOCH",
    text,
    `it is not a whole number of seconds from 0 to ${String(maximumEpoch)}`,
    "set it to seconds since 1970-01-01, such as the output of git log -1 --format=%ct",
  );
  return undefined;
}

function parseProxy(args: Readonly<Record<string, string>>): BuildOptions["proxy"] {
  const find = (name: string) => Object.entries(args).find(([key]) => key.toLowerCase() === `${name}_proxy`)?.[1] ?? "";
  const proxy = { http: find("http"), https: find("https"), ftp: find("ftp"), no: find("no"), all: find("all") };
  return Object.values(proxy).every((value) => value === "") ? undefined : proxy;
}

function parseCacheImports(options: ReadonlyMap<string, string>, refuse: Refuse): readonly CacheImport[] {
  const text = options.get("cache-imports");
  if (text !== undefined && text !== "") {
    try {
      const parsed: unknown = JSON.parse(text);
      if (Array.isArray(parsed)) return parsed.flatMap((entry) => toCacheImport(entry));
    } catch {
      // The refusal below says it all.
    }
    refuse("--cache-from", text, "the client sent no list", "update the client");
    return [];
  }
  return splitCsv(options.get("cache-from")).map((ref) => ({ type: "registry", attributes: { ref } }));
}

function toCacheImport(entry: unknown): readonly CacheImport[] {
  if (typeof entry !== "object" || entry === null || !("Type" in entry) || typeof entry.Type !== "string") return [];
  const attributes = "Attrs" in entry && typeof entry.Attrs === "object" && entry.Attrs !== null ? entry.Attrs : {};
  return [
    {
      type: entry.Type,
      attributes: Object.fromEntries(
        Object.entries(attributes).flatMap(([key, value]: [string, unknown]) =>
          typeof value === "string" ? [[key, value] as const] : [],
        ),
      ),
    },
  ];
}

/** One line of comma separated values (RFC 4180): fields may be quoted, quotes inside are doubled. */
function splitCsv(text: string | undefined): readonly string[] {
  if (text === undefined || text === "") return [];
  return [...text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/gu)]
    .map((match) => match[1]?.replaceAll('""', '"') ?? match[2] ?? "")
    .filter((field) => field !== "");
}
