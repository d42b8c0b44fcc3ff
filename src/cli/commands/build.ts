import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { blobsSource } from "../../adapters/images/blobs-source.ts";
import { copy } from "../../adapters/images/copy.ts";
import { directoryFiles } from "../../adapters/images/file-tree.ts";
import { parseRegistryName } from "../../adapters/images/image-location.ts";
import { layoutSource } from "../../adapters/images/layout-target.ts";
import { stageLayer } from "../../adapters/images/stage-layer.ts";
import type { Source } from "../../adapters/images/target.ts";
import {
  type ImageOutput,
  keepsPlatforms,
  keepsStatements,
  packImage,
  parseOutput,
  writeImage,
} from "../../adapters/images/write-image.ts";
import type { Compression } from "../../adapters/layers/decompress.ts";
import type { AssembledImage, AssembledLayer } from "../../assembler/assemble.ts";
import { type Predicate, printStatements } from "../../assembler/statements.ts";
import { BuildError, type Diagnostic, isClean } from "../../diagnostics/diagnostic.ts";
import { invariant } from "../../diagnostics/invariant.ts";
import type { ImageReference } from "../../formats/oci/reference.ts";
import { specLocations } from "../../frontend/spec-locations.ts";
import { judgeStart, momentMilliseconds } from "../../frontend/verify/start-check.ts";
import { imageSubject } from "../../plan/image-subject.ts";
import { formatPlatform } from "../../plan/platforms.ts";
import { wantedAttestations } from "../../plan/wanted-attestations.ts";
import { assemblyOptions, type MadeImage, type ReadSpec, readSpec, withImages } from "../assembly.ts";
import type { Call, Command, CommandWords } from "../command.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { handOver } from "../hand-over.ts";
import { withHostTrial } from "../host-trial.ts";
import { openTargetLocation } from "../image-locations.ts";
import { registriesOf } from "../registry-options.ts";
import { misuse } from "../words.ts";

/** `pith build`: the image of a spec from finished builders, with nothing but Node. */
export const build: Command = {
  name: "build",
  summary: "Make an image, without an engine where that can be",
  description: `Finds what the spec's programs need in root file systems that are handed over, and writes the image. It is the image that
docker build makes of the same spec and the same builders. A builder with steps is handed over
finished: --source main=oci:DIR takes the place of its base image and all of its steps. Where steps are to be run, the whole
build goes to docker buildx build, if a Docker answers, with the frontend that the spec's first line names.
CONTEXT is the build context; default: the folder of the spec.

A SOURCE is dir:PATH (dir:/ is this machine), oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:TAG] or
docker-daemon:REFERENCE, or a name with its registry, as localhost:5000/builder:1 or registry:debian:trixie. An OUTPUT is oci:DIR,
oci-archive:FILE, docker-archive:FILE, dir:PATH or tar:FILE, or a name with its registry.`,
  operands: { usage: "[CONTEXT]", least: 0, most: 1 },
  options: [
    ...assemblyOptions,
    { name: "output", short: "o", value: "OUTPUT", description: "Where the image goes." },
    { name: "tag", short: "t", value: "NAME", description: "The image's name in the output." },
    { name: "sbom", description: "Attach an SBOM and the reasons (OCI outputs)." },
    {
      name: "start-check",
      description: "Start the image and its builder on this machine first, in namespaces; see pith try.",
    },
    { name: "compression", value: "NAME", description: "Of OCI layers: gzip (default), zstd or none." },
  ],
  examples: [
    { line: "pith build --source main=dir:/ -o oci-archive:out.tar", does: "Take the programs of this machine." },
    {
      line: "pith build --source main=docker-archive:builder.tar -o docker-archive:out.tar -t app:1",
      does: "Take a builder that docker save has written.",
    },
    { line: "pith build -o docker-archive:out.tar -t app:1", does: "Let Docker run the builders' steps." },
  ],
  async run(call) {
    const { words } = call;
    const output = requiredOutput(words);
    const compression = parseCompression(words.text("compression"));
    const read = await readSpec(call);
    try {
      return await assembleInto(call, read, { output, compression });
    } catch (failure) {
      if (!takesEngine(failure, words, read)) throw failure;
      if (output.kind !== "registry") return handOver(call, read, { output, compression, otherwise: failure });
      return handOverAndPush(call, read, { output, compression, otherwise: failure });
    }
  },
};

async function assembleInto(
  call: Call,
  read: ReadSpec,
  { output, compression }: { readonly output: BuildOutput; readonly compression: Compression },
): Promise<ExitCode> {
  const { words, terminal, signal, hostFolder } = call;
  if (read.options.platforms.length > 1 && !keepsPlatforms(output)) {
    throw misuse(
      `cannot write ${output.kind}:${output.location} for several platforms: it holds one image`,
      "write oci:DIR, oci-archive:FILE or a name with its registry, or name one platform",
    );
  }
  return withImages(call, read, {
    writeLayer: async (spool, name, archive) => stageLayer(name, archive, spool),
    async use(made) {
      const task = terminal.start(`writing ${output.kind}:${output.location}`);
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
      const writing = { hostFolder, tag: words.text("tag"), compression, spool: first.spool, signal };
      if (output.kind === "registry") {
        const blobs = [];
        for (const image of images) blobs.push(await packImage(image, writing));
        await pushImage(call, output, blobsSource(blobs, output.location));
      } else await writeImage(images, output, writing);
      task.finish();
      if (terminal.isJson) terminal.print(`${JSON.stringify(summarise(images), undefined, 2)}\n`);
      else terminal.say(`wrote ${output.kind}:${output.location}`);
      if (!terminal.isJson && read.spec.startCheck && started !== undefined)
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
    const tried = await trial.run([...entrypoint, ...cmd], momentMilliseconds);
    if (typeof tried === "string") return tried;
    const span = read.locations.spanOf("/cmd");
    const found = judgeStart(tried, tried.missing).map((one) => ({ ...one, span }));
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
  if (keepsStatements(output) || Object.keys(spec.image.annotations).length === 0) return;
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
  { spec, parsed, locations, options }: ReadSpec,
  { image, output }: { readonly image: AssembledImage<AssembledLayer>; readonly output: BuildOutput },
): Promise<readonly Predicate[]> {
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
    subject: imageSubject(spec, options.labels),
    locations: specLocations({ spec, spanOf: locations.spanOf, isWritten }),
  });
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

type BuildOutput =
  | ImageOutput
  | { readonly kind: "registry"; readonly location: string; readonly reference: ImageReference };

type RegistryOutput = Extract<BuildOutput, { kind: "registry" }>;

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

function requiredOutput(words: CommandWords): BuildOutput {
  const text = words.text("output");
  const reference = text === undefined ? undefined : parseRegistryName(text);
  if (text !== undefined && reference !== undefined) {
    return { kind: "registry", location: text.replace(/^registry:|^docker:\/\//u, ""), reference };
  }
  if (text !== undefined) return parseOutput(text);
  throw misuse("cannot build: no output is given", "say where the image goes, as with -o oci-archive:out.tar");
}

function parseCompression(text = "gzip"): Compression {
  const known = (["gzip", "zstd", "none"] as const).find((one) => one === text);
  if (known !== undefined) return known;
  throw misuse(`cannot compress with ${JSON.stringify(text)}: Pith does not know it`, "use gzip, zstd or none");
}
