import type { ClosureRequest, Installation, RequestRoot, RequestTree, RequestView } from "../closure/model/request.ts";
import type { ImageSettings } from "../formats/oci/image-config.ts";
import { defaultPath } from "../rootfs/default-path.ts";
import type { PlacedFile } from "../rootfs/placed-file.ts";
import { type AbsPath, parentOf, toAbsPath } from "../rootfs/rootfs.ts";
import type { FileSpec, HealthcheckSpec, ManagerName, Spec } from "../spec/spec.ts";
import { managerFacts } from "./dependency-managers.ts";
import { adoptsImage, defaultUser, isOfStage, processBuilder } from "./image-process.ts";
import { functionStart, platformOf } from "./serverless/platforms.ts";

/** The facts of the builders once they are planned. */
export interface RequestFacts {
  readonly architecture: string;
  readonly epochSeconds: number;
  readonly settings: ImageSettings;
  /** The user of the adopted stage or image; undefined where it names none, or nothing is adopted. */
  readonly adoptedUser?: string | undefined;
  /** What the author of an adopted stage copied there; undefined where that is not known, or nothing is adopted. */
  readonly placed?: readonly PlacedFile[] | undefined;
  /** PATH of each builder that the closure sees. */
  readonly searchPaths: ReadonlyMap<string, string>;
  /** LD_LIBRARY_PATH of those builders that have one. */
  readonly libraryPaths: ReadonlyMap<string, string>;
  /** Installed dependencies: by what, where programs see them, and the interpreter that comes with them. */
  readonly dependencies:
    | {
        readonly manager: ManagerName;
        readonly prefix: AbsPath;
        readonly interpreter: AbsPath | undefined;
        /** Undefined where it was handed over. */
        readonly installation?: Installation;
      }
    | undefined;
  /** Names in the application's directory that are never part of the application: the spec, ignore files. */
  readonly notApplication: readonly string[];
}

/** Builders whose files the closure may hold, the process's own first, then by name. */
export function closureBuilders(spec: Spec): readonly string[] {
  const first = processBuilder(spec);
  const others = new Set([
    ...spec.binaries.map((binary) => binary.from),
    ...spec.libraries.map((library) => library.from),
    ...spec.closure.include.map((include) => include.from),
    ...spec.files.flatMap((file) => (file.kind === "copy" && file.from !== "context" ? [file.from] : [])),
  ]);
  others.delete(first);
  return [first, ...[...others].sort()];
}

/** True when files of the build context ship under `files`. */
export function usesContextFiles(spec: Spec): boolean {
  return (
    spec.files.some((file) => file.kind === "copy" && file.from === "context") ||
    Array.isArray(spec.system.certificates)
  );
}

/**
 * Where the application lies in the image: the app's destination, or the working directory of an image that has none.
 */
export function applicationRoot(spec: Spec, settings: ImageSettings): AbsPath | undefined {
  if (spec.app !== undefined) return toAbsPath(spec.app.dest);
  const workdir = toAbsPath(settings.workdir ?? "/");
  const isSystem =
    /^\/(?:$|(?:bin|boot|dev|etc|lib\w*|proc|run|sbin|sys|tmp|usr|var)(?:$|\/(?:bin|cache|include|lib\w*|libexec|local|log|sbin|share|src|tmp)$))/u;
  const isNamed = adoptsImage(spec) || (spec.interpreter === undefined && spec.image.workdir !== undefined);
  return isNamed && !isSystem.test(workdir) ? workdir : undefined;
}

/** Composes the resolver's request. The order of its lists depends on the spec alone. */
export function composeRequest(spec: Spec, facts: RequestFacts): ClosureRequest {
  const { settings } = facts;
  const main = processBuilder(spec);
  const appRoot = applicationRoot(spec, settings);
  const app = spec.app;
  const trees: RequestTree[] = closureBuilders(spec).map((name) => ({
    id: `builder:${name}`,
    prefix: toAbsPath("/"),
    kind: "builder",
  }));
  if (facts.dependencies !== undefined) {
    const { prefix, installation } = facts.dependencies;
    const made = installation === undefined ? {} : { installation };
    trees.push({ id: "dependencies", prefix, kind: "dependencies", ...made });
  }
  if (appRoot !== undefined) trees.push(appTree(spec, appRoot, facts));
  if (usesContextFiles(spec)) trees.push({ id: "context", prefix: toAbsPath("/"), kind: "extra" });
  const views: RequestView[] = closureBuilders(spec).map((name) => ({
    name,
    trees: [
      `builder:${name}`,
      ...(name === main && facts.dependencies !== undefined ? ["dependencies"] : []),
      ...(name === main && appRoot !== undefined ? ["app"] : []),
    ],
    searchPath: searchPathOf(name, { ...facts, isMain: name === main }),
    ...libraryPathOf(name, facts),
  }));
  if (usesContextFiles(spec)) views.push({ name: "context", trees: ["context"], searchPath: "" });
  const secrets = stepSecrets(spec);
  return {
    version: 1,
    architecture: facts.architecture,
    epochSeconds: facts.epochSeconds,
    trees,
    views,
    roots: composeRoots(spec, main, facts, appRoot),
    process: {
      view: main,
      ...statedCommand(spec, settings),
      env: settings.env,
      workdir: toAbsPath(settings.workdir ?? "/"),
      user: settings.user ?? defaultUser,
      ...(isUserUnnamed(spec, facts) ? { isUserUnnamed: true } : {}),
      ...(settings.volumes.length === 0 ? {} : { volumes: settings.volumes.map((path) => toAbsPath(path)) }),
      ...placedIn(spec, facts),
      entries: (app?.entry ?? []).map((entry) => toAbsPath(entry, app?.dest ?? "/")),
      ...(appRoot === undefined ? {} : { appRoot }),
      ...(spec.serverless !== undefined && platformOf(spec.serverless).hasOwnUser ? { isAnyUser: true } : {}),
      ...spec.levels,
    },
    ...checked(spec, settings),
    accounts: spec.image.accounts,
    system: spec.system,
    closure: spec.closure,
    layers: spec.layers,
    ...(spec.policy === undefined ? {} : { policy: spec.policy }),
    ...(secrets.length === 0 ? {} : { secrets }),
    metadata: { packageDb: spec.metadata.packageDb, reasonsFile: spec.metadata.reasons === "file" },
  };
}

function placedIn(spec: Spec, { placed = [] }: RequestFacts): Pick<ClosureRequest["process"], "placed"> {
  return keepsSettings(spec) && placed.length > 0 ? { placed } : {};
}

function isUserUnnamed(spec: Spec, { adoptedUser }: RequestFacts): boolean {
  return keepsSettings(spec) && spec.image.user === undefined && (adoptedUser ?? "") === "";
}

/** True where settings of the adopted stage or image are those of the image, whether or not it starts as they say. */
function keepsSettings(spec: Spec): boolean {
  return adoptsImage(spec) || isOfStage(spec);
}

/** Secrets that the steps of the builders ask for, each once. */
function stepSecrets(spec: Spec): readonly { readonly id: string; readonly pointer: string }[] {
  const pointers = new Map<string, string>();
  for (const [name, builder] of Object.entries(spec.builders)) {
    for (const [index, step] of builder.build.entries()) {
      for (const mount of step.kind === "run" ? step.mounts : []) {
        const pointer = `/builders/${name}/build/${String(index)}`;
        if (mount.type === "secret" && !pointers.has(mount.id)) pointers.set(mount.id, pointer);
      }
    }
  }
  return [...pointers].map(([id, pointer]) => ({ id, pointer }));
}

/**
 * PATH of a builder. Programs that come with installed dependencies are found first, as in an activated environment.
 */
function searchPathOf(name: string, facts: RequestFacts & { readonly isMain: boolean }): string {
  const searchPath = facts.searchPaths.get(name) ?? "";
  const interpreter = facts.isMain ? facts.dependencies?.interpreter : undefined;
  if (interpreter === undefined) return searchPath;
  return [parentOf(interpreter), searchPath === "" ? defaultPath : searchPath].join(":");
}

function libraryPathOf(name: string, { libraryPaths }: RequestFacts): Pick<RequestView, "libraryPath"> {
  const libraryPath = libraryPaths.get(name) ?? "";
  return libraryPath === "" ? {} : { libraryPath };
}

/** The start of the image as far as the spec says; the closure knows the rest. */
function statedCommand(
  spec: Spec,
  { entrypoint, cmd }: ImageSettings,
): Pick<ClosureRequest["process"], "entrypoint" | "cmd" | "call"> {
  const start = functionStart(spec);
  if (start.kind === "client" && spec.serverless !== undefined) {
    return { call: { platform: spec.serverless.platform, handler: start.handler } };
  }
  // A stage may leave it to its user what runs: then that is the interpreter.
  const isNothing = spec.interpreter !== undefined && entrypoint.length + cmd.length === 0;
  if (start.kind === "program" || (adoptsImage(spec) && !isNothing)) return { entrypoint, cmd };
  return {
    ...(spec.image.entrypoint === undefined ? {} : { entrypoint }),
    ...(spec.image.cmd === undefined ? {} : { cmd }),
  };
}

/** The health check of the spec; or that of the stage or image that is adopted, whose programs have to be there. */
function checked(spec: Spec, { healthcheck }: ImageSettings): Pick<ClosureRequest, "healthcheck"> {
  if (spec.image.healthcheck !== undefined) return { healthcheck: probeOf(spec.image.healthcheck) };
  const [form, ...words] = healthcheck?.test ?? [];
  if (healthcheck === undefined || words.length === 0 || !keepsSettings(spec)) return {};
  const args = form === "CMD-SHELL" ? ["/bin/sh", "-c", ...words] : words;
  return { healthcheck: { ...probeOf({ ...healthcheck, probe: { kind: "exec", args } }), isAdopted: true } };
}

/** Docker's default where the spec gives no time. */
const defaultTimeoutMilliseconds = 30_000;

function probeOf({ probe, timeoutNanoseconds }: HealthcheckSpec): NonNullable<ClosureRequest["healthcheck"]> {
  const hasTimeout = timeoutNanoseconds !== undefined && timeoutNanoseconds > 0;
  const timeoutMilliseconds = hasTimeout
    ? Math.max(1, Math.floor(timeoutNanoseconds / 1e6))
    : defaultTimeoutMilliseconds;
  return { probe, timeoutMilliseconds: Math.min(timeoutMilliseconds, 3_600_000) };
}

function appTree(spec: Spec, appRoot: AbsPath, facts: RequestFacts): RequestTree {
  const app = spec.app;
  if (app === undefined) return { id: "app", prefix: appRoot, kind: "app" };
  const [uid = "0", gid = uid] = app.owner.split(":");
  const own = app.from === "context" ? facts.notApplication : [];
  const { dependencies } = facts;
  // A developer's own copy of what was installed, perhaps for another platform, is not what programs are to find.
  const hides = dependencies === undefined ? [] : (managerFacts(dependencies.manager)?.makes ?? []);
  return {
    id: "app",
    prefix: appRoot,
    kind: "app",
    include: app.include,
    exclude: [...app.exclude, ...own],
    ...(hides.length === 0 ? {} : { hides }),
    ...(app.from === "context" ? { owner: { uid: Number(uid), gid: Number(gid) } } : {}),
  };
}

function composeRoots(
  spec: Spec,
  main: string,
  facts: RequestFacts,
  appRoot: AbsPath | undefined,
): readonly RequestRoot[] {
  const roots: RequestRoot[] = [];
  const { interpreter } = spec;
  if (interpreter !== undefined) {
    const path = facts.dependencies?.interpreter ?? interpreter.path;
    roots.push({ kind: "interpreter", pointer: "/interpreter", view: main, path });
  }
  if (appRoot !== undefined) {
    roots.push({ kind: "app", pointer: spec.app === undefined ? "/builders/main/from" : "/app", view: main });
  }
  for (const [index, binary] of spec.binaries.entries()) {
    roots.push({
      kind: "binary",
      pointer: `/binaries/${String(index)}`,
      view: binary.from,
      path: binary.path,
      ...(binary.as === undefined ? {} : { as: toAbsPath(binary.as) }),
    });
  }
  const { kind } = functionStart(spec);
  if (kind === "program") {
    roots.push({ kind: "entrypoint", pointer: "/serverless", view: main });
  } else if (kind === "own" && (adoptsImage(spec) || spec.image.entrypoint !== undefined)) {
    const pointer = spec.image.entrypoint === undefined ? "/builders/main/from" : "/image/entrypoint";
    roots.push({ kind: "entrypoint", pointer, view: main });
  }
  for (const [index, library] of spec.libraries.entries()) {
    roots.push({ kind: "library", pointer: `/libraries/${String(index)}`, view: library.from, name: library.name });
  }
  for (const [index, include] of spec.closure.include.entries()) {
    roots.push({
      kind: "include",
      pointer: `/closure/include/${String(index)}`,
      view: include.from,
      path: include.path,
      ...(include.because === undefined ? {} : { because: include.because }),
    });
  }
  for (const [index, file] of spec.files.entries()) {
    roots.push({ kind: "file", pointer: `/files/${String(index)}`, view: fileView(file, main), file });
  }
  return roots;
}

function fileView(file: FileSpec, main: string): string {
  return file.kind === "copy" ? file.from : main;
}
