import { type Bytes, bytesOf } from "./bytes.ts";

/**
 * What a place in a program's code does, as far as texts that it hands on need it: takes an address or a number into a
 * register, or calls a function. A number that is put onto the stack has the register -1.
 */
export type CodeStep =
  | { readonly kind: "address" | "number"; readonly at: number; readonly register: number; readonly value: number }
  | { readonly kind: "call"; readonly at: number; readonly value: number };

/** A piece of code, and the address of its first byte. */
export interface Code {
  readonly bytes: Uint8Array;
  readonly address: number;
}

/** Reads the steps of a piece of code from one offset to another. */
export type StepReader = (code: Code, start: number, end: number) => readonly CodeStep[];

/** Finds the offsets of calls of some addresses. */
export type CallFinder = (code: Code, targets: ReadonlySet<number>) => readonly number[];

/** Instead of a register. */
const onStack = -1;
/** Lengths of texts are below this. */
const largestNumber = 2 ** 16;

/** How the code of a machine is read (e_machine); undefined for others than x86-64 and AArch64. */
export function codeReader(machine: number): { readonly steps: StepReader; readonly calls: CallFinder } | undefined {
  if (machine === 62) return { steps: stepsOfX86, calls: callsOfX86 };
  return machine === 183 ? { steps: stepsOfArm, calls: callsOfArm } : undefined;
}

function callsOfX86({ bytes: raw, address }: Code, targets: ReadonlySet<number>): readonly number[] {
  const bytes = bytesOf(raw, { class: 64, littleEndian: true });
  const found: number[] = [];
  for (let at = raw.indexOf(0xe8); at >= 0; at = raw.indexOf(0xe8, at + 1)) {
    if (targets.has(address + at + 5 + (bytes.u32(at + 1) | 0))) found.push(at);
  }
  return found;
}

function callsOfArm({ bytes: raw, address }: Code, targets: ReadonlySet<number>): readonly number[] {
  const bytes = bytesOf(raw, { class: 64, littleEndian: true });
  const found: number[] = [];
  for (let at = 0; at + 4 <= raw.length; at += 4) {
    const word = bytes.u32(at);
    if (isBranch(word) && targets.has(address + at + branchBytes(word))) found.push(at);
  }
  return found;
}

/** BL imm26. */
function isBranch(word: number): boolean {
  return (word & 0xfc_00_00_00) >>> 0 === 0x94_00_00_00;
}

function branchBytes(word: number): number {
  return ((word << 6) >> 6) * 4;
}

/**
 * Instructions of x86-64 have no places of their own: each offset is tried. What is found by chance has an address in
 * nobody's text.
 */
function stepsOfX86(code: Code, start: number, end: number): readonly CodeStep[] {
  const bytes = bytesOf(code.bytes, { class: 64, littleEndian: true });
  const steps: CodeStep[] = [];
  for (let at = start; at < end; at++) {
    const step = stepOfX86(code, bytes, at);
    if (step !== undefined) steps.push(step);
  }
  return steps;
}

function stepOfX86({ bytes: raw, address }: Code, bytes: Bytes, at: number): CodeStep | undefined {
  const first = raw[at] ?? 0;
  // CALL rel32.
  if (first === 0xe8) return { kind: "call", at, value: address + at + 5 + (bytes.u32(at + 1) | 0) };
  const second = raw[at + 1] ?? 0;
  const third = raw[at + 2] ?? 0;
  // LEA r64, [RIP + disp32].
  if ((first === 0x48 || first === 0x4c) && second === 0x8d && (third & 0xc7) === 0x05) {
    const register = ((third >> 3) & 7) + (first === 0x4c ? 8 : 0);
    return { kind: "address", at, register, value: address + at + 7 + (bytes.u32(at + 3) | 0) };
  }
  // MOV r32, imm32.
  if ((first & 0xf8) === 0xb8) {
    const isHigh = raw[at - 1] === 0x41;
    return numberStep(at, (first & 7) + (isHigh ? 8 : 0), bytes.u32(at + 1));
  }
  // MOV qword [RSP + disp], imm32.
  if (first !== 0x48 || second !== 0xc7 || raw[at + 3] !== 0x24) return undefined;
  if (third === 0x44) return numberStep(at, onStack, bytes.u32(at + 5));
  return third === 0x84 ? numberStep(at, onStack, bytes.u32(at + 8)) : undefined;
}

function stepsOfArm(code: Code, start: number, end: number): readonly CodeStep[] {
  const bytes = bytesOf(code.bytes, { class: 64, littleEndian: true });
  const pages = new Map<number, number>();
  const steps: CodeStep[] = [];
  for (let at = start - (start % 4); at + 4 <= end; at += 4) {
    const word = bytes.u32(at);
    const register = word & 31;
    if (isBranch(word)) {
      steps.push({ kind: "call", at, value: code.address + at + branchBytes(word) });
    } else if ((word & 0x9f_00_00_00) >>> 0 === 0x90_00_00_00) {
      // ADRP: 21 bits of pages, the two lowest apart.
      const offset = ((((word >> 5) & 0x7_ff_ff) << 13) >> 11) | ((word >>> 29) & 3);
      const here = code.address + at;
      pages.set(register, here - (here % 4096) + offset * 4096);
    } else if ((word & 0xff_c0_00_00) >>> 0 === 0x91_00_00_00) {
      const page = pages.get((word >> 5) & 31);
      if (page !== undefined) steps.push({ kind: "address", at, register, value: page + ((word >> 10) & 0xfff) });
    } else if ((word & 0x7f_e0_00_00) >>> 0 === 0x52_80_00_00) {
      // MOVZ, of 16 bits at most.
      const step = numberStep(at, register, (word >> 5) & 0xffff);
      if (step !== undefined) steps.push(step);
    } else if ((word & 0xff_c0_03_e0) >>> 0 === 0xb2_40_03_e0) {
      // ORR with the register of zeros: a row of bits, turned to the right.
      const step = numberStep(at, register, rowOfBits(((word >> 10) & 63) + 1, (word >> 16) & 63));
      if (step !== undefined) steps.push(step);
    }
  }
  return steps;
}

function rowOfBits(length: number, turn: number): number {
  const row = (1n << BigInt(length)) - 1n;
  return Number(BigInt.asUintN(64, (row >> BigInt(turn)) | (row << BigInt(64 - turn))));
}

function numberStep(at: number, register: number, value: number): CodeStep | undefined {
  return value > 0 && value < largestNumber ? { kind: "number", at, register, value } : undefined;
}

/** A text's address and its length stand so close to one another. */
const nearBytes = 48;
const nearNumbers = 3;
const nearSteps = 4;
/** A text of so few bytes is the beginning of many others. */
const shortBytes = 2;

/**
 * Addresses that code takes, each with the numbers near it, which may be the lengths of texts there. `order`: the
 * registers of arguments. A small number counts only in the register that follows that of the address, or beside it on
 * the stack.
 */
export function* placesOfTexts(
  steps: readonly CodeStep[],
  order: readonly number[],
): Iterable<{ readonly address: number; readonly lengths: readonly number[] }> {
  const loads = steps.flatMap((step) => (step.kind === "call" ? [] : [step]));
  for (const [index, { kind, at, register, value }] of loads.entries()) {
    if (kind !== "address") continue;
    const distance = (one: CodeStep): number => Math.abs(one.at - at);
    const next = order[order.indexOf(register) + 1];
    const numbers = loads
      .slice(Math.max(0, index - nearSteps), index + nearSteps + 1)
      .filter((one) => one.kind === "number" && distance(one) <= nearBytes)
      .sort((one, other) => distance(one) - distance(other))
      .filter(({ value: length, register: holder }, place) => {
        if (length > shortBytes) return place < nearNumbers;
        return holder === next || (place === 0 && (holder === onStack || holder === register));
      });
    yield { address: value, lengths: [...new Set(numbers.map((one) => one.value))] };
  }
}
