import type { Diagnostic, Span } from "../diagnostics/diagnostic.ts";
import { quote } from "../diagnostics/escape.ts";
import { composeTree } from "./compose.ts";
import { type DetectSpec, leavesToDetection, putOnDetected } from "./detected.ts";
import { errorAt } from "./finding.ts";
import { guardText } from "./guard.ts";
import { mergeMaps } from "./merge.ts";
import { type MapNode, nodeAt, spanOf } from "./node.ts";
import type { SourceFile } from "./source.ts";

/** How many files one spec may be made of. */
export const maxFiles: number = 64;

export interface IncludeInput {
  readonly file: string;
  readonly bytes: Uint8Array;
  readInclude(path: string): Promise<Uint8Array | undefined>;
  /** Undefined: a spec has to say all itself. */
  readonly detect?: DetectSpec;
}

export interface LoadedTree {
  /** All files merged, `include` removed; undefined when the spec file itself cannot be read. */
  readonly tree: MapNode | undefined;
  /** The spec file alone, for places. */
  readonly files: readonly SourceFile[];
  readonly diagnostics: readonly Diagnostic[];
  /** True where the spec says nothing, and the last of the files is all of it. */
  readonly isDetected: boolean;
}

/**
 * Reads a spec and what it includes. An including file overrides its includes, a later include an earlier one. A file
 * counts once, where it is reached first. INCLUDE_MISSING, INCLUDE_CYCLE, SPEC_PATH, SPEC_TOO_LARGE and what one file
 * can have.
 */
export async function loadTree(input: IncludeInput): Promise<LoadedTree> {
  const loading: Loading = { readInclude: (path) => input.readInclude(path), files: [], diagnostics: [] };
  const file = cleanName(input.file);
  const mayBeEmpty = input.detect !== undefined;
  const own = await loadFile(loading, { name: input.file, path: file, bytes: input.bytes, mayBeEmpty }, []);
  const { files, diagnostics } = loading;
  if (own === undefined || input.detect === undefined || !leavesToDetection(own)) {
    return { tree: own, files, diagnostics, isDetected: false };
  }
  const detected = await putOnDetected(own, input.file, input.detect);
  return {
    tree: detected.tree,
    files: detected.file === undefined ? files : [...files, detected.file],
    diagnostics: [...diagnostics, ...detected.diagnostics],
    isDetected: own.entries.size === 0,
  };
}

interface Loading {
  readonly files: SourceFile[];
  readonly diagnostics: Diagnostic[];
  readInclude(path: string): Promise<Uint8Array | undefined>;
}

interface OpenFile {
  readonly name: string;
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly mayBeEmpty?: boolean;
}

async function loadFile(loading: Loading, file: OpenFile, chain: readonly string[]): Promise<MapNode | undefined> {
  loading.files.push({ name: file.name, bytes: file.bytes });
  const guarded = guardText(file.name, file.bytes);
  loading.diagnostics.push(...guarded.diagnostics);
  if (guarded.value === undefined) return undefined;
  const composed = composeTree(file.name, guarded.value, { mayBeEmpty: file.mayBeEmpty === true });
  loading.diagnostics.push(...composed.diagnostics);
  if (composed.tree === undefined) return undefined;
  return mergeIncludes(loading, { own: composed.tree, path: file.path, chain: [...chain, file.path] });
}

interface Including {
  readonly own: MapNode;
  readonly path: string;
  readonly chain: readonly string[];
}

async function mergeIncludes(loading: Loading, { own, path, chain }: Including): Promise<MapNode> {
  let below: MapNode | undefined;
  const list = nodeAt(own, ["include"]);
  // A wrong shape is left in the tree, where validation reports it in its own words.
  if (list?.kind !== "list") return own;
  for (const [index, entry] of list.entries.entries()) {
    if (entry.kind !== "scalar" || typeof entry.value !== "string") return own;
    const written = entry.value;
    const span = spanOf(own, ["include", index]);
    const resolved = resolveInclude(path, written);
    if (resolved === undefined) {
      loading.diagnostics.push(badPath(span, written));
      continue;
    }
    const tree = await loadInclude(loading, { written, resolved, span, chain });
    if (tree !== undefined) below = below === undefined ? tree : mergeMaps(below, tree, "append");
  }
  const entries = new Map(own.entries);
  entries.delete("include");
  const rest: MapNode = { ...own, entries };
  return below === undefined ? rest : mergeMaps(below, rest, "append");
}

interface Included {
  readonly written: string;
  readonly resolved: string;
  readonly span: Span;
  readonly chain: readonly string[];
}

async function loadInclude(loading: Loading, included: Included): Promise<MapNode | undefined> {
  const { written, resolved, span, chain } = included;
  const { diagnostics } = loading;
  if (chain.includes(resolved)) {
    const cycle = [...chain.slice(chain.indexOf(resolved)), resolved].join(" -> ");
    const message = `cannot include ${quote(written)}: it includes itself: ${cycle}`;
    diagnostics.push(errorAt(span, "INCLUDE_CYCLE", message, "move what both need into a third file"));
    return undefined;
  }
  if (loading.files.some((file) => file.name === resolved)) return undefined;
  if (loading.files.length >= maxFiles) {
    const message = `cannot include ${quote(written)}: a spec is made of at most ${maxFiles} files`;
    diagnostics.push(errorAt(span, "SPEC_TOO_LARGE", message, "join some of the files"));
    return undefined;
  }
  const bytes = await loading.readInclude(resolved);
  if (bytes === undefined) {
    const message = `cannot include ${quote(written)}: there is no file ${quote(resolved)} in the spec's directory tree`;
    diagnostics.push(errorAt(span, "INCLUDE_MISSING", message, "write the path relative to the file that includes it"));
    return undefined;
  }
  return loadFile(loading, { name: resolved, path: resolved, bytes }, chain);
}

function badPath(span: Span, written: string): Diagnostic {
  const reason = written.startsWith("/") ? "it is absolute" : "it leads out of the spec's directory tree";
  const message = `cannot include ${quote(written)}: ${reason}`;
  return errorAt(span, "SPEC_PATH", message, "include a file of the same tree by a relative path");
}

/** Relative to the including file's directory; undefined when it leaves the tree. */
function resolveInclude(from: string, written: string): string | undefined {
  if (written === "" || written.startsWith("/") || /[\0\r\n\\]/.test(written)) return undefined;
  const segments = from.split("/").slice(0, -1);
  for (const segment of written.split("/")) {
    if (segment === "" || segment === ".") continue;
    if (segment !== "..") segments.push(segment);
    else if (segments.pop() === undefined) return undefined;
  }
  return segments.length === 0 ? undefined : segments.join("/");
}

function cleanName(file: string): string {
  return file
    .split("/")
    .filter((segment) => segment !== "" && segment !== ".")
    .join("/");
}
