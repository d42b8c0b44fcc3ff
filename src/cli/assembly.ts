import os from "node:os";
import path from "node:path";
import process from "node:process";
import { readFileHead } from "../adapters/directory/regular-file.ts";
import { openContext } from "../adapters/images/open-context.ts";
import { type ImageTree, openSource } from "../adapters/images/open-source.ts";
import { openSpool, type Spool } from "../adapters/layers/spool.ts";
import { type AssembledImage, type AssembledLayer, type Assembling, assemble } from "../assembler/assemble.ts";
import type { StatedRun } from "../closure/model/request.ts";
import { BuildError, isClean } from "../diagnostics/diagnostic.ts";
import { groupDigits } from "../diagnostics/numbers.ts";
import { type Placing, placing } from "../diagnostics/placing.ts";
import type { Platform } from "../formats/oci/platform.ts";
import { predefinedArgs } from "../frontend/read-spec.ts";
import { findDebugTools, withToolHint } from "../frontend/targets/debug-tools.ts";
import { composeFileNames, composeRuns } from "../plan/compose-runs.ts";
import { withOrigin } from "../plan/image-origin.ts";
import { type HeldLock, lockNameOf, lockPrefix, parseLock } from "../plan/lock.ts";
import { type BuildOptions, defaultEpochSeconds, parseBuildOptions } from "../plan/options.ts";
import { formatPlatform } from "../plan/platforms.ts";
import { describeUnobserved } from "../plan/recording.ts";
import { pickTarget } from "../plan/targets.ts";
import { describeUnknowns } from "../plan/unknown-summary.ts";
import { allPlugins } from "../resolver/plugins.ts";
import { maxSpecBytes } from "../spec/guard.ts";
import type { ParsedSpec } from "../spec/parse.ts";
import type { Spec } from "../spec/spec.ts";
import type { Call, CommandWords, OptionSpec } from "./command.ts";
import { usualSyntax } from "./default-syntax.ts";
import { gitOrigin } from "./git-origin.ts";
import { namedSource } from "./image-locations.ts";
import type { KeptBuild } from "./kept-build.ts";
import { machinePlatform } from "./platform-option.ts";
import { readRecordings } from "./recordings.ts";
import { imageFetcher } from "./registry-images.ts";
import { registryOptions } from "./registry-options.ts";
import { parseBuildArgs, readIfPresent, readSpecFile } from "./spec-file.ts";
import { silent } from "./terminal.ts";
import { misuse } from "./words.ts";
import { createYieldToEventLoop } from "./yield-to-event-loop.ts";

/** Options of the commands that find the closure of a spec over sources. */
export const assemblyOptions: readonly OptionSpec[] = [
  { name: "file", short: "f", value: "FILE", description: "The spec. Default: pith.yaml of CONTEXT." },
  { name: "source", value: "NAME=SOURCE", isRepeatable: true, description: "A finished builder." },
  { name: "dependencies", value: "SOURCE", description: "The application's installed dependencies." },
  { name: "build-context", value: "NAME=SOURCE", isRepeatable: true, description: "What a builder's `from` names." },
  { name: "target", value: "NAME", completes: "targets", description: "Build a target of the spec." },
  { name: "platform", value: "OS/ARCH", description: "Default: linux on this machine's. Several: with commas." },
  { name: "build-arg", value: "NAME=VALUE", isRepeatable: true, description: "Set an argument of the spec." },
  { name: "label", value: "NAME=VALUE", isRepeatable: true, description: "Add a label to the image." },
  ...registryOptions,
];

/** A spec that has been read, and what belongs to it. */
export interface ReadSpec {
  readonly file: string;
  readonly parsed: ParsedSpec;
  readonly spec: Spec;
  /** Where findings of the spec, or of its target, are. */
  readonly locations: Placing;
  /** The main image's own, where it is the base image of the target `debug`. */
  readonly baseImage: { readonly spec: Spec; readonly locations: Placing } | undefined;
  /** The built-in target that is not an image. */
  readonly report: string | undefined;
  readonly options: BuildOptions;
  readonly contextFolder: string;
  /** The lock file beside the spec; undefined where there is none. */
  readonly lock: HeldLock | undefined;
}

/** Makes the image for each platform of a call, and hands all of them to `use` while their sources are open. */
export async function withImages<Layer extends AssembledLayer, T>(
  call: Call,
  read: ReadSpec,
  { use, ...making }: Making<Layer, (images: readonly MadeImage<Layer>[]) => Promise<T>>,
): Promise<T> {
  const { platforms, buildPlatform } = read.options;
  const add = async (made: readonly MadeImage<Layer>[], [platform, ...others]: readonly Platform[]): Promise<T> => {
    if (platform === undefined) return use(made);
    const note = platforms.length === 1 ? "" : ` for ${formatPlatform(platform)}`;
    const one = { call, read, platform, note };
    return withImage(one, { ...making, use: async (image) => add([...made, image], others) });
  };
  return add([], platforms.length === 0 ? [buildPlatform] : platforms);
}

interface Making<Layer extends AssembledLayer, Use> {
  readonly writeLayer: (spool: Spool, ...layer: Parameters<Assembling<Layer>["writeLayer"]>) => Promise<Layer>;
  /** What builds of the same spec have kept, and this one may add to. */
  readonly kept?: KeptBuild | undefined;
  readonly use: Use;
}

export interface MadeImage<Layer extends AssembledLayer> {
  readonly image: AssembledImage<Layer>;
  readonly spool: Spool;
  /** Builders that are directories of this machine. */
  readonly builderFolders: ReadonlyMap<string, string>;
}

/** Reads the spec that a call names. Throws its errors. */
export async function readSpec(call: Call): Promise<ReadSpec> {
  const { words } = call;
  const options = readOptions(words);
  const named = words.text("file");
  const [context] = words.operands;
  const file = named ?? path.join(context ?? "", "pith.yaml");
  const contextFolder = path.resolve(call.hostFolder, context ?? path.dirname(file));
  const parsed = await readSpecFile(call, {
    file,
    contextFolder,
    // Without a file, the application is what is detected.
    ...(named === undefined ? { otherwise: `# syntax=${usualSyntax()}\n` } : {}),
    buildArgs: options.buildArgs,
    predefinedArgs: predefinedArgs(options),
  });
  if (parsed.checked.value === undefined || !isClean(parsed.checked.diagnostics)) {
    throw new BuildError(parsed.checked.diagnostics);
  }
  const whole = parsed.checked.value;
  const spanOf = (pointer: string) => parsed.spans.spanOf(pointer);
  const target = await placing({ spanOf }, () => pickTarget(whole, options.target));
  const git = target.spec.metadata.origin === true ? gitOrigin(contextFolder) : {};
  return {
    file,
    parsed,
    spec: withOrigin(target.spec, { ...git, epochSeconds: options.epochSeconds }),
    locations: { spanOf: (pointer) => spanOf(`${target.pointerPrefix}${pointer}`) },
    report: target.report === "rootfs" ? undefined : target.report,
    baseImage: target.isDebug === true ? { spec: whole, locations: { spanOf } } : undefined,
    options,
    contextFolder,
    // One that is made anew holds nothing.
    lock:
      target.report === "lock"
        ? undefined
        : await readLockFile(call, file, { main: whole, spec: target.spec, target: options.target }),
  };
}

/** The lock file beside a spec. Throws LOCK_INVALID. */
async function readLockFile(
  { hostFolder }: Call,
  file: string,
  picked: { readonly main: Spec; readonly spec: Spec; readonly target: string | undefined },
): Promise<HeldLock | undefined> {
  const name = lockNameOf(path.basename(file));
  const bytes = await readIfPresent(path.join(path.resolve(hostFolder, path.dirname(file)), name));
  if (bytes === undefined) return undefined;
  const { lock, diagnostics } = parseLock(new TextDecoder().decode(bytes), name);
  if (lock === undefined) throw new BuildError(diagnostics);
  return { name, builders: lock.builders, prefix: lockPrefix(picked.main, picked.spec, picked.target) };
}

/** How the Compose files beside a spec run its image. */
function readRuns({ hostFolder }: Call, file: string, { target }: Pick<BuildOptions, "target">): readonly StatedRun[] {
  const folder = path.resolve(hostFolder, path.dirname(file));
  const found = composeFileNames.flatMap((name) => {
    const bytes = readFileHead(path.join(folder, name), maxSpecBytes);
    return bytes === undefined ? [] : [[name, bytes] as const];
  });
  return composeRuns(new Map(found), { specName: path.basename(file), target });
}

/** The error of a target that is not an image where no engine makes it: other commands print most reports. */
export function reportRefused(target: string): BuildError {
  return misuse(
    `cannot make the target ${target}: it takes an engine`,
    target === "builder" || target === "dependencies"
      ? `use docker build --target ${target}`
      : `use docker build --target ${target}, or pith resolve --json, pith explain, pith diff or pith audit`,
  );
}

/**
 * Opens the sources of a call, makes the image of its spec for a platform, and hands it to `use` while the sources are
 * open.
 */
async function withImage<Layer extends AssembledLayer, T>(
  {
    call,
    read,
    platform,
    note,
  }: {
    readonly call: Call;
    readonly read: ReadSpec;
    readonly platform: Platform;
    /** Which of several platforms it is. */
    readonly note: string;
  },
  { writeLayer, use, kept }: Making<Layer, (image: MadeImage<Layer>) => Promise<T>>,
): Promise<T> {
  const { words, terminal } = call;
  const { file, parsed, spec, options, contextFolder } = read;
  if (read.report !== undefined) throw reportRefused(read.report);
  const opened: ImageTree[] = [];
  const spool = openSpool(os.tmpdir());
  const open = async (text: string): Promise<ImageTree> => openKept(call, text, { platform, note, kept, opened });
  try {
    const builders = new Map<string, ImageTree>();
    for (const [name, source] of kept?.builders ?? []) builders.set(name, await open(source));
    for (const { name, source } of givenBuilders(call, spec)) builders.set(name, await open(source));
    for (const [name, { hostFolder }] of builders) if (hostFolder !== undefined) kept?.live.add(`builder:${name}`);
    const given = words.text("dependencies");
    const dependencies = given === undefined ? kept?.dependencies : namedSource(given, call.hostFolder);
    const common: Omit<Assembling<Layer>, "spec"> = {
      specName: path.basename(file),
      platform,
      epochSeconds: options.epochSeconds ?? defaultEpochSeconds,
      labels: options.labels,
      runs: readRuns(call, file, options),
      observed: readRecordings(call, file, spec),
      builders,
      dependencies: dependencies === undefined ? undefined : await open(dependencies),
      context: openContext(contextFolder, path.resolve(call.hostFolder, file)),
      plugins: allPlugins(),
      lock: read.lock,
      yieldToEventLoop: createYieldToEventLoop(call.signal),
      ...(kept === undefined ? {} : { known: kept.known }),
      async writeLayer(name, archive, contents) {
        // Who builds at each edit sees the first time what it takes.
        const isShort = kept !== undefined && kept.loaded.size > 0;
        const task = (isShort ? silent(terminal) : terminal).start(`gathering the layer ${name}${note}`);
        const counted = watched(archive, (bytes) => task.advance(bytes), call.signal);
        const layer = await writeLayer(spool, name, counted, contents);
        task.finish();
        return layer;
      },
    };
    const image = await assembleTarget(common, read);
    const found = [...parsed.checked.diagnostics, ...image.warnings];
    terminal.report(kept === undefined ? found : kept.untold(found), parsed.files);
    const { files, bytes, packages, builderPackages, unknowns, unobserved } = image.figures;
    const cut = unobserved === undefined ? "" : `, ${describeUnobserved(unobserved)}`;
    terminal.say(
      `closure${note}: ${groupDigits(files)} files, ${(bytes / 1e6).toFixed(1)} MB${cut}, ${String(packages)} of ${String(builderPackages)} packages${unknowns === undefined ? "" : `, ${describeUnknowns(unknowns)}`}`,
    );
    const builderFolders = new Map(
      [...builders].flatMap(([name, { hostFolder }]) =>
        hostFolder === undefined ? [] : [[name, hostFolder] as const],
      ),
    );
    return await use({ image, spool, builderFolders });
  } finally {
    for (const tree of opened) tree.close();
    spool.close();
  }
}

/** Opens a source, or takes one that is open since an earlier build. What is to be closed goes to `opened`. */
async function openKept(
  call: Call,
  text: string,
  {
    platform,
    note,
    kept,
    opened,
  }: {
    readonly platform: Platform;
    readonly note: string;
    readonly kept: KeptBuild | undefined;
    readonly opened: ImageTree[];
  },
): Promise<ImageTree> {
  const before = kept?.sources.get(text);
  if (before !== undefined) return before;
  const task = call.terminal.start(`reading ${text}${note}`);
  const tree = await openSource(text, {
    platform,
    hostFolder: call.hostFolder,
    spoolFolder: os.tmpdir(),
    dockerHost: process.env["DOCKER_HOST"],
    signal: call.signal,
    onBytes: (count) => task.advance(count),
    fetchImage: imageFetcher(call),
  });
  task.finish();
  // A directory may change while it is open.
  if (kept === undefined || tree.hostFolder !== undefined) opened.push(tree);
  else kept.sources.set(text, tree);
  return tree;
}

/** The image of the target: the spec's own, or the main one with tools over it. */
async function assembleTarget<Layer extends AssembledLayer>(
  common: Omit<Assembling<Layer>, "spec">,
  { spec, locations, baseImage }: ReadSpec,
): Promise<AssembledImage<Layer>> {
  if (baseImage === undefined) return placing(locations, async () => assemble({ ...common, spec }));
  // Of the main image are the builders without a target's name before them.
  const ofMain = { lock: common.lock && { ...common.lock, prefix: "" } };
  const main = await placing(baseImage.locations, async () => assemble({ ...common, ...ofMain, spec: baseImage.spec }));
  const debug = findDebugTools(spec, baseImage.spec);
  const image = await placing(locations, async () => {
    try {
      return await assemble({ ...common, spec: debug.spec }, { baseImage: main, tools: debug.tools });
    } catch (failure) {
      throw failure instanceof BuildError && debug.isBuiltIn ? withToolHint(failure) : failure;
    }
  });
  // A finding of both is reported once.
  const told = new Set(main.warnings.map((found) => found.message));
  return { ...image, warnings: [...main.warnings, ...image.warnings.filter(({ message }) => !told.has(message))] };
}

async function* watched(
  source: AsyncIterable<Uint8Array>,
  advance: (bytes: number) => void,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    signal.throwIfAborted();
    advance(chunk.length);
    yield chunk;
  }
}

/** The options that a build with an engine has under the same names. */
function readOptions(words: CommandWords): BuildOptions {
  const platform = words.text("platform");
  const target = words.text("target");
  const epoch = process.env["SOURCE_DATE_EPOCH"];
  const { options, diagnostics } = parseBuildOptions(
    new Map([
      ...(epoch === undefined ? [] : [["build-arg:SOURCE_DATE_EPOCH", epoch] as const]),
      ...Object.entries(parseBuildArgs(words.texts("build-arg"))).map(
        ([name, value]) => [`build-arg:${name}`, value] as const,
      ),
      ...Object.entries(parseBuildArgs(words.texts("label"))).map(([name, value]) => [`label:${name}`, value] as const),
      ...(platform === undefined ? [] : [["platform", platform] as const]),
      ...(target === undefined ? [] : [["target", target] as const]),
    ]),
    [machinePlatform()],
  );
  if (!isClean(diagnostics)) throw new BuildError(diagnostics);
  return options;
}

/** Finished builders: those of `--source`, and those that go on from a named context without a step of their own. */
function givenBuilders(
  { words, hostFolder }: Call,
  spec: Spec,
): readonly { readonly name: string; readonly source: string }[] {
  const names = Object.keys(spec.builders);
  const sources = words.texts("source").map((text) => {
    const { name, source } = splitNamed("source", text);
    if (names.includes(name)) return { name, source: namedSource(source, hostFolder) };
    throw misuse(
      `cannot use --source ${text}: the spec has no builder ${name}`,
      `name one of the spec's builders: ${names.join(", ")}`,
    );
  });
  const contexts = words.texts("build-context").flatMap((text) => {
    const { name, source } = splitNamed("build-context", text);
    const using = names.filter((builder) => isFrom(spec, builder, name));
    if (using.length === 0) {
      throw misuse(`cannot use --build-context ${text}: no builder is from ${name}`, "write the name that a from has");
    }
    // One with steps goes on from it, which takes an engine.
    const plain = using.filter((builder) => isWithoutSteps(spec, builder));
    return plain.map((builder) => ({ name: builder, source: toSource(source, hostFolder) }));
  });
  return [...contexts, ...sources];
}

function isFrom(spec: Spec, builder: string, context: string): boolean {
  const from = spec.builders[builder]?.from;
  return (from?.kind === "name" || from?.kind === "context") && from.name === context;
}

function isWithoutSteps(spec: Spec, builder: string): boolean {
  const { packages = [], build = [] } = spec.builders[builder] ?? {};
  return packages.length === 0 && build.length === 0;
}

/** The source that a value of `--build-context` means, in buildx's words or Pith's own. */
function toSource(text: string, hostFolder: string): string {
  const [, scheme = "", location = ""] = /^(oci-layout|docker-image):\/\/(.+)$/u.exec(text) ?? [];
  if (scheme === "") return namedSource(text, hostFolder);
  return `${scheme === "oci-layout" ? "oci" : "docker-daemon"}:${location}`;
}

function splitNamed(option: string, text: string): { readonly name: string; readonly source: string } {
  const equals = text.indexOf("=");
  if (equals > 0) return { name: text.slice(0, equals), source: text.slice(equals + 1) };
  throw misuse(
    `cannot use --${option} ${text}: it is not of the form NAME=SOURCE`,
    `write it as --${option} main=oci:DIR`,
  );
}
