import { parseRegistryName } from "../../adapters/images/image-location.ts";
import { parseOutput } from "../../adapters/images/write-image.ts";
import type { Compression } from "../../adapters/layers/decompress.ts";
import { assemblyOptions, readSpec } from "../assembly.ts";
import { type BuildOutput, buildImage } from "../build-image.ts";
import type { Command, CommandWords } from "../command.ts";
import type { EngineOutput } from "../hand-over.ts";
import { findImageEngine } from "../image-engine.ts";
import { renewLock } from "../renew-lock.ts";
import { misuse } from "../words.ts";

const compressions = ["gzip", "zstd", "none"] as const;

/** `pith build`: the image of a spec from finished builders, with nothing but Node. */
export const build: Command = {
  name: "build",
  summary: "Make an image, without an engine where that can be",
  description: `Finds what the spec's programs need in root file systems that are handed over, and writes the image. It is the image that
docker build makes of the same spec and the same builders. A builder with steps is handed over
finished: --source main=oci:DIR takes the place of its base image and all of its steps. Where steps are to be run, the whole
build goes to docker buildx build, if a Docker answers, with the frontend that the spec's first line names.
CONTEXT is the build context; default: the folder of the spec.

A SOURCE is an image as every command takes it: a directory (/ is this machine), an OCI layout, an archive of either kind, a name
with its registry (localhost:5000/builder:1), or an image that the Docker engine has; to say which, write dir:PATH,
oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:TAG], registry:NAME or docker-daemon:NAME. An OUTPUT is oci:DIR,
oci-archive:FILE, docker-archive:FILE, dir:PATH or tar:FILE, or a name with its registry. Without one, the image is loaded
into the engine that answers first: Docker, Podman or containerd (nerdctl).`,
  operands: { usage: "[CONTEXT]", least: 0, most: 1 },
  options: [
    ...assemblyOptions,
    {
      name: "output",
      short: "o",
      value: "OUTPUT",
      description: "Where the image goes. Default: this machine's engine.",
    },
    { name: "tag", short: "t", value: "NAME", description: "The image's name in the output." },
    { name: "sbom", description: "Attach an SBOM and the reasons (OCI outputs)." },
    {
      name: "start-check",
      description: "Start the image and its builder on this machine first, in namespaces; see pith try.",
    },
    {
      name: "update",
      value: "PACKAGE",
      isRepeatable: true,
      description: "With --target lock: a package that may have another version; all others stay.",
    },
    {
      name: "compression",
      value: "NAME",
      values: compressions,
      description: "Of OCI layers: gzip (default), zstd or none.",
    },
  ],
  examples: [
    { line: "pith build --source main=dir:/ -o oci-archive:out.tar", does: "Take the programs of this machine." },
    {
      line: "pith build --source main=docker-archive:builder.tar -o docker-archive:out.tar -t app:1",
      does: "Take a builder that docker save has written.",
    },
    { line: "pith build --target lock --update openssl", does: "Move one package in pith.lock, beside the spec." },
    { line: "pith build -t app:1", does: "Load the image into Docker, Podman or containerd." },
  ],
  async run(call) {
    const { words } = call;
    refuseUpdate(words);
    if (words.text("target") === "lock" && !words.has("output")) return renewLock(call, await readSpec(call));
    const given = requiredOutput(words);
    const compression = parseCompression(words.text("compression"));
    const read = await readSpec(call);
    // Nobody waits for an image that no engine would take.
    const output = given.kind === "engine" ? { ...given, engine: await findImageEngine() } : given;
    return buildImage(call, read, { output, compression });
  },
};

function refuseUpdate(words: CommandWords): void {
  if (!words.has("update") || words.text("target") === "lock") return;
  throw misuse("cannot update packages: --update is for --target lock", "add --target lock");
}

function requiredOutput(words: CommandWords): Exclude<BuildOutput, EngineOutput> | Omit<EngineOutput, "engine"> {
  const text = words.text("output");
  const reference = text === undefined ? undefined : parseRegistryName(text);
  if (text !== undefined && reference !== undefined) {
    return { kind: "registry", location: text.replace(/^registry:|^docker:\/\//u, ""), reference };
  }
  if (text !== undefined) return parseOutput(text);
  const name = words.text("tag");
  if (name !== undefined) return { kind: "engine", location: name };
  throw misuse(
    "cannot build: the image has neither a name nor a place",
    "name it for this machine's engine with -t app:1, or say where it goes, as with -o oci-archive:out.tar",
  );
}

function parseCompression(text = "gzip"): Compression {
  const known = compressions.find((one) => one === text);
  if (known !== undefined) return known;
  throw misuse(`cannot compress with ${JSON.stringify(text)}: Pith does not know it`, "use gzip, zstd or none");
}
