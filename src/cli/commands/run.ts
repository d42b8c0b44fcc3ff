import process from "node:process";
import { readSpec } from "../assembly.ts";
import { buildImage } from "../build-image.ts";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { findImageEngine } from "../image-engine.ts";
import { imageToRun, runImage, runImageOptions } from "../run-image.ts";
import { misuse } from "../words.ts";

/** `pith run`: builds an image, loads it, and runs it with the least rights that it needs. */
export const run: Command = {
  name: "run",
  summary: "Build an image and run it with the least rights",
  description: `Builds as pith build does, loads the image into the engine that answers first (Docker, Podman or containerd), and runs it: no
new privileges, and unless it runs as root no capability and a read-only root. Ports that the spec exposes are published on
127.0.0.1, each under its own number where that is free. The output is the program's. Ctrl-C stops it as the image says, and
nothing of the container stays; the image does. Words after -- take the place of the image's command.

The exit code is 1 where the program ends with another than 0.`,
  operands: { usage: "[CONTEXT]", least: 0, most: 1 },
  passes: "[-- ARGUMENT...]",
  options: runImageOptions,
  examples: [
    { line: "pith run", does: "Build and run the application of this folder." },
    { line: "pith run -e LOG=debug -p 8080:8000 app -- --workers 1", does: "With settings of your own." },
  ],
  async run(call) {
    const { terminal, signal } = call;
    const read = await readSpec(call);
    if (read.options.platforms.length > 1) {
      throw misuse("cannot run several platforms at once: this machine is of one", "name one with --platform");
    }
    const engine = await findImageEngine();
    const image = imageToRun(call, read);
    const built = await buildImage(call, read, {
      output: { kind: "engine", location: image, engine },
      compression: "none",
    });
    if (built !== exitCodes.fine) return built;
    signal.throwIfAborted();
    const container = `pith-${String(process.pid)}`;
    const code = await runImage(call, { read, engine, image, container });
    if (code === undefined) return exitCodes.interrupted;
    if (code !== 0) terminal.say(`the program ended with ${String(code)}`);
    return code === 0 ? exitCodes.fine : exitCodes.failed;
  },
};
