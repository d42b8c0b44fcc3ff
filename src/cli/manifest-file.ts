import fs from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { BuildError } from "../diagnostics/diagnostic.ts";
import type { PrintedManifest } from "../inspect/manifest/printed-manifest.ts";
import type { Call } from "./command.ts";

const count = z.number();
const strings = z.array(z.string());

const reasonSchema = z.looseObject({
  from: z.string(),
  why: z.string(),
  evidence: z.enum(["proved", "declared", "rule", "string", "user"]),
  key: z.string().exactOptional(),
  isDefault: z.literal(true).exactOptional(),
});

const entrySchema = z.looseObject({
  path: z.string(),
  kind: z.enum(["file", "directory", "link"]),
  mode: z.string(),
  owner: z.string(),
  size: z.number().exactOptional(),
  sha256: z.string().exactOptional(),
  target: z.string().exactOptional(),
  hardLinkTo: z.string().exactOptional(),
  layer: z.string(),
  package: z.string().exactOptional(),
  origin: z.string().exactOptional(),
  reasons: z.array(reasonSchema),
});

const manifestSchema: z.ZodType<PrintedManifest> = z.looseObject({
  version: z.literal(1),
  architecture: z.string(),
  epochSeconds: z.number(),
  figures: z.looseObject({
    files: count,
    bytes: count,
    bytecodeFiles: count,
    bytecodeBytes: count,
    executables: count,
    unpackagedFiles: count,
    packages: count,
    builderPackages: count,
    builderFiles: count,
    builderBytes: count,
  }),
  config: z.looseObject({
    entrypoint: strings,
    cmd: strings,
    path: z.string(),
    env: z.record(z.string(), z.string()),
    user: z.string(),
  }),
  packages: strings,
  layers: z.array(z.looseObject({ name: z.string(), files: count, bytes: count })),
  entries: z.array(entrySchema),
});

/** Parses the text of a manifest; undefined when it is none. */
export function parsePrintedManifest(text: string): PrintedManifest | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = manifestSchema.safeParse(json);
  return parsed.success ? parsed.data : undefined;
}

/** Reads a file that `--target manifest` made. Throws MANIFEST_INVALID. */
export async function readManifestFile({ hostFolder }: Call, file: string): Promise<PrintedManifest> {
  const text = await readText(path.resolve(hostFolder, file));
  const manifest = text === undefined ? undefined : parsePrintedManifest(text);
  if (manifest !== undefined) return manifest;
  throw new BuildError([
    {
      severity: "error",
      code: "MANIFEST_INVALID",
      message: `cannot read ${file}: ${text === undefined ? "there is no such file" : "it is no manifest of Pith"}`,
      hint: "make one with docker build --target manifest -o .",
    },
  ]);
}

async function readText(hostPath: string): Promise<string | undefined> {
  try {
    return await fs.readFile(hostPath, "utf8");
  } catch (failure) {
    const code = failure instanceof Error && "code" in failure ? failure.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return undefined;
    throw failure;
  }
}
