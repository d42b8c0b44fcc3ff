import { TarFault } from "./member.ts";

/**
 * Reads the records of an extended header (pax(1)): `LENGTH KEY=VALUE\n`, the last of a key wins. Throws `TarFault` for
 * what the engines' own reader refuses.
 */
export function parsePax(body: Buffer): ReadonlyMap<string, Buffer> {
  const records = new Map<string, Buffer>();
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(0x20, at);
    const length = space === -1 || space - at > 9 ? "" : body.toString("latin1", at, space);
    const end = at + Number(length);
    if (!/^[1-9]\d*$/u.test(length) || end > body.length || end <= space + 1 || body[end - 1] !== 0x0a) {
      throw corrupt("its length is wrong");
    }
    const equals = body.indexOf(0x3d, space + 1);
    if (equals === -1 || equals >= end || equals === space + 1) throw corrupt("it has no key");
    const key = body.toString("latin1", space + 1, equals);
    const value = body.subarray(equals + 1, end - 1);
    if (isText(key) ? value.includes(0) : key.includes("\0")) throw corrupt(`${JSON.stringify(key)} holds a NUL byte`);
    if (key.startsWith("GNU.sparse.")) throw new TarFault("LAYER_UNSUPPORTED", "it has a sparse file");
    records.set(key, Buffer.from(value));
    at = end;
  }
  return records;
}

/** One record; its length counts the digits that write it. */
export function formatPaxRecord(key: string, value: Buffer): Buffer {
  const rest = Buffer.byteLength(key, "latin1") + value.length + 3;
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return Buffer.concat([Buffer.from(`${length} ${key}=`, "latin1"), value, Buffer.from("\n")]);
}

/** An integer of a record; undefined when there is no record, or an empty one, which stands for none. */
export function paxInteger(records: ReadonlyMap<string, Buffer>, key: string): number | undefined {
  const text = records.get(key)?.toString("latin1") ?? "";
  if (text === "") return undefined;
  const value = /^-?\d{1,16}$/u.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw corrupt(`${key} is no number`);
  return value;
}

/** The whole seconds of a time. */
export function paxTime(records: ReadonlyMap<string, Buffer>, key: string): number | undefined {
  const text = records.get(key)?.toString("latin1") ?? "";
  if (text === "") return undefined;
  const value = /^-?\d{1,15}(?:\.\d{0,40})?$/u.test(text) ? Math.floor(Number(text)) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw corrupt(`${key} is no time`);
  return value;
}

function isText(key: string): boolean {
  return key === "path" || key === "linkpath" || key === "uname" || key === "gname";
}

function corrupt(why: string): TarFault {
  return new TarFault("LAYER_CORRUPT", `a record of an extended header is damaged: ${why}`);
}
