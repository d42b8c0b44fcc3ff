import { z } from "zod";
import { evidenceOrder } from "../../closure/model/graph.ts";
import type { Checked } from "../../diagnostics/diagnostic.ts";
import { invalidManifest } from "./manifest-head.ts";
import { type PrintedManifest, readKind } from "./printed-manifest.ts";

const count = z.number();
const strings = z.array(z.string());

const reasonSchema = z.looseObject({
  from: z.string(),
  why: z.string(),
  evidence: z.enum(evidenceOrder),
  key: z.string().exactOptional(),
  isDefault: z.literal(true).exactOptional(),
});

const entrySchema = z.looseObject({
  path: z.string(),
  kind: z.enum(["file", "directory", "symlink", "link"]).transform(readKind),
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

/**
 * Reads what `--target manifest` made. MANIFEST_INVALID names the file and the first field that is missing or wrong.
 */
export function readPrintedManifest(text: string, file: string): Checked<PrintedManifest> {
  const json = parseJson(text);
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return { value: parsed.data, diagnostics: [] };
  return { value: undefined, diagnostics: [invalidManifest(`cannot read ${file}: ${describe(json, parsed.error)}`)] };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describe(json: unknown, { issues: [issue] }: z.ZodError): string {
  const isManifest = typeof json === "object" && json !== null && "version" in json && json.version === 1;
  if (!isManifest || issue === undefined) return "not a manifest of Pith";
  const field = issue.path.map((key) => (typeof key === "number" ? `[${String(key)}]` : `.${String(key)}`)).join("");
  return `${field.replace(/^\./u, "")} ${valueAt(json, issue.path) === undefined ? "is missing" : "is not what a manifest has there"}`;
}

function valueAt(json: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined,
    json,
  );
}
