import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { z } from "zod";
import { temporaryName } from "../adapters/images/temporary.ts";
import type { ImageOutput } from "../adapters/images/write-image.ts";
import type { Compression } from "../adapters/layers/decompress.ts";
import { BuildError } from "../diagnostics/diagnostic.ts";
import { formatPlatform } from "../plan/platforms.ts";
import type { ReadSpec } from "./assembly.ts";
import type { Call } from "./command.ts";
import { type EngineClient, findEngine, removeNameless } from "./engine-client.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { type ImageEngine, loadArchive } from "./image-engine.ts";

/** The store of this machine's engine, where an image has its name. */
export interface EngineOutput {
  readonly kind: "engine";
  readonly location: string;
  readonly engine: ImageEngine;
}

export interface HandingOver {
  readonly output: ImageOutput | EngineOutput;
  readonly compression: Compression;
  /** The error where no engine answers. */
  readonly otherwise: BuildError;
  /** Another target than the call's, whose image has no name and does not stay in the engine. */
  readonly target?: string;
}

/**
 * Gives a build to `docker buildx build`, which runs the builders' steps with the frontend of the spec's first line.
 * The output is complete or what it was before. Throws `otherwise` where no BuildKit answers, or the spec names no
 * frontend.
 */
export async function handOver(
  call: Call,
  read: ReadSpec,
  { output, compression, otherwise, target }: HandingOver,
): Promise<ExitCode> {
  const { terminal, hostFolder, words } = call;
  const syntax = call.words.texts("build-arg").some((text) => text.startsWith("BUILDKIT_SYNTAX="));
  if (!syntax && !namesFrontend(read))
    throw withHint(otherwise, "name the frontend in the spec's first line, as # syntax=REGISTRY/pith:1");
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "pith-"));
  const hostPath = path.resolve(...(output.kind === "engine" ? [scratch, "image.tar"] : [hostFolder, output.location]));
  const temporary = temporaryName(hostPath);
  try {
    const { client, why } = await findEngine(scratch);
    if (client === undefined) throw why === undefined ? otherwise : withHint(otherwise, `${why}: start it`);
    const [found] = otherwise.diagnostics;
    terminal.say(`${found?.message ?? "an engine is needed"}; handing the build over to ${client.name}`);
    if (output.kind !== "engine") refuseFull(output, hostPath);
    const idFile = path.join(scratch, "id");
    const building = [
      "buildx",
      "build",
      ...client.options,
      ...buildArguments(call, read, {
        hostPath: specPath(call, read, scratch),
        name: target === undefined ? imageName(call, output) : undefined,
        target: target ?? words.text("target"),
      }),
      ...outputArguments({ kind: output.kind, location: temporary }, { compression, idFile, client }),
      read.contextFolder,
    ];
    if ((await docker(call, building, client)) !== 0) return exitCodes.failed;
    if (output.kind === "engine") {
      if (!client.keepsImages) await loadArchive(call, output.engine, temporary);
      if (terminal.isJson) terminal.print(summarise(output, client));
      else terminal.say(`loaded ${output.location}`);
      return exitCodes.fine;
    }
    if (output.kind === "docker-archive" && client.keepsImages) {
      const id = fs.readFileSync(idFile, "utf8").trim();
      const name = target === undefined ? (words.text("tag") ?? id) : id;
      if ((await docker(call, ["save", "--output", temporary, name], client)) !== 0) return exitCodes.failed;
      if (target !== undefined) await removeNameless("docker", id);
    }
    const tag = words.text("tag");
    if (output.kind === "oci" && tag !== undefined) nameImage(path.join(temporary, "index.json"), tag);
    fs.renameSync(temporary, hostPath);
    if (terminal.isJson) terminal.print(summarise(output, client));
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
    fs.rmSync(temporary, { recursive: true, force: true });
  }
  terminal.say(`wrote ${output.kind}:${output.location}`);
  return exitCodes.fine;
}

/** The output of `--json`: what an engine made, it does not say. */
function summarise({ kind, location }: ImageOutput | EngineOutput, { name }: EngineClient): string {
  return `${JSON.stringify({ output: { kind, location }, builtBy: name }, undefined, 2)}\n`;
}

const indexSchema = z.looseObject({
  manifests: z.array(z.looseObject({ annotations: z.record(z.string(), z.string()).default({}) })),
});

/**
 * Calls the image of a layout by its whole name, as `pith build` does by itself; BuildKit writes the part after the
 * colon alone.
 */
function nameImage(indexFile: string, tag: string): void {
  const index = indexSchema.parse(JSON.parse(fs.readFileSync(indexFile, "utf8")));
  const manifests = index.manifests.map((one) => ({
    ...one,
    annotations: { ...one.annotations, "org.opencontainers.image.ref.name": tag },
  }));
  fs.writeFileSync(indexFile, JSON.stringify({ ...index, manifests }));
}

/** Docker writes to a temporary path first: it cannot replace a directory that holds something. */
function refuseFull({ kind, location }: ImageOutput, hostPath: string): void {
  const isDirectory = fs.statSync(hostPath, { throwIfNoEntry: false })?.isDirectory() === true;
  const isFolderKind = kind === "oci" || kind === "dir";
  if (!isDirectory || (isFolderKind && fs.readdirSync(hostPath).length === 0)) return;
  const hint = isFolderKind ? "give a directory that is empty or not there" : "give the path of a file";
  const message = `cannot write ${location}: it is ${isFolderKind ? "not empty" : "a directory"}`;
  throw new BuildError([{ severity: "error", code: "OUTPUT_INVALID", message, hint }]);
}

/** True when the first lines of the spec have the directive that BuildKit reads. */
function namesFrontend({ parsed }: ReadSpec): boolean {
  const [spec] = parsed.files;
  const text = Buffer.from(spec?.bytes.subarray(0, 4096) ?? []).toString("utf8");
  return /^(?:#[^\n]*\n)*#\s*syntax\s*=\s*\S/u.test(text);
}

function withHint({ diagnostics }: BuildError, hint: string): BuildError {
  return new BuildError(diagnostics.map((found) => ({ ...found, hint: `${found.hint ?? ""}; for that, ${hint}` })));
}

/** The spec as a file: a spec without one is written where nothing of it stays. */
function specPath({ hostFolder }: Call, { file, parsed }: ReadSpec, scratch: string): string {
  const hostPath = path.resolve(hostFolder, file);
  if (fs.existsSync(hostPath)) return hostPath;
  const written = path.join(scratch, "pith.yaml");
  fs.writeFileSync(written, parsed.files[0]?.bytes ?? "");
  return written;
}

/** The name in an engine is the place; other outputs have one beside it. */
export function imageName({ words }: Call, { kind, location }: { kind: string; location: string }): string | undefined {
  return kind === "engine" ? location : words.text("tag");
}

/** The options of a call under the names that buildx has for them. */
function buildArguments(
  { words, terminal }: Call,
  { options }: ReadSpec,
  {
    hostPath,
    name: tag,
    target,
  }: { readonly hostPath: string; readonly name: string | undefined; readonly target: string | undefined },
): readonly string[] {
  const updated = words.texts("update");
  return [
    "--file",
    hostPath,
    ...(terminal.isQuiet ? ["--quiet"] : []),
    ...(words.has("sbom") ? ["--sbom=true"] : []),
    ...(words.has("platform") ? ["--platform", options.platforms.map(formatPlatform).join(",")] : []),
    ...(target === undefined ? [] : ["--target", target]),
    ...(tag === undefined ? [] : ["--tag", tag]),
    ...(updated.length === 0 ? [] : ["--build-arg", `LOCK_UPDATE=${updated.join(",")}`]),
    ...(["build-arg", "label", "build-context"] as const).flatMap((name) =>
      words.texts(name).flatMap((text) => [`--${name}`, text]),
    ),
  ];
}

function outputArguments(
  { kind, location }: Pick<ImageOutput | EngineOutput, "kind" | "location">,
  {
    compression,
    idFile,
    client,
  }: { readonly compression: Compression; readonly idFile: string; readonly client: EngineClient },
): readonly string[] {
  const compressed = `compression=${compression === "none" ? "uncompressed" : compression}`;
  const isForDocker = kind === "docker-archive" || kind === "engine";
  if (isForDocker && client.keepsImages) return ["--load", "--iidfile", idFile];
  if (isForDocker) return [`--output=type=docker,dest=${location}`];
  if (kind === "dir") return [`--output=type=local,dest=${location}`];
  if (kind === "tar") return [`--output=type=tar,dest=${location}`];
  return [`--output=type=oci,dest=${location}${kind === "oci" ? ",tar=false" : ""},${compressed}`];
}

/** Runs Docker and shows what it says; its own progress where a person sees it. */
async function docker(
  { terminal, signal }: Call,
  args: readonly string[],
  { env }: Pick<EngineClient, "env">,
): Promise<number> {
  terminal.detail(`docker ${args.join(" ")}`);
  return new Promise((resolve, reject) => {
    const isSeen = terminal.isTerminal && !terminal.isQuiet;
    const child = spawn("docker", [...args], {
      stdio: ["ignore", "ignore", isSeen ? "inherit" : "pipe"],
      env: { ...process.env, ...env },
    });
    child.stderr?.on("data", (chunk: Buffer) => terminal.pass(chunk.toString()));
    const stop = (): void => void child.kill("SIGINT");
    signal.addEventListener("abort", stop);
    child.on("error", reject);
    child.on("close", (code) => {
      signal.removeEventListener("abort", stop);
      if (signal.aborted) reject(signal.reason instanceof Error ? signal.reason : new Error("interrupted"));
      else resolve(code ?? 1);
    });
  });
}
