import { BuildError, type Diagnostic, type Span } from "../../diagnostics/diagnostic.ts";
import { renderHeadline } from "../../diagnostics/render.ts";
import { type SourceFile } from "../../formats/llb/graph.ts";
import { type LineRange, lineRangeOf } from "../../formats/llb/source-map.ts";
import { EngineError, type FrontendResult } from "../../frontend/engine.ts";
import type { BuildKitEngine } from "./engine.ts";
import { detailPrefix, sourceType, unimplementedCode, unknownCode } from "./errors.ts";
import type * as gateway from "./gateway.gen.ts";
import { snippetText } from "./snippet.ts";
import { explainFailure } from "./step-failure.ts";

/** More findings than this hide each other. */
const maxFindings = 100;

/** More snippets than this hide the message below them. */
const maxSnippets = 20;

/** A client prints every line from a snippet's first to its last. */
const maxGapLines = 4;

/**
 * Ends the build with an image, or with one for each platform. After it the program exits with 0 and closes nothing.
 */
export async function returnResult(engine: BuildKitEngine, result: FrontendResult): Promise<void> {
  const entries = [...result.refs].toSorted(([left], [right]) => (left < right ? -1 : 1));
  const metadata: Record<string, Uint8Array> = Object.fromEntries(result.metadata);
  metadata["refs.platforms"] = toJson({
    Platforms: entries.map(([id, { platform }]) => ({ ID: id, Platform: platform })),
  });
  const attestations = toAttestations(result);
  const [only] = entries;
  if (!result.multiPlatform && entries.length === 1 && only !== undefined) {
    metadata["containerimage.config"] = only[1].config;
    Object.assign(metadata, annotationKeys(result, ["annotation"]));
    await engine.client.call("Return", { result: { ref: { id: only[1].ref?.id ?? "" }, metadata, ...attestations } });
    return;
  }
  for (const [id, { config }] of entries) metadata[`containerimage.config/${id}`] = config;
  Object.assign(metadata, annotationKeys(result, ["annotation", "annotation-index"]));
  const refs = Object.fromEntries(entries.map(([id, { ref }]) => [id, { id: ref?.id ?? "" }]));
  await engine.client.call("Return", { result: { refs: { refs }, metadata, ...attestations } });
}

/** Annotations under the keys that exporters know. An image without an index must have none of an index. */
function annotationKeys(
  { annotations = {} }: FrontendResult,
  prefixes: readonly string[],
): Readonly<Record<string, Uint8Array>> {
  const encoder = new TextEncoder();
  return Object.fromEntries(
    Object.entries(annotations).flatMap(([key, text]) =>
      prefixes.map((prefix) => [`${prefix}.${key}`, encoder.encode(text)]),
    ),
  );
}

function toAttestations({ refs }: FrontendResult): Pick<gateway.ResultInit, "attestations"> {
  const own = [...refs].flatMap(([id, { attestations = [] }]) => {
    const attestation = attestations.map(({ predicateType, ref, path, reason }) => ({
      ref: { id: ref.id },
      path,
      inTotoPredicateType: predicateType,
      metadata: { reason: new TextEncoder().encode(reason) },
    }));
    return attestation.length === 0 ? [] : [[id, { attestation }] as const];
  });
  return own.length === 0 ? {} : { attestations: Object.fromEntries(own) };
}

/** Answers a subrequest: values, no image. */
export async function returnMetadata(engine: BuildKitEngine, metadata: ReadonlyMap<string, Uint8Array>): Promise<void> {
  await engine.client.call("Return", { result: { metadata: Object.fromEntries(metadata) } });
}

/** Tells the client that a subrequest is unknown, so that it can fall back. */
export async function returnUnknownRequest(engine: BuildKitEngine, name: string): Promise<void> {
  const detail = { type_url: `${detailPrefix}Subrequest+json`, value: toJson({ name }) };
  const message = `unsupported request ${name}`;
  await engine.client.call("Return", { error: { code: unimplementedCode, message, details: [detail] } });
}

/**
 * Ends the build with a failure. Findings (`BuildError`) are listed in the message and shown with their lines of the
 * spec; what the engine told (`EngineError`) goes back as it came. `sourceFiles` begins with the main spec.
 */
export async function returnError(
  engine: BuildKitEngine,
  error: unknown,
  sourceFiles: readonly SourceFile[],
): Promise<void> {
  await engine.client.call("Return", { error: toStatus(error, sourceFiles) });
}

/** The failure as google.rpc.Status. */
export function toStatus(error: unknown, sourceFiles: readonly SourceFile[]): gateway.StatusInit {
  if (error instanceof EngineError) {
    const details = error.details.map(({ typeUrl, value }) => ({ type_url: typeUrl, value }));
    const message = explainFailure(error, new Set(sourceFiles.map((file) => file.name)));
    return { code: error.code, message, details: withSource(details, sourceFiles) };
  }
  if (error instanceof BuildError) {
    const errors = inReadingOrder(error.diagnostics, sourceFiles);
    const spans = errors.flatMap((found) => found.span ?? []);
    return {
      code: unknownCode,
      message: listFindings(errors),
      details: withSource(toSnippets(spans, sourceFiles), sourceFiles),
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: unknownCode, message, details: withSource([], sourceFiles) };
}

/** The errors as the files have their lines; those without a place come first. */
function inReadingOrder(diagnostics: readonly Diagnostic[], sourceFiles: readonly SourceFile[]): readonly Diagnostic[] {
  const fileOf = ({ span }: Diagnostic): number => sourceFiles.findIndex((file) => file.name === span?.file);
  const lineOf = ({ span }: Diagnostic): number => span?.start.line ?? 0;
  return diagnostics
    .filter((found) => found.severity === "error")
    .toSorted((left, right) => fileOf(left) - fileOf(right) || lineOf(left) - lineOf(right));
}

function listFindings(errors: readonly Diagnostic[]): string {
  const rest = errors.length - maxFindings;
  const more = rest > 0 ? [`and ${String(rest)} more`] : [];
  return [...errors.slice(0, maxFindings).map(renderFinding), ...more].join("\n");
}

function renderFinding(found: Diagnostic): string {
  const location = found.span === undefined ? "" : `${found.span.file}:${found.span.start.line}: `;
  return `${location}${renderHeadline(found)}${found.hint === undefined ? "" : `\n  hint: ${found.hint}`}`;
}

/** Snippets in the order of files and lines; lines that lie close together share one. */
function toSnippets(spans: readonly Span[], sourceFiles: readonly SourceFile[]): readonly gateway.AnyInit[] {
  const details = sourceFiles.flatMap((file) => {
    const ranges = spans.filter((span) => span.file === file.name).map(lineRangeOf);
    return groupRanges(ranges).map((group) => sourceDetail(file, group));
  });
  // The daemon turns the order round when it passes details on.
  return details.slice(0, maxSnippets).toReversed();
}

function groupRanges(ranges: readonly LineRange[]): readonly (readonly LineRange[])[] {
  const groups: LineRange[][] = [];
  let lastLine = Number.NEGATIVE_INFINITY;
  for (const range of ranges.toSorted((left, right) => left.start.line - right.start.line)) {
    const group = range.start.line - lastLine <= maxGapLines ? groups.at(-1) : undefined;
    if (group === undefined) groups.push([range]);
    else group.push(range);
    lastLine = Math.max(lastLine, range.end.line);
  }
  return groups;
}

/**
 * Without any source detail the Dockerfile frontend would blame the `# syntax=` line; one without lines prints nothing.
 */
function withSource(
  details: readonly gateway.AnyInit[],
  sourceFiles: readonly SourceFile[],
): readonly gateway.AnyInit[] {
  if (details.some((detail) => detail.type_url === sourceType)) return details;
  return [...details, sourceDetail(sourceFiles[0] ?? { name: "", bytes: new Uint8Array() }, [])];
}

function sourceDetail(file: SourceFile, ranges: readonly LineRange[]): gateway.AnyInit {
  const info = {
    filename: file.name,
    data: Buffer.from(snippetText(file.bytes, ranges)).toString("base64"),
    language: "YAML",
  };
  return { type_url: sourceType, value: toJson({ info, ranges }) };
}

function toJson(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
