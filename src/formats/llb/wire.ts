/**
 * Protocol Buffers wire format, in the one form that Go's deterministic marshaller writes: no default values, map
 * entries sorted by key. BuildKit marshals every operation again, so other bytes would get another digest than the one
 * that source locations and metadata are filed under. https://protobuf.dev/programming-guides/encoding/
 */

/** Encoded fields that follow each other. Field functions give an empty list for a default value. */
export type Fields = readonly Uint8Array[];

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Most numbers are small; the arrays are never written to. */
const shortVarints: Fields = Array.from({ length: 128 }, (_, value) => Uint8Array.of(value));

const wireVarint = 0;
const wireFixed64 = 1;
const wireBytes = 2;
const wireFixed32 = 5;

/** Integer, boolean or enum field. Negative numbers take ten bytes, as int32 and int64 do. */
export function intField(number: number, value: number | bigint): Fields {
  return Number(value) === 0 ? [] : presentIntField(number, value);
}

/** Integer member of a oneof: written also when it is zero. */
export function presentIntField(number: number, value: number | bigint): Fields {
  return [varint(number * 8 + wireVarint), varint(value)];
}

export function boolField(number: number, value: boolean | undefined): Fields {
  return value === true ? presentIntField(number, 1) : [];
}

export function stringField(number: number, value: string | undefined): Fields {
  return value === undefined ? [] : bytesField(number, encoder.encode(value));
}

export function bytesField(number: number, value: Uint8Array): Fields {
  return value.length === 0 ? [] : lengthDelimited(number, value);
}

/** Each element is written, also an empty one. */
export function repeatedStringField(number: number, values: readonly string[]): Fields {
  return values.flatMap((value) => lengthDelimited(number, encoder.encode(value)));
}

/** Written also when it has no fields: presence of a message carries meaning. */
export function messageField(number: number, fields: Fields): Fields {
  return lengthDelimited(number, join(fields));
}

/**
 * `value` gives the encoded field 2 of an entry; entries come in the byte order of their keys, whatever the given
 * order.
 */
export function mapField<T>(
  number: number,
  entries: Iterable<readonly [string, T]>,
  value: (content: T) => Fields,
): Fields {
  return [...entries]
    .map(([key, content]) => ({ key: encoder.encode(key), content }))
    .toSorted((left, right) => Buffer.compare(left.key, right.key))
    .flatMap(({ key, content }) => messageField(number, [...lengthDelimited(1, key), ...value(content)]));
}

/** Field 2 of a map entry, which is written also when it is a default value. */
export function mapString(value: string): Fields {
  return lengthDelimited(2, encoder.encode(value));
}

/** One message from its fields. */
export function join(fields: Fields): Uint8Array {
  const result = new Uint8Array(fields.reduce((size, field) => size + field.length, 0));
  let offset = 0;
  for (const field of fields) {
    result.set(field, offset);
    offset += field.length;
  }
  return result;
}

/** Order of the UTF-8 bytes, which is not the order of UTF-16 code units. */
export function compareUtf8(left: string, right: string): number {
  return Buffer.compare(encoder.encode(left), encoder.encode(right));
}

/** One field as read. `bytes` is a view into the message, empty for numbers. */
export interface ReadField {
  readonly number: number;
  readonly wireType: number;
  readonly bytes: Uint8Array;
  readonly value: bigint;
}

/** Splits a message into its fields, in their order. Throws on bytes that are not a message. */
export function readFields(message: Uint8Array): readonly ReadField[] {
  const fields: ReadField[] = [];
  let offset = 0;
  while (offset < message.length) {
    const tag = readVarint(message, offset);
    offset = tag.end;
    const number = Number(tag.value >> 3n);
    const wireType = Number(tag.value & 7n);
    if (wireType === wireVarint) {
      const read = readVarint(message, offset);
      offset = read.end;
      fields.push({ number, wireType, bytes: message.subarray(0, 0), value: read.value });
      continue;
    }
    let size = 0;
    if (wireType === wireBytes) {
      const read = readVarint(message, offset);
      offset = read.end;
      size = Number(read.value);
    } else if (wireType === wireFixed64 || wireType === wireFixed32) {
      size = wireType === wireFixed64 ? 8 : 4;
    } else {
      throw new Error(`cannot decode message: unknown wire type ${wireType}`);
    }
    if (size > message.length - offset) throw new Error("cannot decode message: it ends inside a field");
    fields.push({ number, wireType, bytes: message.subarray(offset, offset + size), value: 0n });
    offset += size;
  }
  return fields;
}

/** Text of a string field. Throws on bytes that are not UTF-8. */
export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Writes a field back as it was read. */
export function copiedField(field: ReadField): Fields {
  if (field.wireType === wireVarint) return presentIntField(field.number, field.value);
  if (field.wireType === wireBytes) return lengthDelimited(field.number, field.bytes);
  return [varint(field.number * 8 + field.wireType), field.bytes];
}

function lengthDelimited(number: number, value: Uint8Array): Fields {
  return [varint(number * 8 + wireBytes), varint(value.length), value];
}

function varint(value: number | bigint): Uint8Array {
  const short = value >= 0 ? shortVarints[Number(value)] : undefined;
  if (short !== undefined) return short;
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

function readVarint(message: Uint8Array, start: number): { readonly value: bigint; readonly end: number } {
  let value = 0n;
  for (let index = 0; index < 10; index++) {
    const byte = message[start + index];
    if (byte === undefined) throw new Error("cannot decode message: it ends inside a number");
    value |= BigInt(byte & 127) << BigInt(7 * index);
    if (byte < 128) return { value: BigInt.asUintN(64, value), end: start + index + 1 };
  }
  throw new Error("cannot decode message: a number has more than ten bytes");
}
