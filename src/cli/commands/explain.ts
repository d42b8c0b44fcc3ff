import { answerPath, explainAll, explainPath } from "../../closure/explain/explain.ts";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { readManifestFile } from "../manifest-file.ts";

/** `pith explain`: why a path is in an image, or not. */
export const explain: Command = {
  name: "explain",
  summary: "Say why a path is in an image, or not",
  description: `Prints the chain from the line of the spec to the path, as sentences. A pattern ("/usr/lib/**") explains what it
matches; without a path everything is listed, by the line that brings it. It exits with 1 when a path is not in the image.

The manifest comes from "docker build --target manifest". Of a path that is not in, the manifest knows what is near it;
"docker build --target explain --build-arg EXPLAIN=PATH" looks into the builder too.`,
  operands: { usage: "[PATH...]", least: 0, most: 100 },
  options: [{ name: "manifest", short: "m", value: "FILE", description: "The manifest. Default: manifest.json." }],
  examples: [
    {
      line: "docker build -f pith.yaml --target manifest -o . . && pith explain /lib/x86_64-linux-gnu/libz.so.1",
      does: "Why is this library in my image?",
    },
    { line: "pith explain -m build/manifest.json '/usr/share/**'", does: "What is there, and why?" },
    { line: "pith explain --json /bin/sh", does: "The same for programs." },
  ],
  async run(call) {
    const { words, terminal } = call;
    const manifest = await readManifestFile(call, words.text("manifest") ?? "manifest.json");
    const paths = words.operands;
    if (paths.length === 0) {
      terminal.print(terminal.isJson ? `${JSON.stringify(manifest.entries, undefined, 2)}\n` : explainAll(manifest));
      return exitCodes.fine;
    }
    const answers = paths.map((path) => answerPath(manifest, path));
    if (terminal.isJson) terminal.print(`${JSON.stringify(answers, undefined, 2)}\n`);
    else terminal.print(paths.map((path) => explainPath(manifest, path)).join("\n"));
    return answers.every((answer) => answer.isIn) ? exitCodes.fine : exitCodes.failed;
  },
};
