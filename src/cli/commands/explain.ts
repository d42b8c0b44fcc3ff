import { BuildError } from "../../diagnostics/diagnostic.ts";
import { quote } from "../../diagnostics/escape.ts";
import { answerPath, explainAll, explainPath } from "../../inspect/explain/explain.ts";
import type { ExplainedImage } from "../../inspect/manifest/printed-manifest.ts";
import type { Call, Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { readImageReasons } from "../image-reasons.ts";
import { readManifestFile } from "../manifest-file.ts";
import { isImageWord, openImage } from "../open-image.ts";
import { registryOptions } from "../registry-options.ts";

/** `pith explain`: why a path is in an image, or not. */
export const explain: Command = {
  name: "explain",
  summary: "Say why a path is in an image, or not",
  description: `Prints the chain from the line of the spec to the path, as sentences. A pattern ("/usr/lib/**") explains what it
matches; without a path everything is listed, by the line that brings it. It exits with 1 when a path is not in the image.

With an IMAGE the reasons are those that lie beside it as an attestation (docker buildx build --sbom=true, or
"metadata: {reasons: attestation}" in the spec), or in it as a file: no source is needed. An IMAGE is an OCI layout, an
archive of either kind, a name with its registry (localhost:5000/app:1), or the name of an image that the Docker engine has; to
say which, write oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:TAG], registry:NAME or docker-daemon:NAME.

Without one they come from the manifest of "docker build --target manifest". Of a path that is not in, both know what is near
it; "docker build --target explain --build-arg EXPLAIN=PATH" looks into the builder too.`,
  operands: { usage: "[IMAGE] [/PATH...]", least: 0, most: 100 },
  completes: "paths",
  options: [
    { name: "manifest", short: "m", value: "FILE", description: "The manifest. Default: manifest.json." },
    { name: "platform", value: "OS/ARCH", description: "Of an image for several. Default: linux on this machine's." },
    ...registryOptions,
  ],
  examples: [
    {
      line: "docker build -f pith.yaml --target manifest -o . . && pith explain /lib/x86_64-linux-gnu/libz.so.1",
      does: "Why is this library in my image?",
    },
    {
      line: "pith explain image.tar /usr/lib/x86_64-linux-gnu/libz.so.1",
      does: "The same of an image, without its source.",
    },
    { line: "pith explain localhost:5000/app:1 /bin/sh", does: "And of one that was pushed." },
    { line: "pith explain -m build/manifest.json '/usr/share/**'", does: "What is there, and why?" },
    { line: "pith explain --json /bin/sh", does: "The same for programs." },
  ],
  async run(call) {
    const { words, terminal } = call;
    const [first, ...rest] = words.operands;
    const hasImage = first !== undefined && words.text("manifest") === undefined && isImageWord(first, rest, call);
    const image = hasImage
      ? await readImage(call, first)
      : await readManifestFile(call, words.text("manifest") ?? "manifest.json");
    const paths = hasImage ? rest : words.operands;
    if (paths.length === 0) {
      terminal.print(terminal.isJson ? `${JSON.stringify(image.entries, undefined, 2)}\n` : explainAll(image));
      return exitCodes.fine;
    }
    const answers = paths.map((path) => answerPath(image, path));
    if (terminal.isJson) terminal.print(`${JSON.stringify(answers, undefined, 2)}\n`);
    else terminal.print(paths.map((path) => explainPath(image, path)).join("\n"));
    return answers.every((answer) => answer.isIn) ? exitCodes.fine : exitCodes.failed;
  },
};

async function readImage(call: Call, text: string): Promise<ExplainedImage> {
  const tree = await openImage(call, text);
  try {
    const entries = await readImageReasons(tree);
    if (entries !== undefined) return { entries };
    throw new BuildError([
      {
        severity: "error",
        code: "REASONS_MISSING",
        message: `cannot explain the image ${quote(text)}: no reasons lie beside it or in it`,
        hint: "build it with --sbom=true on a store that keeps attestations, or with `metadata: {reasons: file}`",
      },
    ]);
  } finally {
    tree.close();
  }
}
