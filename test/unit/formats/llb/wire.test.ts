import { fc, test as property } from "@fast-check/vitest";
import { expect, test } from "vitest";
import {
  copiedField,
  intField,
  join,
  mapField,
  mapString,
  readFields,
  stringField,
} from "../../../../src/formats/llb/wire.ts";
import { encodePlain } from "../../../support/llb-text.ts";

test("integers as protoc writes them", () => {
  const hex = (value: number | bigint): string => Buffer.from(join(intField(1, value))).toString("hex");
  expect([0, 1, 127, 128, 300, -1].map(hex)).toEqual([
    "",
    "0801",
    "087f",
    "088001",
    "08ac02",
    "08ffffffffffffffffff01",
  ]);
  expect(join(intField(5, 315_532_800_000_000_000n))).toEqual(
    new Uint8Array(encodePlain("FileActionMkDir", { timestamp: "315532800000000000" })),
  );
});

test("map entries come in the order of UTF-8 bytes", () => {
  const entries: readonly (readonly [string, string])[] = [
    ["\u{1f600}", "1"],
    ["\uff5e", "2"],
    ["a", ""],
  ];
  const keys = (given: typeof entries): readonly string[] =>
    readFields(join(mapField(1, given, mapString))).map((field) => Buffer.from(field.bytes).toString());
  expect(keys(entries)).toEqual(keys(entries.toReversed()));
  expect(keys(entries).map((key) => key.slice(2, -3))).toEqual(["", "\uff5e", "\u{1f600}"]);
});

property.prop([fc.uint8Array({ maxLength: 64 })])("hostile bytes are read or refused", (bytes) => {
  try {
    expect(Buffer.from(join(readFields(bytes).flatMap(copiedField))).length).toBeLessThanOrEqual(bytes.length);
  } catch (error) {
    expect(String(error)).toMatch(/^Error: cannot decode message: /u);
  }
});

property.prop([fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.string()])(
  "what is written reads back",
  (number, text) => {
    const fields = readFields(join([...intField(3, number), ...stringField(4, text)]));
    const read = fields.find((field) => field.number === 3)?.value ?? 0n;
    expect(BigInt.asIntN(64, read)).toBe(number);
    const written = fields.find((field) => field.number === 4)?.bytes ?? new Uint8Array();
    expect(Buffer.from(written)).toEqual(Buffer.from(text));
  },
);
