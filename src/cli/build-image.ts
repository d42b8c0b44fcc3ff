import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { blobsSource } from "../adapters/images/blobs-source.ts";
import { copy } from "../adapters/images/copy.ts";
import { directoryFiles } from "../adapters/images/file-tree.ts";
import { layoutSource } from "../adapters/images/layout-target.ts";
import { stageLayer } from "../adapters/images/stage-layer.ts";
import type { Source } from "../adapters/images/target.ts";
import {
  type ImageOutput,
  keepsPlatforms,
  keepsStatements,
  packImage,
  type StagedImage,
  type Writing,
  writeImage,
  writeNewLayers,
} from "../adapters/images/write-image.ts";
import type { Compression } from "../adapters/layers/decompress.ts";
import type { AssembledImage, AssembledLayer } from "../assembler/assemble.ts";
import { type Predicate, printStatements } from "../assembler/statements.ts";
import { BuildError, type Diagnostic, isClean } from "../diagnostics/diagnostic.ts";
import { invariant } from "../diagnostics/invariant.ts";
import type { ImageReference } from "../formats/oci/reference.ts";
import { specLocations } from "../frontend/spec-locations.ts";
import {
  isUnsettled,
  judgeAsRoot,
  judgeStart,
  mayNeedRoot,
  momentMilliseconds,
  patienceMilliseconds,
} from "../frontend/verify/start-check.ts";
import { type ImageSubject, imageSubject } from "../plan/image-subject.ts";
import { formatPlatform } from "../plan/platforms.ts";
import { wantedAttestations } from "../plan/wanted-attestations.ts";
import { type MadeImage, type ReadSpec, withImages } from "./assembly.ts";
import type { Call, CommandWords } from "./command.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { commitSeconds } from "./git-origin.ts";
import { type EngineOutput, handOver, imageName } from "./hand-over.ts";
import { withHostTrial } from "./host-trial.ts";
import { type ImageEngine, loadArchive } from "./image-engine.ts";
import { openTargetLocation } from "./image-locations.ts";
import type { KeptBuild } from "./kept-build.ts";
import { registriesOf } from "./registry-options.ts";
import { misuse } from "./words.ts";

/**
 * Makes the image of a spec and puts it where it goes: from finished builders without an engine, and by Docker where
 * steps are to be run. Throws `BuildError`.
 */
export async function buildImage(call: Call, read: ReadSpec, to: Building): Promise<ExitCode> {
  try {
    return await assembleInto(call, read, to);
  } catch (failure) {
    if (!takesEngine(failure, call.words, read)) throw failure;
    const { output, compression, kept } = to;
    if (kept !== undefined) {
      kept.isByEngine = true;
      kept.isPartial = false;
      kept.loaded.clear();
    }
    if (output.kind !== "registry") return handOver(call, read, { output, compression, otherwise: failure });
    return handOverAndPush(call, read, { output, compression, otherwise: failure });
  }
}

/** Where an image goes: an output, a registry, or the engine that keeps the images of this machine. */
export type BuildOutput =
  | ImageOutput
  | EngineOutput
  | { readonly kind: "registry"; readonly location: string; readonly reference: ImageReference };

export interface Building {
  readonly output: BuildOutput;
  readonly compression: Compression;
  /** What earlier builds of the spec have left for this one. Absent: nothing. */
  readonly kept?: KeptBuild;
}

async function assembleInto(call: Call, read: ReadSpec, { output, compression, kept }: Building): Promise<ExitCode> {
  const { words, terminal, signal, hostFolder } = call;
  if (read.options.platforms.length > 1 && !keepsPlatforms(output)) {
    throw misuse(
      `cannot write ${output.kind}:${output.location} for several platforms: it holds one image`,
      "write oci:DIR, oci-archive:FILE or a name with its registry, or name one platform",
    );
  }
  return withImages(call, read, {
    kept,
    writeLayer: async (spool, name, archive, contents) =>
      kept === undefined ? stageLayer(name, archive, spool) : kept.stage({ name, archive, contents }, spool),
    async use(made) {
      const isLoaded = output.kind === "engine";
      const place = isLoaded ? output.location : `${output.kind}:${output.location}`;
      const task = terminal.start(`${isLoaded ? "loading" : "writing"} ${place}`);
      const images = [];
      for (const { image } of made) {
        const statements = await statementsFor(call, read, { image, output });
        images.push({ ...image, annotations: read.spec.image.annotations, statements });
      }
      warnOfAnnotations(call, read, output);
      warnOfChecks(call, read);
      const [first] = made;
      invariant(first !== undefined, "an image has at least one platform");
      const started = words.has("start-check") ? await startImage(call, read, first) : "--start-check starts it";
      const writing = { hostFolder, tag: imageName(call, output), compression, spool: first.spool, signal };
      if (output.kind === "registry") {
        const blobs = [];
        for (const image of images) blobs.push(await packImage(image, writing));
        await pushImage(call, output, blobsSource(blobs, output.location));
      } else if (output.kind === "engine") {
        const loading = { engine: output.engine, writing };
        await (kept === undefined
          ? loadImage(call, images, loading)
          : loadNewLayers(call, images, { ...loading, kept }));
      } else await writeImage(images, output, writing);
      task.finish();
      if (terminal.isJson) terminal.print(`${JSON.stringify(summarise(images), undefined, 2)}\n`);
      else terminal.say(`${isLoaded ? "loaded" : "wrote"} ${place}`);
      if (!terminal.isJson && read.spec.startCheck && started !== undefined && kept === undefined)
        terminal.say(`the image was not started: ${started}`);
      return exitCodes.fine;
    },
  });
}

/**
 * Starts the image's command on this machine, as a build with an engine does. Undefined when it was started, or has no
 * command; a reason where this machine cannot. Throws START_FAILED, before anything is written.
 */
async function startImage(call: Call, read: ReadSpec, made: MadeImage<AssembledLayer>): Promise<string | undefined> {
  return withHostTrial(call, { read, made }, async (trial) => {
    if (typeof trial === "string") return trial;
    const { entrypoint, cmd } = trial.settings;
    if (entrypoint.length + cmd.length === 0) return undefined;
    const command = [...entrypoint, ...cmd];
    const first = await trial.run(command, momentMilliseconds);
    if (typeof first === "string") return first;
    const tried = isUnsettled(first) ? await trial.run(command, patienceMilliseconds) : first;
    if (typeof tried === "string") return tried;
    const span = read.locations.spanOf("/cmd");
    const judged = judgeStart(tried, tried, trial.settings);
    const mayAsk = judged.length === 0 && mayNeedRoot(tried, read.spec, trial.settings);
    const asRoot = mayAsk ? await trial.runAsRoot(tried.command, patienceMilliseconds) : undefined;
    const found = (asRoot === undefined ? judged : judgeAsRoot(tried, asRoot)).map((one) => ({ ...one, span }));
    if (!isClean(found)) throw new BuildError(found);
    call.terminal.report(found, read.parsed.files);
    return undefined;
  });
}

/** Warns of checks of the spec, which run programs in an engine. */
function warnOfChecks({ terminal }: Call, { spec, parsed, locations }: ReadSpec): void {
  if (spec.verify.every(({ kind }) => kind === "none")) return;
  const warning: Diagnostic = {
    severity: "warning",
    code: "VERIFY_NOT_RUN",
    message: "cannot run the checks of verify: programs run in an engine only",
    hint: "run the image's checks with docker build, or its programs with pith try",
    span: locations.spanOf("/verify"),
  };
  terminal.report([warning], parsed.files);
}

/** The output of `--json`: one image as it is, several by their platforms. */
function summarise(images: readonly AssembledImage<AssembledLayer>[]): object {
  const summaries = images.map(({ platform, layers, figures }) => ({
    platform: formatPlatform(platform),
    layers: layers.map(({ name, diffId }) => ({ name, diffId })),
    figures,
  }));
  const [only, ...others] = summaries;
  return only !== undefined && others.length === 0
    ? { layers: only.layers, figures: only.figures }
    : { images: summaries };
}

/** Warns of annotations where the output keeps no manifest. */
function warnOfAnnotations({ terminal }: Call, { spec, parsed, locations }: ReadSpec, output: BuildOutput): void {
  // Those of the origin are labels too.
  const isLabelled = spec.metadata.origin === true;
  if (keepsStatements(output) || isLabelled || Object.keys(spec.image.annotations).length === 0) return;
  const warning: Diagnostic = {
    severity: "warning",
    code: "ANNOTATION_UNSUPPORTED",
    message: `cannot annotate the image: outputs of the kind ${output.kind} keep no manifest`,
    hint: "write an OCI layout, or write the values into labels",
    span: locations.spanOf("/image/annotations"),
  };
  terminal.report([warning], parsed.files);
}

/** The attestations of the spec, or of `--sbom`. Warns of requests of the spec that the output cannot keep. */
async function statementsFor(
  { words, terminal }: Call,
  read: ReadSpec,
  { image, output }: { readonly image: AssembledImage<AssembledLayer>; readonly output: BuildOutput },
): Promise<readonly Predicate[]> {
  const { spec, parsed, locations, options } = read;
  const wanted = wantedAttestations(spec.metadata, new Map(words.has("sbom") ? [["attest:sbom", ""]] : []));
  if (!keepsStatements(output)) {
    const warnings = wanted.stated.map(({ name, pointer, hint }): Diagnostic => {
      const message = `cannot attach ${name} to the image: outputs of the kind ${output.kind} keep no attestations`;
      const span = locations.spanOf(pointer);
      return {
        severity: "warning",
        code: "ATTESTATION_UNSUPPORTED",
        message,
        hint: `write an OCI layout, or ${hint}`,
        span,
      };
    });
    terminal.report(warnings, parsed.files);
    return [];
  }
  const isWritten = (pointer: string) => parsed.spans.isWritten(pointer);
  const { manifest, contents } = image;
  return printStatements(wanted, {
    manifest,
    contents,
    subject: { ...(wanted.sboms.length === 0 ? {} : ofCommit(read)), ...imageSubject(spec, options.labels) },
    locations: specLocations({ spec, spanOf: locations.spanOf, isWritten }),
  });
}

/** The time of documents about an image whose build is given none. */
function ofCommit({ contextFolder }: ReadSpec): Pick<ImageSubject, "createdSeconds"> {
  const createdSeconds = commitSeconds(contextFolder);
  return createdSeconds === undefined ? {} : { createdSeconds };
}

/** True for what an engine could make; not where sources are handed over, which an engine would not know. */
function takesEngine(failure: unknown, words: CommandWords, read: ReadSpec): failure is BuildError {
  return (
    failure instanceof BuildError &&
    (read.report !== undefined || failure.diagnostics.every(({ code }) => code === "SOURCE_NEEDED")) &&
    words.texts("source").length === 0 &&
    !words.has("dependencies")
  );
}

type RegistryOutput = Extract<BuildOutput, { kind: "registry" }>;

/** Hands the images to the engine of this machine, in the form that each of them takes. */
async function loadImage(
  call: Call,
  images: readonly StagedImage[],
  { engine, writing }: { readonly engine: ImageEngine; readonly writing: Writing },
): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-"));
  try {
    const location = path.join(folder, "image.tar");
    await writeImage(images, { kind: "docker-archive", location }, writing);
    await loadArchive(call, engine, location);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Hands an image to an engine that may have some of its layers: those are not sent again. Where it has not, after all,
 * it gets everything.
 */
async function loadNewLayers(
  call: Call,
  images: readonly StagedImage[],
  { engine, writing, kept }: { readonly engine: ImageEngine; readonly writing: Writing; readonly kept: KeptBuild },
): Promise<void> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-"));
  try {
    const location = path.join(folder, "image.tar");
    const [image] = images;
    invariant(image !== undefined && images.length === 1, "an engine's store holds one platform");
    const load = async (leftOut: ReadonlySet<string>): Promise<void> => {
      await writeNewLayers(location, image, { ...writing, leftOut });
      await loadArchive(call, engine, location);
    };
    const known = engine.client === "docker" ? kept.loaded : new Set<string>();
    try {
      await load(known);
    } catch (failure) {
      if (!(failure instanceof BuildError) || known.size === 0) throw failure;
      known.clear();
      await load(known);
    }
    kept.isByEngine = false;
    kept.isPartial = known.size > 0;
    for (const { diffId } of image.layers) kept.loaded.add(diffId);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function pushImage(
  call: Call,
  { location: text, reference }: RegistryOutput,
  source: Source,
  from?: string,
): Promise<void> {
  const registries = registriesOf(call);
  const { signal } = call;
  try {
    const goal = await openTargetLocation({ kind: "registry", reference }, text, { registries, source, signal });
    await copy(source, goal.target, { from, to: goal.reference, signal });
  } finally {
    await registries.close();
  }
}

/** Docker writes a layout, which goes to the registry from there: with our logins, and whole or not at all. */
async function handOverAndPush(
  call: Call,
  read: ReadSpec,
  {
    output,
    compression,
    otherwise,
  }: { readonly output: RegistryOutput; readonly compression: Compression; readonly otherwise: BuildError },
): Promise<ExitCode> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-"));
  try {
    const layout = path.join(folder, "layout");
    const code = await handOver(call, read, { output: { kind: "oci", location: layout }, compression, otherwise });
    if (code !== exitCodes.fine) return code;
    const files = directoryFiles(layout);
    try {
      await pushImage(call, output, layoutSource(files, output.location));
    } finally {
      files.close();
    }
    call.terminal.say(`pushed ${output.location}`);
    return exitCodes.fine;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
