import type { Span } from "../../diagnostics/diagnostic.ts";
import { unreachable } from "../../diagnostics/invariant.ts";
import type { Platform } from "../oci/platform.ts";
import { capability } from "./capabilities.ts";
import { type DefinitionParts, digestOf, readDefinition } from "./definition.ts";
import type { Definition, SourceFile } from "./graph.ts";
import { encodeExec } from "./ops/exec.ts";
import { encodeFile } from "./ops/file.ts";
import { type InputIndex, noIndex } from "./ops/inputs.ts";
import { encodeMerge } from "./ops/merge.ts";
import { encodeSource } from "./ops/source.ts";
import { encodeSourceMap } from "./source-map.ts";
import type { Op, Output, State, Vertex, VertexOptions } from "./state.ts";
import {
  boolField,
  bytesField,
  type Fields,
  intField,
  join,
  mapField,
  mapString,
  messageField,
  presentIntField,
  stringField,
} from "./wire.ts";

export interface MarshalOptions {
  /** Texts that spans of vertices name; a span of another file is left out. */
  readonly sourceFiles: readonly SourceFile[];
  /** Name of their language as Linguist has it, such as `YAML`. */
  readonly language: string;
}

/** Where an output lies in the marshalled graph. */
interface Target {
  readonly digest: string;
  readonly index: bigint;
}

interface Metadata {
  readonly options: VertexOptions;
  readonly capabilities: Set<string>;
  readonly spans: Span[];
  ignoreCache: boolean;
}

/** The blobs written so far, by digest. */
interface Graph {
  readonly ops: Map<string, Uint8Array>;
  readonly metadata: Map<string, Metadata>;
  readonly foreign: Map<Vertex, DefinitionParts>;
  readonly digests: Map<Vertex, string>;
}

/**
 * The graph behind a file system as pb.Definition: inputs before what uses them, the terminal operation last. Equal
 * operations are written once, equal graphs give equal bytes, scratch gives none.
 */
export function marshal(state: State, { sourceFiles, language }: MarshalOptions): Definition {
  if (state === undefined) return { bytes: new Uint8Array() };
  const graph: Graph = { ops: new Map(), metadata: new Map(), foreign: new Map(), digests: new Map() };
  for (const vertex of inputsFirst(state.vertex)) addVertex(graph, vertex);
  const target = targetOf(graph, state);
  if (target === undefined) return { bytes: new Uint8Array() };

  const terminal = join(encodeInput(target));
  const foreign = [...graph.foreign.values()];
  const metadata = new Map<string, Fields>([
    ...foreign.flatMap((parts) => [...parts.metadata].map(([digest, bytes]): [string, Fields] => [digest, [bytes]])),
    ...[...graph.metadata].map(([digest, own]): [string, Fields] => [digest, encodeMetadata(own)]),
    [digestOf(terminal), encodeTerminalMetadata(graph)],
  ]);
  const source = encodeSourceMap({
    spans: new Map([...graph.metadata].map(([digest, own]) => [digest, own.spans])),
    foreign,
    sourceFiles,
    language,
  });
  return {
    bytes: join([
      ...[...graph.ops.values(), terminal].flatMap((op) => bytesField(1, op)),
      ...mapField(2, metadata, (fields) => messageField(2, fields)),
      ...(source.length === 0 ? [] : messageField(3, source)),
    ]),
  };
}

/** Every capability that a graph uses, sorted; ask the engine for them before the graph is solved. */
export function capabilitiesOf(state: State): readonly string[] {
  if (state === undefined) return [];
  return [...new Set(inputsFirst(state.vertex).flatMap((vertex) => vertex.capabilities))].toSorted();
}

/** Without recursion: a chain may be longer than the call stack is deep. */
function inputsFirst(root: Vertex): readonly Vertex[] {
  const done = new Set<Vertex>();
  const entered = new Set<Vertex>();
  const stack: Vertex[] = [root];
  for (let vertex = stack.at(-1); vertex !== undefined; vertex = stack.at(-1)) {
    if (entered.has(vertex)) {
      stack.pop();
      done.add(vertex);
      continue;
    }
    entered.add(vertex);
    const waiting = vertex.inputs.map((input) => input.vertex).filter((input) => !entered.has(input));
    stack.push(...waiting.toReversed());
  }
  return [...done];
}

function addVertex(graph: Graph, vertex: Vertex): void {
  if (vertex.op.kind === "definition") {
    const parts = readDefinition(vertex.op.definition);
    graph.foreign.set(vertex, parts);
    for (const [digest, op] of parts.ops) graph.ops.set(digest, op);
    return;
  }
  const bytes = encodeVertex(graph, vertex);
  const digest = digestOf(bytes);
  graph.digests.set(vertex, digest);
  graph.ops.set(digest, bytes);
  const known = graph.metadata.get(digest);
  const metadata = known ?? { options: vertex.options, capabilities: new Set(), spans: [], ignoreCache: false };
  graph.metadata.set(digest, metadata);
  for (const name of vertex.capabilities) metadata.capabilities.add(name);
  metadata.spans.push(...(vertex.options.spans ?? []));
  metadata.ignoreCache ||= vertex.options.ignoreCache === true;
}

/**
 * An upload of the client can be read once. The engine's own Dockerfile frontend has read it, and shares it only with
 * an operation of the same digest: before BuildKit v0.18 that has its fields in ascending order, and later engines take
 * any order.
 */
const uploadPrefixes: readonly string[] = [
  // Standard input of `docker build`.
  "http://buildkit-session/",
  // The body of a request to Docker's API, as its libraries send a context: Testcontainers, for one.
  "http://build-context-",
];

/** pb.Op. Go writes the members of a oneof after all other fields, so the operation itself comes last. */
function encodeVertex(graph: Graph, vertex: Vertex): Uint8Array {
  const inputs = new Map<string, Fields>();
  const indexes = new Map<string, number>();
  const inputIndex: InputIndex = (state) => {
    const target = state === undefined ? undefined : targetOf(graph, state);
    if (target === undefined) return noIndex;
    const key = `${target.digest} ${target.index}`;
    const index = indexes.get(key) ?? indexes.size;
    indexes.set(key, index);
    inputs.set(key, encodeInput(target));
    return index;
  };
  const op = encodeOp(vertex.op, inputIndex);
  const others = [
    ...(vertex.platform === undefined ? [] : messageField(10, encodePlatform(vertex.platform))),
    // Empty, but always there: Go's client sets it.
    ...messageField(11, []),
  ];
  const { op: own } = vertex;
  const isUpload = own.kind === "source" && uploadPrefixes.some((prefix) => own.identifier.startsWith(prefix));
  return join([...[...inputs.values()].flat(), ...(isUpload ? [...op, ...others] : [...others, ...op])]);
}

function encodeOp(op: Op, inputIndex: InputIndex): Fields {
  switch (op.kind) {
    case "exec":
      return messageField(2, encodeExec(op.exec, inputIndex));
    case "source":
      return messageField(3, encodeSource(op));
    case "file":
      return messageField(4, encodeFile(op, inputIndex));
    case "merge":
      return messageField(6, encodeMerge(op.states, inputIndex));
    case "definition":
      throw new Error("internal error: a foreign graph has no operation of its own; please report it");
  }
  return unreachable(op);
}

function targetOf(graph: Graph, output: Output): Target | undefined {
  const foreign = graph.foreign.get(output.vertex);
  if (foreign !== undefined) return foreign.output;
  const digest = graph.digests.get(output.vertex);
  if (digest === undefined) throw new Error("internal error: an input comes after its use; please report it");
  return { digest, index: BigInt(output.index) };
}

function encodeInput({ digest, index }: Target): Fields {
  return messageField(1, [...stringField(1, digest), ...intField(2, index)]);
}

function encodePlatform(platform: Platform): Fields {
  return [
    ...stringField(1, platform.architecture),
    ...stringField(2, platform.os),
    ...stringField(3, platform.variant),
  ];
}

/** pb.OpMetadata; it is not part of the digest. */
function encodeMetadata({ options, capabilities, ignoreCache }: Metadata): Fields {
  const group = options.progressGroup;
  return [
    ...boolField(1, ignoreCache),
    ...mapField(2, [["llb.customname", options.name]], mapString),
    ...encodeCapabilities(capabilities),
    ...(group === undefined ? [] : messageField(6, [...stringField(1, group.id), ...stringField(2, group.name)])),
  ];
}

function encodeTerminalMetadata(graph: Graph): Fields {
  const used: string[] = [capability.constraints, capability.platform];
  const metadata = [...graph.metadata.values()];
  if (metadata.length > 0) used.push(capability.description);
  if (metadata.some((own) => own.ignoreCache)) used.push(capability.ignoreCache);
  return encodeCapabilities(used);
}

function encodeCapabilities(names: Iterable<string>): Fields {
  const entries = [...names].map((name): [string, boolean] => [name, true]);
  return mapField(5, entries, () => presentIntField(2, 1));
}
