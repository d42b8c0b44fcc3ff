import { createHash } from "node:crypto";
import type { Definition } from "./graph.ts";
import type { State } from "./state.ts";
import {
  copiedField,
  type Fields,
  intField,
  join,
  messageField,
  type ReadField,
  readFields,
  stringField,
  textOf,
} from "./wire.ts";

/** A marshalled graph taken apart; operations and metadata stay as the bytes they came in. */
export interface DefinitionParts {
  /** By digest, in their order, without the terminal one. */
  readonly ops: ReadonlyMap<string, Uint8Array>;
  readonly metadata: ReadonlyMap<string, Uint8Array>;
  /** pb.Location messages by digest of the operation. */
  readonly locations: ReadonlyMap<string, readonly Uint8Array[]>;
  /** pb.SourceInfo messages. */
  readonly infos: readonly Uint8Array[];
  /** The output that the graph stands for; undefined for scratch. */
  readonly output: { readonly digest: string; readonly index: bigint } | undefined;
}

/**
 * A foreign graph as a file system to build upon: the frontend's own image, or a stage that another frontend solved.
 * Its operations keep their bytes, so that they are shared with the build they came from.
 */
export function fromDefinition(definition: Definition): State {
  if (definition.bytes.length === 0) return undefined;
  return {
    vertex: {
      op: { kind: "definition", definition },
      inputs: [],
      options: { name: "" },
      capabilities: [],
    },
    index: 0,
  };
}

/** Takes a pb.Definition apart. Throws on bytes that are none. */
export function readDefinition(definition: Definition): DefinitionParts {
  const fields = readFields(definition.bytes);
  const ops = fields.filter((field) => field.number === 1).map((field) => field.bytes);
  const terminal = ops.pop();
  const source = fields.filter((field) => field.number === 3).flatMap((field) => readFields(field.bytes));
  const byDigest = new Map(ops.map((bytes) => [digestOf(bytes), bytes]));
  return {
    ops: byDigest,
    metadata: new Map(readMap(fields, 2).filter(([digest]) => byDigest.has(digest))),
    locations: new Map(
      readMap(source, 1).map(([digest, bytes]) => [digest, readFields(bytes).map((field) => field.bytes)]),
    ),
    infos: source.filter((field) => field.number === 2).map((field) => field.bytes),
    output: terminal === undefined ? undefined : readOutput(terminal),
  };
}

/** The same graph that ends in another of its operations. */
export function endingIn(
  definition: Definition,
  { digest, index }: NonNullable<DefinitionParts["output"]>,
): Definition {
  const fields = readFields(definition.bytes);
  const last = fields.findLastIndex((field) => field.number === 1);
  const terminal = messageField(1, messageField(1, [...stringField(1, digest), ...intField(2, index)]));
  return { bytes: join(fields.flatMap((field, at) => (at === last ? terminal : copiedField(field)))) };
}

/** The file number of a pb.Location, and its other fields. */
export function splitLocation(location: Uint8Array): { readonly sourceIndex: number; readonly rest: Fields } {
  const fields = readFields(location);
  return {
    sourceIndex: Number(fields.find((field) => field.number === 1)?.value ?? 0n),
    rest: fields.filter((field) => field.number !== 1).flatMap(copiedField),
  };
}

/** Name of an operation by its bytes. */
export function digestOf(op: Uint8Array): string {
  return `sha256:${createHash("sha256").update(op).digest("hex")}`;
}

function readOutput(terminal: Uint8Array): DefinitionParts["output"] {
  const input = readFields(terminal).find((field) => field.number === 1);
  if (input === undefined) throw new Error("cannot decode definition: its last operation has no input");
  const fields = readFields(input.bytes);
  const digest = fields.find((field) => field.number === 1);
  if (digest === undefined) throw new Error("cannot decode definition: its last operation names no other");
  return { digest: textOf(digest.bytes), index: fields.find((field) => field.number === 2)?.value ?? 0n };
}

function readMap(fields: readonly ReadField[], number: number): readonly (readonly [string, Uint8Array])[] {
  return fields
    .filter((field) => field.number === number)
    .map((field) => {
      const entry = readFields(field.bytes);
      const key = entry.find((part) => part.number === 1)?.bytes;
      const value = entry.find((part) => part.number === 2)?.bytes;
      return [textOf(key ?? new Uint8Array()), value ?? new Uint8Array()];
    });
}
