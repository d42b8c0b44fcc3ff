import { readFileSync } from "node:fs";
import protobuf from "protobufjs";
import { digestOf } from "../../src/formats/llb/definition.ts";
import type { Definition } from "../../src/formats/llb/graph.ts";

const root = new protobuf.Root();
for (const name of ["source", "ops"]) {
  protobuf.parse(readFileSync(new URL(`../../proto/${name}.proto`, import.meta.url), "utf8"), root, { keepCase: true });
}
root.resolveAll();

/**
 * A definition as text, read by protobufjs and not by our own reader: operations under short names in their order, then
 * metadata and source map. Digests in inputs are replaced by those names.
 */
export function dumpDefinition(definition: Definition): string {
  const decoded = toPlain("Definition", definition.bytes);
  const ops = list(decoded["def"]).map((bytes) => (bytes instanceof Uint8Array ? bytes : new Uint8Array()));
  const names = new Map(ops.map((bytes, index) => [digestOf(bytes), `#${index}`]));
  const text = [
    ...ops.map((bytes, index) => `#${index} ${print(toPlain("Op", bytes))}`),
    `metadata ${print(decoded["metadata"])}`,
    `source ${print(decoded["Source"] ?? {})}`,
  ].join("\n");
  return text.replaceAll(/sha256:[0-9a-f]{64}/gu, (digest) => names.get(digest) ?? digest);
}

/** Message of the graph as plain values, fields that are absent left out. */
export function toPlain(type: string, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const found = root.lookupType(`pb.${type}`);
  return found.toObject(found.decode(bytes), { longs: Number, enums: String });
}

/** One message of the graph as protobufjs writes it; for a comparison with our own bytes. */
export function encodePlain(type: string, value: Readonly<Record<string, unknown>>): Uint8Array {
  const found = root.lookupType(`pb.${type}`);
  return found.encode(found.fromObject(value)).finish();
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function print(value: unknown): string {
  return JSON.stringify(
    value,
    (_, part: unknown) => {
      if (part instanceof Uint8Array) return `bytes ${Buffer.from(part).toString("latin1")}`;
      return part;
    },
    1,
  );
}
