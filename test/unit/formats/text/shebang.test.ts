import { fc, test } from "@fast-check/vitest";
import { expect, it } from "vitest";
import { parseEnvArgument, parseShebang } from "../../../../src/formats/text/shebang.ts";

function show(text: string): string {
  const found = parseShebang(new TextEncoder().encode(text));
  if (found === undefined) return "none";
  const { interpreter, argument, hasCarriageReturn } = found;
  const command = parseEnvArgument(argument);
  return `${interpreter} [${argument ?? ""}]${hasCarriageReturn ? " CR" : ""} -> ${command?.join("|") ?? "nothing"}`;
}

it.each([
  ["#!/bin/sh\n", "/bin/sh [] -> nothing"],
  ["#! \t/bin/sh  -e -u \nrest", "/bin/sh [-e -u] -> nothing"],
  ["#!/bin/sh\r\n", "/bin/sh [] CR -> nothing"],
  ["#!/usr/bin/env python3", "/usr/bin/env [python3] -> python3"],
  ["#!/usr/bin/env -S A=1 perl -w 'a b'\n", "/usr/bin/env [-S A=1 perl -w 'a b'] -> perl|-w|a b"],
  ["#!/usr/bin/env -Snode --x\n", "/usr/bin/env [-Snode --x] -> node|--x"],
  ["#!/usr/bin/env python3 -u\n", "/usr/bin/env [python3 -u] -> python3 -u"],
  ["#!\n/bin/sh", "none"],
  ["#!", "none"],
  ["\x7fELF", "none"],
])("reads %j", (text, expected) => {
  expect(show(text)).toBe(expected);
});

test.prop([fc.uint8Array({ maxLength: 400 })])("never throws on any bytes", (bytes) => {
  const head = Uint8Array.of(0x23, 0x21, ...bytes);
  parseEnvArgument(parseShebang(head)?.argument);
});
