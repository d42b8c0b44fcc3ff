import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { output } from "../../scripts/lib/command.ts";
import type { Command } from "./box.ts";

/** The image of an OCI layout: its files, unpacked, and what it runs. */
export interface UnpackedImage {
  readonly root: string;
  readonly command: Command;
  readonly entrypointLength: number;
  /** Directories that it says are volumes. */
  readonly volumes: readonly string[];
  /** Bytes of its layers. */
  readonly layerBytes: number;
}

const descriptor = z.looseObject({ digest: z.string() });
const indexSchema = z.looseObject({ manifests: z.array(descriptor) });
const layer = descriptor.extend({ size: z.number() });
const manifestSchema = z.looseObject({ config: descriptor, layers: z.array(layer) });
const configSchema = z.looseObject({
  config: z
    .looseObject({
      Entrypoint: z.array(z.string()).nullish(),
      Cmd: z.array(z.string()).nullish(),
      Env: z.array(z.string()).nullish(),
      WorkingDir: z.string().nullish(),
      User: z.string().nullish(),
      Volumes: z.record(z.string(), z.unknown()).nullish(),
    })
    .default({}),
});

/** Unpacks the only image of a layout, whose layers are not compressed. */
export async function unpackImage(layout: string, root: string): Promise<UnpackedImage> {
  const index = indexSchema.parse(readJson(join(layout, "index.json")));
  const manifest = manifestSchema.parse(readJson(blob(layout, index.manifests[0]?.digest)));
  const { config } = configSchema.parse(readJson(blob(layout, manifest.config.digest)));
  mkdirSync(root, { recursive: true });
  for (const { digest } of manifest.layers) {
    const options = ["--numeric-owner", "--preserve-permissions", "--same-owner", "--xattrs", "--xattrs-include=*"];
    await output("tar", ["-x", ...options, "-f", blob(layout, digest), "-C", root]);
  }
  const entrypoint = config.Entrypoint ?? [];
  const env = Object.fromEntries(
    (config.Env ?? []).map((text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)]),
  );
  return {
    root,
    command: {
      argv: [...entrypoint, ...(config.Cmd ?? [])],
      env,
      workdir: textOr(config.WorkingDir, "/"),
      user: textOr(config.User, "0"),
    },
    entrypointLength: entrypoint.length,
    volumes: Object.keys(config.Volumes ?? {}),
    layerBytes: manifest.layers.reduce((sum, { size }) => sum + size, 0),
  };
}

function textOr(text: string | null | undefined, otherwise: string): string {
  return text === undefined || text === null || text === "" ? otherwise : text;
}

function blob(layout: string, digest: string | undefined): string {
  return join(layout, "blobs", (digest ?? "").replace(":", "/"));
}

function readJson(hostPath: string): unknown {
  return JSON.parse(readFileSync(hostPath, "utf8"));
}
