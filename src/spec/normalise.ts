import type { DependencyManagerName } from "./dependency-managers.ts";
import { normaliseBuilders } from "./normalise-builders.ts";
import { toPolicy } from "./normalise-policy.ts";
import { toVerify } from "./normalise-verify.ts";
import { parseHttpProbe, parseTcpProbe } from "./probe-address.ts";
import type { RawApp, RawClosure, RawFile, RawSystem } from "./schema/contents.ts";
import type { RawHealthcheck, RawMetadata } from "./schema/image.ts";
import { parseDuration, parseMode } from "./schema/texts.ts";
import type { RawSpec } from "./schema.ts";
import type {
  AppSpec,
  BinarySpec,
  ClosureSpec,
  DependencyManager,
  FileSpec,
  HealthcheckSpec,
  ImageSpec,
  Levels,
  MetadataSpec,
  ObservedSpec,
  ProbeSpec,
  ServerlessSpec,
  Spec,
  SystemSpec,
} from "./spec.ts";

/** A checked spec with its short forms expanded. `args` are the declared arguments with their final values. */
export function normalise(raw: RawSpec, args: Readonly<Record<string, string>>): Omit<Spec, "targets"> {
  return {
    version: 1,
    args,
    builders: normaliseBuilders(raw),
    ...toInterpreter(raw.interpreter),
    ...(raw.app === undefined || isLevelOnly(raw, raw.app) ? {} : { app: toApp(raw.app) }),
    levels: toLevels(raw),
    binaries: raw.binaries.map(toBinary),
    libraries: raw.libraries.map((library) =>
      typeof library === "string" ? { name: library, from: "main" } : { name: library.name, from: library.from },
    ),
    files: toFiles(raw.files),
    system: toSystem(raw.system),
    closure: toClosure(raw.closure),
    image: toImage(raw),
    layers: raw.layers,
    ...(raw.policy === undefined ? {} : { policy: toPolicy(raw.policy) }),
    ...toVerify(raw.verify),
    ...(raw.closure.observed === undefined ? {} : { observed: raw.closure.observed.map(toObserved) }),
    ...(raw.closure.trace === undefined ? {} : { trace: { args: raw.closure.trace.run } }),
    ...toServerless(raw),
    metadata: toMetadata(raw.metadata),
  };
}

function toInterpreter(raw: RawSpec["interpreter"]): Pick<Spec, "interpreter"> {
  if (typeof raw === "string") return { interpreter: { path: raw, from: "main" } };
  return raw?.path === undefined ? {} : { interpreter: { path: raw.path, from: raw.from } };
}

function toLevels({ interpreter, app }: RawSpec): Levels {
  const { stdlib, bytecode } =
    typeof interpreter === "object" ? interpreter : ({ stdlib: "safe", bytecode: "keep" } as const);
  return { stdlib, bytecode, prune: typeof app === "object" ? app.prune : "safe" };
}

const wholeContext: AppSpec = {
  src: ".",
  from: "context",
  dest: "/app",
  include: ["**"],
  exclude: [],
  owner: "65532:65532",
  entry: [],
  dependencies: "auto",
};

/**
 * True for `app: {prune: reachable}` where nothing is named that would run an application of the context: it is the
 * level of what an adopted image has.
 */
function isLevelOnly(raw: RawSpec, app: string | RawApp): boolean {
  const isNamed =
    typeof raw.interpreter === "string" || raw.interpreter?.path !== undefined || raw.entrypoint !== undefined;
  if (isNamed || raw.serverless !== "none" || typeof app === "string" || app.prune === "safe") return false;
  return JSON.stringify(toApp(app)) === JSON.stringify(wholeContext);
}

function toApp(raw: string | RawApp): AppSpec {
  if (typeof raw === "string") return { ...wholeContext, src: raw };
  const { src, from, dest, include, exclude, owner, entry } = raw;
  const { manager, scripts } =
    typeof raw.dependencies === "string" ? { manager: raw.dependencies, scripts: true } : raw.dependencies;
  const app = { src, from, dest, include, exclude, owner, entry, dependencies: toManager(manager) };
  return scripts ? app : { ...app, runsDependencyScripts: false };
}

/** Those that are not built yet were refused before. */
function toManager(name: DependencyManagerName): DependencyManager {
  return name === "maven" || name === "gradle" ? "auto" : name;
}

function toObserved(raw: NonNullable<RawSpec["closure"]["observed"]>[number]): ObservedSpec {
  if (typeof raw === "string") return { kind: "file", path: raw };
  return { kind: "run", args: raw.run, ...(raw.from === undefined ? {} : { from: raw.from }) };
}

function toBinary(raw: RawSpec["binaries"][number]): BinarySpec {
  if (typeof raw === "string") return { path: raw, from: "main" };
  return { path: raw.path, from: raw.from, ...(raw.as === undefined ? {} : { as: raw.as }) };
}

/** Paths of `files` in the order of the normalised list: by their UTF-8 bytes. */
export function sortedPaths(paths: Iterable<string>): readonly string[] {
  const encoder = new TextEncoder();
  return [...paths]
    .map((path) => ({ path, bytes: encoder.encode(path) }))
    .sort((a, b) => compareBytes(a.bytes, b.bytes))
    .map(({ path }) => path);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

function toFiles(files: RawSpec["files"]): readonly FileSpec[] {
  return sortedPaths(Object.keys(files)).flatMap((path) => {
    const raw = files[path];
    return raw === undefined ? [] : [toFile(path, raw)];
  });
}

function toFile(path: string, raw: RawFile): FileSpec {
  const common = {
    path,
    ...(raw.owner === undefined ? {} : { owner: raw.owner }),
    ...(raw.mode === undefined ? {} : { mode: parseMode(raw.mode) }),
  };
  if ("content" in raw) return { ...common, kind: "content", content: raw.content };
  if ("directory" in raw) return { ...common, kind: "directory" };
  if ("symlink" in raw) return { ...common, kind: "symlink", target: raw.symlink };
  return { ...common, kind: "copy", from: raw.from, src: raw.src };
}

function toSystem(raw: RawSystem): SystemSpec {
  const { timezone, locale } = raw;
  const isWord = timezone === "none" || timezone === "all";
  return {
    certificates: raw.certificates,
    timezone: isWord ? timezone : typeof timezone === "string" ? [timezone] : timezone,
    locales: typeof locale === "string" ? [locale] : locale,
    nss: raw.nss,
    tmp: raw.tmp,
  };
}

function toClosure(raw: RawClosure): ClosureSpec {
  return {
    dlopen: raw.dlopen,
    include: raw.include.map((one) => (typeof one === "string" ? { path: one, from: "main" } : { ...one })),
    exclude: raw.exclude.map((one) => (typeof one === "string" ? { path: one, force: false } : { ...one })),
    missing: raw.missing,
  };
}

function toImage(raw: RawSpec): ImageSpec {
  const stopSignal = raw["stop-signal"];
  const healthcheck = raw.healthcheck === undefined ? undefined : toHealthcheck(raw.healthcheck);
  return {
    ...(raw.entrypoint === undefined ? {} : { entrypoint: raw.entrypoint }),
    ...(raw.cmd === undefined ? {} : { cmd: raw.cmd }),
    env: raw.env,
    ...(raw.workdir === undefined ? {} : { workdir: raw.workdir }),
    ...(raw.user === undefined ? {} : { user: raw.user }),
    accounts: raw.accounts,
    ports: raw.ports.map((port) => (String(port).includes("/") ? String(port) : `${port}/tcp`)),
    volumes: raw.volumes,
    ...(stopSignal === undefined ? {} : { stopSignal }),
    ...(healthcheck === undefined ? {} : { healthcheck }),
    labels: raw.labels,
    annotations: raw.annotations,
  };
}

function toServerless({ serverless, handler }: RawSpec): { readonly serverless?: ServerlessSpec } {
  // Azure's was refused before.
  if (serverless === "none" || serverless === "azure-functions") return {};
  return { serverless: { platform: serverless, ...(handler === undefined ? {} : { handler }) } };
}

function toHealthcheck(raw: RawHealthcheck): HealthcheckSpec | undefined {
  const probe = toProbe(raw);
  if (probe === undefined) return undefined;
  const interval = nanoseconds(raw.interval);
  const timeout = nanoseconds(raw.timeout);
  const startPeriod = nanoseconds(raw["start-period"]);
  return {
    probe,
    ...(interval === undefined ? {} : { intervalNanoseconds: interval }),
    ...(timeout === undefined ? {} : { timeoutNanoseconds: timeout }),
    ...(startPeriod === undefined ? {} : { startPeriodNanoseconds: startPeriod }),
    ...(raw.retries === undefined ? {} : { retries: raw.retries }),
  };
}

function toMetadata(raw: RawMetadata | undefined): MetadataSpec {
  return {
    packageDb: raw?.["package-db"] ?? "auto",
    ...(raw?.sbom === undefined ? {} : { sbom: raw.sbom }),
    ...(raw?.vex === false ? { vex: false } : {}),
    ...(raw?.origin === true ? { origin: true } : {}),
    ...(raw?.reasons === undefined ? {} : { reasons: raw.reasons }),
  };
}

function toProbe({ exec, http, tcp }: RawHealthcheck): ProbeSpec | undefined {
  if (exec !== undefined) return { kind: "exec", args: exec };
  const parsed = http === undefined ? (tcp === undefined ? undefined : parseTcpProbe(tcp)) : parseHttpProbe(http);
  return parsed !== undefined && "kind" in parsed ? parsed : undefined;
}

function nanoseconds(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text);
}
