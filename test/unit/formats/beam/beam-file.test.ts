import { deflateSync } from "node:zlib";
import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { readBeam } from "../../../../src/formats/beam/beam-file.ts";
import { writeBeam } from "../../../support/beam-writer.ts";

const facts = { atoms: ["own", "os", "cmd"], imports: [[2, 3]] as const, texts: ["df", "uptime -p", "\u0001"] };

it("reads calls and texts, with literals packed or plain, and atoms in either form", () => {
  const expected = { calls: new Set(["os:cmd"]), texts: ["df", "uptime -p"] };
  expect(readBeam(writeBeam({ ...facts, pack: deflateSync }))).toEqual(expected);
  expect(readBeam(writeBeam({ ...facts, isCompact: true }))).toEqual(expected);
});

it("reads nothing of other files", () => {
  expect(readBeam(Buffer.from("FOR1\0\0\0\0JAVA"))).toBeUndefined();
  expect(readBeam(new Uint8Array())).toBeUndefined();
});

const whole = writeBeam({ ...facts, pack: deflateSync });

test.prop([fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length)])(
  "reads damaged files to some end",
  (place, byte, length) => {
    const damaged = Buffer.from(whole);
    damaged[place] = byte;
    readBeam(damaged.subarray(0, length));
  },
);
