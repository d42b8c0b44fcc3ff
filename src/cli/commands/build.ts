import os from "node:os";
import path from "node:path";
import process from "node:process";
import { openContext } from "../../adapters/images/open-context.ts";
import { type ImageTree, openSource } from "../../adapters/images/open-source.ts";
import { stageLayer } from "../../adapters/images/stage-layer.ts";
import { type ImageOutput, parseOutput, writeImage } from "../../adapters/images/write-image.ts";
import type { Compression } from "../../adapters/layers/decompress.ts";
import { openSpool } from "../../adapters/layers/spool.ts";
import { assemble } from "../../app/assemble.ts";
import { placing, predefinedArgs } from "../../app/build.ts";
import { allPlugins } from "../../app/plugins.ts";
import { pickTarget } from "../../app/targets.ts";
import { BuildError, type Diagnostic, isClean } from "../../diagnostics/diagnostic.ts";
import { type BuildOptions, defaultEpochSeconds, parseBuildOptions } from "../../plan/options.ts";
import type { Call, Command, CommandWords } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { parseBuildArgs, readSpecFile } from "../spec-file.ts";

/** `pith build`: the image of a spec from finished builders, with nothing but Node. */
export const build: Command = {
  name: "build",
  summary: "Make an image without an engine",
  description: `Finds what the spec's programs need in root file systems that are handed over, and writes the image. It is the image that
docker build makes of the same spec and the same builders. A builder with steps must be handed over
finished: --source main=oci:DIR takes the place of its base image and all of its steps.
CONTEXT is the build context; default: the folder of the spec.

A SOURCE is dir:PATH (dir:/ is this machine), oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:TAG] or
docker-daemon:REFERENCE. An OUTPUT is oci:DIR, oci-archive:FILE, docker-archive:FILE, dir:PATH or tar:FILE.`,
  operands: { usage: "[CONTEXT]", least: 0, most: 1 },
  options: [
    { name: "file", short: "f", value: "FILE", description: "The spec. Default: pith.yaml." },
    { name: "output", short: "o", value: "OUTPUT", description: "Where the image goes." },
    { name: "source", value: "NAME=SOURCE", isRepeatable: true, description: "A finished builder." },
    { name: "dependencies", value: "SOURCE", description: "The application's installed dependencies." },
    { name: "tag", short: "t", value: "NAME", description: "The image's name in the output." },
    { name: "target", value: "NAME", description: "Build a target of the spec." },
    { name: "platform", value: "OS/ARCH", description: "Default: linux on this machine's architecture." },
    { name: "build-arg", value: "NAME=VALUE", isRepeatable: true, description: "Set an argument of the spec." },
    { name: "label", value: "NAME=VALUE", isRepeatable: true, description: "Add a label to the image." },
    { name: "compression", value: "NAME", description: "Of OCI layers: gzip (default), zstd or none." },
  ],
  examples: [
    { line: "pith build --source main=dir:/ -o oci-archive:out.tar", does: "Take the programs of this machine." },
    {
      line: "pith build --source main=docker-archive:builder.tar -o docker-archive:out.tar -t app:1",
      does: "Take a builder that docker save has written.",
    },
  ],
  async run(call) {
    const { words, terminal } = call;
    const outputs = requiredOutput(words);
    const compression = parseCompression(words.text("compression"));
    const options = readOptions(words);
    const file = words.text("file") ?? "pith.yaml";
    const parsed = await readSpecFile(call, {
      file,
      buildArgs: options.buildArgs,
      predefinedArgs: predefinedArgs(options),
    });
    if (parsed.checked.value === undefined || !isClean(parsed.checked.diagnostics)) {
      throw new BuildError(parsed.checked.diagnostics);
    }
    const spec = parsed.checked.value;
    const spanOf = (pointer: string) => parsed.spans.spanOf(pointer);
    const target = await placing({ spanOf }, () => pickTarget(spec, options.target));
    const contextFolder = path.resolve(call.hostFolder, words.operands[0] ?? path.dirname(file));
    const opened: ImageTree[] = [];
    const spool = openSpool(os.tmpdir());
    const open = async (text: string): Promise<ImageTree> => {
      terminal.detail(`reading ${text}`);
      const tree = await openSource(text, sourceOptions(call, options));
      opened.push(tree);
      return tree;
    };
    try {
      const builders = new Map<string, ImageTree>();
      for (const text of words.texts("source")) {
        const { name, source } = splitSource(text, Object.keys(spec.builders));
        builders.set(name, await open(source));
      }
      const dependencies = words.text("dependencies");
      const image = await placing({ spanOf: (pointer) => spanOf(`${target.pointerPrefix}${pointer}`) }, async () =>
        assemble({
          spec: target.spec,
          specName: path.basename(file),
          platform: options.platforms[0] ?? options.buildPlatform,
          epochSeconds: options.epochSeconds ?? defaultEpochSeconds,
          labels: options.labels,
          builders,
          dependencies: dependencies === undefined ? undefined : await open(dependencies),
          context: openContext(contextFolder, path.resolve(call.hostFolder, file)),
          plugins: allPlugins(),
          writeLayer: (name, archive) => stageLayer(name, interruptible(archive, call.signal), spool),
        }),
      );
      terminal.report([...parsed.checked.diagnostics, ...image.warnings], parsed.files);
      const { files, bytes, packages, builderPackages } = image.figures;
      terminal.say(
        `closure: ${files.toLocaleString("en-US")} files, ${(bytes / 1e6).toFixed(1)} MB, ${String(packages)} of ${String(builderPackages)} packages`,
      );
      await writeImage(image, outputs, {
        hostFolder: call.hostFolder,
        tag: words.text("tag"),
        compression,
        spool,
        signal: call.signal,
      });
      if (terminal.isJson) terminal.print(`${JSON.stringify(summaryOf(image), undefined, 2)}\n`);
      else terminal.say(`wrote ${outputs.kind}:${outputs.place}`);
      return exitCodes.fine;
    } finally {
      for (const tree of opened) tree.close();
      spool.close();
    }
  },
};

function summaryOf(image: {
  readonly layers: readonly { readonly name: string; readonly diffId: string }[];
  readonly figures: object;
}): object {
  return { layers: image.layers.map(({ name, diffId }) => ({ name, diffId })), figures: image.figures };
}

async function* interruptible(source: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    signal.throwIfAborted();
    yield chunk;
  }
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

/** The options that a build with an engine has under the same names. */
function readOptions(words: CommandWords): BuildOptions {
  const architecture = { x64: "amd64", arm64: "arm64", arm: "arm" }[process.arch as string] ?? process.arch;
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
    [{ os: "linux", architecture }],
  );
  if (!isClean(diagnostics)) throw new BuildError(diagnostics);
  return options;
}

function sourceOptions(call: Call, { platforms, buildPlatform }: BuildOptions): Parameters<typeof openSource>[1] {
  return {
    platform: platforms[0] ?? buildPlatform,
    hostFolder: call.hostFolder,
    spoolFolder: os.tmpdir(),
    dockerHost: process.env["DOCKER_HOST"],
    signal: call.signal,
  };
}

function splitSource(text: string, builders: readonly string[]): { readonly name: string; readonly source: string } {
  const equals = text.indexOf("=");
  const name = text.slice(0, Math.max(equals, 0));
  if (equals > 0 && builders.includes(name)) return { name, source: text.slice(equals + 1) };
  const why = equals > 0 ? `the spec has no builder ${name}` : "it is not of the form NAME=SOURCE";
  throw misuse(`cannot use --source ${text}: ${why}`, `name one of the spec's builders: ${builders.join(", ")}`);
}

function misuse(message: string, hint: string): BuildError {
  const found: Diagnostic = { severity: "error", code: "USAGE_INVALID", message, hint };
  return new BuildError([found]);
}
