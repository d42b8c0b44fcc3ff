import path from "node:path";
import process from "node:process";
import { BuildError } from "../../diagnostics/diagnostic.ts";
import { emptySettings, type ImageSettings, parseImageConfig } from "../../formats/oci/image-config.ts";
import { loadedName } from "../../formats/oci/reference.ts";
import { assemblyOptions, type ReadSpec, readSpec } from "../assembly.ts";
import { buildImage } from "../build-image.ts";
import type { Call, Command } from "../command.ts";
import { hardenedOptions, publishedPorts, runContainer } from "../container-run.ts";
import { askClient } from "../engine-client.ts";
import { exitCodes } from "../exit-codes.ts";
import { findImageEngine, type ImageEngine } from "../image-engine.ts";
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
  options: [
    ...assemblyOptions,
    {
      name: "tag",
      short: "t",
      value: "NAME",
      description: "The image's name. Default: that of the folder, with :run.",
    },
    {
      name: "publish",
      short: "p",
      value: "PORTS",
      isRepeatable: true,
      description: "As docker run -p, for your own choice.",
    },
    { name: "env", short: "e", value: "NAME=VALUE", isRepeatable: true, description: "Set a variable of the program." },
    {
      name: "volume",
      value: "FROM:TO",
      isRepeatable: true,
      description: "Mount a folder or a volume, as docker run -v.",
    },
  ],
  examples: [
    { line: "pith run", does: "Build and run the application of this folder." },
    { line: "pith run -e LOG=debug -p 8080:8000 app -- --workers 1", does: "With settings of your own." },
  ],
  async run(call) {
    const { words, terminal, signal } = call;
    const read = await readSpec(call);
    if (read.options.platforms.length > 1) {
      throw misuse("cannot run several platforms at once: this machine is of one", "name one with --platform");
    }
    const engine = await findImageEngine();
    const image = words.text("tag") ?? defaultName(read);
    const built = await buildImage(call, read, {
      output: { kind: "engine", location: image, engine },
      compression: "none",
    });
    if (built !== exitCodes.fine) return built;
    signal.throwIfAborted();
    const options = await runOptions(call, read, await settingsOf(engine, image));
    const container = `pith-${String(process.pid)}`;
    terminal.say([engine.client, "run", "--rm", ...options, image, ...words.passed].join(" "));
    const code = await runContainer(call, engine, { image, container, args: words.passed, options });
    if (code === undefined) return exitCodes.interrupted;
    if (code !== 0) terminal.say(`the program ended with ${String(code)}`);
    return code === 0 ? exitCodes.fine : exitCodes.failed;
  },
};

async function runOptions({ words }: Call, { spec }: ReadSpec, settings: ImageSettings): Promise<readonly string[]> {
  const published = words.texts("publish").flatMap((ports) => ["--publish", ports]);
  return [
    ...hardenedOptions(spec, settings),
    ...(published.length === 0 ? await publishedPorts(settings) : published),
    ...words.texts("env").flatMap((text) => ["--env", text]),
    ...words.texts("volume").flatMap((text) => ["--volume", text]),
  ];
}

/** The folder's name as that of an image. */
function defaultName({ contextFolder }: ReadSpec): string {
  const name = path
    .basename(contextFolder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, "-")
    .replaceAll(/^-|-$/gu, "");
  return `${loadedName(name) === undefined ? "app" : name}:run`;
}

/** The settings of the image as the engine has it. Throws ENGINE_REFUSED. */
async function settingsOf({ client }: ImageEngine, image: string): Promise<ImageSettings> {
  const text = await askClient(client, ["image", "inspect", "--format", "{{json .Config}}", image]);
  if (text !== undefined) return parseImageConfig(Buffer.from(`{"config":${text}}`)) ?? emptySettings;
  throw new BuildError([
    {
      severity: "error",
      code: "ENGINE_REFUSED",
      message: `cannot run ${image}: ${client} does not know it after the build`,
      hint: `see what ${client} image inspect ${image} says`,
    },
  ]);
}
