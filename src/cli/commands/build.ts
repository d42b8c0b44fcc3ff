import { stageLayer } from "../../adapters/images/stage-layer.ts";
import { type ImageOutput, keepsStatements, parseOutput, writeImage } from "../../adapters/images/write-image.ts";
import type { Compression } from "../../adapters/layers/decompress.ts";
import type { AssembledImage, AssembledLayer } from "../../app/assemble.ts";
import { wantedAttestations } from "../../app/attestations.ts";
import { specPlaces } from "../../app/spec-places.ts";
import { type Predicate, printStatements } from "../../app/statements.ts";
import { BuildError, type Diagnostic } from "../../diagnostics/diagnostic.ts";
import { assemblyOptions, type ReadSpec, readSpec, withImage } from "../assembly.ts";
import type { Call, Command, CommandWords } from "../command.ts";
import { type ExitCode, exitCodes } from "../exit-codes.ts";
import { handOver } from "../hand-over.ts";
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
docker-daemon:REFERENCE. An OUTPUT is oci:DIR, oci-archive:FILE, docker-archive:FILE, dir:PATH or tar:FILE.`,
  operands: { usage: "[CONTEXT]", least: 0, most: 1 },
  options: [
    ...assemblyOptions,
    { name: "output", short: "o", value: "OUTPUT", description: "Where the image goes." },
    { name: "tag", short: "t", value: "NAME", description: "The image's name in the output." },
    { name: "sbom", description: "Attach a bill of materials and the reasons (OCI outputs)." },
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
      if (!takesEngine(failure, words)) throw failure;
      return handOver(call, read, { output, compression, otherwise: failure });
    }
  },
};

async function assembleInto(
  call: Call,
  read: ReadSpec,
  { output, compression }: { readonly output: ImageOutput; readonly compression: Compression },
): Promise<ExitCode> {
  const { words, terminal, signal, hostFolder } = call;
  return withImage(call, read, {
    writeLayer: async (spool, name, archive) => stageLayer(name, archive, spool),
    async use(image, spool) {
      const task = terminal.start(`writing ${output.kind}:${output.place}`);
      const tag = words.text("tag");
      const statements = await statementsFor(call, read, { image, output });
      await writeImage({ ...image, statements }, output, { hostFolder, tag, compression, spool, signal });
      task.finish();
      const { layers, figures } = image;
      const summary = { layers: layers.map(({ name, diffId }) => ({ name, diffId })), figures };
      if (terminal.isJson) terminal.print(`${JSON.stringify(summary, undefined, 2)}\n`);
      else terminal.say(`wrote ${output.kind}:${output.place}`);
      return exitCodes.fine;
    },
  });
}

/** What the spec, or `--sbom`, has attached to the image. Warns of what the spec asks for and the output cannot keep. */
async function statementsFor(
  { words, terminal }: Call,
  { spec, parsed, places }: ReadSpec,
  { image, output }: { readonly image: AssembledImage<AssembledLayer>; readonly output: ImageOutput },
): Promise<readonly Predicate[]> {
  const wanted = wantedAttestations(spec.metadata, new Map(words.has("sbom") ? [["attest:sbom", ""]] : []));
  if (!keepsStatements(output)) {
    const warnings = wanted.stated.map(({ name, pointer, hint }): Diagnostic => {
      const message = `cannot attach ${name} to the image: outputs of the kind ${output.kind} keep no attestations`;
      const span = places.spanOf(pointer);
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
    places: specPlaces({ spec, spanOf: places.spanOf, isWritten }),
  });
}

/** True for what an engine could make; not where sources are handed over, which an engine would not know. */
function takesEngine(failure: unknown, words: CommandWords): failure is BuildError {
  return (
    failure instanceof BuildError &&
    failure.diagnostics.every(({ code }) => code === "SOURCE_NEEDED") &&
    words.texts("source").length === 0 &&
    !words.has("dependencies")
  );
}

function requiredOutput(words: CommandWords): ImageOutput {
  const text = words.text("output");
  if (text !== undefined) return parseOutput(text);
  throw misuse("cannot build: no output is given", "say where the image goes, as with -o oci-archive:out.tar");
}

function parseCompression(text = "gzip"): Compression {
  const known = (["gzip", "zstd", "none"] as const).find((one) => one === text);
  if (known !== undefined) return known;
  throw misuse(`cannot compress with ${JSON.stringify(text)}: Pith does not know it`, "use gzip, zstd or none");
}
