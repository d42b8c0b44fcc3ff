import { expect, it } from "vitest";
import { packageOf, readGoStarts } from "../../../../src/formats/elf/go-starts.ts";
import { readHeader } from "../../../../src/formats/elf/header.ts";
import { type MachineName, writeElf } from "../../../support/elf-writer.ts";

const words = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeInt32LE(value | 0, index * 4);
  return bytes;
};
const wide = (...values: readonly number[]): Buffer => words(...values.flatMap((value) => [value, 0]));

/** Go's table of functions, whose code begins at 0. */
function tableOf(functions: readonly (readonly [name: string, start: number])[], end: number): Buffer {
  const names = Buffer.from(functions.map(([name]) => `${name}\0`).join(""));
  const namesAt = 8 + 8 * 8;
  const start = namesAt + names.length + (-names.length & 3);
  const first = (functions.length * 2 + 1) * 4;
  let nameAt = 0;
  const rows = functions.map(([name, at]) => {
    const row = [at, nameAt];
    nameAt += name.length + 1;
    return row;
  });
  return Buffer.concat([
    words(0xff_ff_ff_f1, 0x08_01_00_00),
    wide(functions.length, 0, 0, namesAt, namesAt + names.length, 0, 0, start),
    names,
    Buffer.alloc(-names.length & 3),
    words(...functions.flatMap(([, at], index) => [at, first + index * 8]), end),
    words(...rows.flat()),
  ]);
}

async function startsOf(machine: MachineName, codeOf: (addressOf: (text: string) => number) => Buffer, end: number) {
  const texts = "tarshdf -h /";
  const write = (code: Buffer): Buffer => {
    const table = tableOf(
      [
        ["os/exec.Command", 0],
        ["main.run", 16],
      ],
      end,
    );
    return Buffer.from(
      writeElf({
        machine,
        dynamic: false,
        sections: { ".text": code, ".gopclntab": table, ".rodata": Buffer.from(texts) },
      }),
    );
  };
  const bytes = write(codeOf((text) => texts.indexOf(text)));
  const read = async (offset: number, length: number) => Promise.resolve(bytes.subarray(offset, offset + length));
  const header = await readHeader(read, bytes.length);
  if (header === undefined || "problem" in header) throw new Error("cannot read what the test wrote");
  return readGoStarts(read, header, bytes.length);
}

it("reads names and texts that code of x86-64 gives to the functions that start programs", async () => {
  const starts = await startsOf(
    "x86_64",
    (addressOf) => {
      const code = Buffer.alloc(80, 0x90);
      const lea = (at: number, modrm: number, text: string) => {
        code.set([0x48, 0x8d, modrm], at);
        code.writeInt32LE(addressOf(text) - (at + 7), at + 3);
      };
      const call = (at: number) => code.writeInt32LE(-(at + 5), code.writeUInt8(0xe8, at));
      // LEA DX, "df -h /"; MOV CX, 7; LEA AX, "sh"; MOV BX, 2; CALL.
      lea(16, 0x15, "df -h /");
      code.writeUInt32LE(7, code.writeUInt8(0xb9, 23));
      lea(28, 0x05, "sh");
      code.writeUInt32LE(2, code.writeUInt8(0xbb, 35));
      call(40);
      // A name that is not in the code.
      call(60);
      return code;
    },
    80,
  );
  expect(starts?.calls.map(({ caller, name }) => [caller, name])).toEqual([
    ["main.run", "sh"],
    ["main.run", undefined],
  ]);
  expect(starts?.calls[0]?.texts).toEqual(expect.arrayContaining(["df -h /", "sh"]));
  expect(await starts?.textsOf(new Set())).toContain("df -h /");
});

it("reads those of AArch64", async () => {
  const starts = await startsOf(
    "aarch64",
    (addressOf) => {
      const address = (text: string): readonly number[] => [0x90_00_00_00, 0x91_00_00_00 | (addressOf(text) << 10)];
      const call = (at: number): number => 0x94_00_00_00 | ((-at / 4) & 0x3_ff_ff_ff);
      const number = { three: 0xd2_80_00_61, two: 0xb2_7f_03_e1 };
      return words(0, 0, 0, 0, ...address("tar"), number.three, call(28), ...address("sh"), number.two, call(44));
    },
    48,
  );
  expect(starts?.calls.map(({ name }) => name)).toEqual(["tar", "sh"]);
});

it("knows the package of a function", () => {
  expect(packageOf("main.run")).toBe("main");
  expect(packageOf("own/report/tools.(*Job[go.shape.int]).Start.func1")).toBe("own/report/tools");
  expect(packageOf("gopkg.in/yaml%2ev2.Unmarshal")).toBe("gopkg.in/yaml.v2");
});
