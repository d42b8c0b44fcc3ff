import path from "node:path";
import { BuildError } from "../diagnostics/diagnostic.ts";
import { emptySettings, type ImageSettings, parseImageConfig } from "../formats/oci/image-config.ts";
import { loadedName } from "../formats/oci/reference.ts";
import { assemblyOptions, type ReadSpec } from "./assembly.ts";
import type { Call, OptionSpec } from "./command.ts";
import { hardenedOptions, publishedPorts, runContainer } from "./container-run.ts";
import { askClient } from "./engine-client.ts";
import type { ImageEngine } from "./image-engine.ts";

/** Options of the commands that build an image and run it. */
export const runImageOptions: readonly OptionSpec[] = [
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
];

/** An image that the engine has, and the container that is to run it. */
export interface BuiltImage {
  readonly read: ReadSpec;
  readonly engine: ImageEngine;
  readonly image: string;
  readonly container: string;
  /** Seconds that a program has to end after its stop signal. Default: the engine's. */
  readonly graceSeconds?: number;
  /** Ends the program at once, without any more patience. */
  readonly haste?: AbortSignal;
  /** Awaited when the container is made, before its program starts: the end of one that has its ports. */
  readonly after?: Promise<void> | undefined;
  /** True: the caller takes the ended container away. */
  readonly stays?: boolean;
  /** The options that publish the ports. Default: `portOptions`, which looks for free ones. */
  readonly publish?: typeof portOptions;
}

/** Runs an image with the least rights until it ends; undefined where the call is aborted. Throws ENGINE_REFUSED. */
export async function runImage(call: Call, built: BuiltImage): Promise<number | undefined> {
  const { engine, image, container, graceSeconds, haste, after, stays = false } = built;
  const options = await runOptions(call, built);
  call.terminal.say([engine.client, "run", "--rm", ...options, image, ...call.words.passed].join(" "));
  const grace = { ...(graceSeconds === undefined ? {} : { graceSeconds }), ...(haste === undefined ? {} : { haste }) };
  return runContainer(call, engine, { image, container, args: call.words.passed, options, after, stays, ...grace });
}

/** The name of the image that a call runs: its own, or the folder's. */
export function imageToRun({ words }: Call, { contextFolder }: ReadSpec): string {
  const given = words.text("tag");
  if (given !== undefined) return given;
  const name = path
    .basename(contextFolder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, "-")
    .replaceAll(/^-|-$/gu, "");
  return `${loadedName(name) === undefined ? "app" : name}:run`;
}

async function runOptions(
  { words }: Call,
  { read, engine, image, publish = portOptions }: BuiltImage,
): Promise<readonly string[]> {
  const settings = await settingsOf(engine, image);
  return [
    ...hardenedOptions(read.spec, settings),
    ...(await publish({ words }, settings)),
    ...words.texts("env").flatMap((text) => ["--env", text]),
    ...words.texts("volume").flatMap((text) => ["--volume", text]),
  ];
}

/** Options that publish the ports that a call names, or else those of the image. */
export async function portOptions(
  { words }: Pick<Call, "words">,
  settings: Pick<ImageSettings, "ports">,
): Promise<readonly string[]> {
  const given = words.texts("publish").flatMap((ports) => ["--publish", ports]);
  return given.length === 0 ? publishedPorts(settings) : given;
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
