import { bytesOf, latin1 } from "./bytes.ts";
import { readGoBuildInfo } from "./go-build-info.ts";
import { type GoFunction, readGoTable } from "./go-functions.ts";
import { readGoModules } from "./go-modules.ts";
import type { ElfHeader, ElfSource } from "./header.ts";
import { type CodeStep, codeReader, placesOfTexts } from "./machine-code.ts";
import { readSection } from "./sections.ts";

/** A call by which a program of Go starts another one, or looks for one. */
export interface GoStart {
  /** The function that calls: `main.run`, `own/report/tools.(*Job).Start`. */
  readonly caller: string;
  /** What is started, where the call itself has the text; undefined for what only the run tells. */
  readonly name: string | undefined;
  /** Texts of the calling function, among them arguments. */
  readonly texts: readonly string[];
}

/** What a program of Go starts, as its code says. */
export interface GoStarts {
  readonly calls: readonly GoStart[];
  /**
   * Texts of at most 64 bytes in the code of the main module, in that of `packages`, and of variables of the program.
   */
  textsOf(packages: ReadonlySet<string>): Promise<ReadonlySet<string>>;
}

/** Functions that are given the name of a program, and the place of that among the words of the arguments. */
const starters: ReadonlyMap<string, number> = new Map([
  ["os/exec.Command", 0],
  ["os/exec.CommandContext", 2],
  ["os/exec.LookPath", 0],
  ["os.StartProcess", 0],
  ["syscall.Exec", 0],
  ["syscall.ForkExec", 0],
]);
/** Functions of Go's own library, which hand on what they are given. */
const ofGo = /^(?:os(?:\/exec)?|syscall|internal\/.*)\./u;
/** Registers of Go's calls in their order (its internal ABI): AX, BX, CX, DI, SI ..., and R0, R1 ... */
const registers: ReadonlyMap<number, readonly number[]> = new Map([
  [62, [0, 3, 1, 7, 6, 8, 9, 10, 11]],
  [183, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]],
]);
const codeLimit = 256 * 2 ** 20;
const dataLimit = 64 * 2 ** 20;
const variables = ".data";
const textLimit = 4096;
/** The name of a program is looked for among shorter texts. */
const longestName = 64;
/** A call's arguments stand so close before it. */
const argumentBytes = 160;
const listLimit = 64;
const pairBytes = 16;

/**
 * Reads the calls that start programs (`exec.Command("df", "-h")`), with the texts that they are given: Go's texts have
 * no end, and only the code has their lengths. Undefined where the program is not of Go, or its code is not one that is
 * read.
 */
export async function readGoStarts(
  read: ElfSource,
  header: ElfHeader,
  sizeBytes: number,
): Promise<GoStarts | undefined> {
  const reader = codeReader(header.machine);
  const order = registers.get(header.machine);
  const code = await readSection(read, header, { sizeBytes, name: ".text", limit: codeLimit });
  const table = await readGoTable(read, header, sizeBytes);
  if (reader === undefined || order === undefined || code === undefined || table === undefined) return undefined;
  const functions = table.functions(code.address);
  if (functions.length === 0) return undefined;
  const memory = await readMemory(read, header, sizeBytes);
  const stepsOf = ({ start, end }: GoFunction): readonly CodeStep[] =>
    reader.steps(code, start - code.address, Math.min(end - code.address, code.bytes.length));
  const targets = new Map<number, number>();
  for (const { name, start } of functions) {
    const place = starters.get(name);
    if (place !== undefined) targets.set(start, place);
  }
  const calls: GoStart[] = [];
  const callers = new Set(
    reader.calls(code, new Set(targets.keys())).map((at) => functionAt(functions, code.address + at)),
  );
  for (const caller of callers) {
    if (caller === undefined || ofGo.test(caller.name)) continue;
    const steps = stepsOf(caller);
    const texts = [...textsIn(steps, { memory, order })];
    for (const call of steps) {
      const place = call.kind === "call" ? targets.get(call.value) : undefined;
      if (place === undefined) continue;
      const [pointer = 0, length = 0] = order.slice(place);
      calls.push({ caller: caller.name, name: argumentOf(steps, call, { memory, pointer, length }), texts });
    }
  }
  const { main } = readGoModules((await readGoBuildInfo(read, header, sizeBytes))?.modules ?? "");
  return {
    calls,
    async textsOf(packages) {
      const texts = new Set<string>();
      for (const one of functions) {
        const name = packageOf(one.name);
        const isOwn = name === "main" || (main !== undefined && `${name}/`.startsWith(`${main.name}/`));
        if (isOwn || packages.has(name))
          for (const text of textsIn(stepsOf(one), { memory, order }, longestName)) texts.add(text);
      }
      const section = await readSection(read, header, { sizeBytes, name: variables, limit: dataLimit });
      for (const text of section === undefined ? [] : textsOfPairs(section.bytes, memory, false)) texts.add(text);
      return texts;
    },
  };
}

/** The package of a function: `own/report/tools` of `own/report/tools.(*Job).Start`. */
export function packageOf(name: string): string {
  const dot = name.indexOf(".", name.lastIndexOf("/", name.search(/[([]|$/u)) + 1);
  return name.slice(0, dot < 0 ? undefined : dot).replaceAll("%2e", ".");
}

/** The function that an address lies in, by halving the table, which is sorted. */
function functionAt(functions: readonly GoFunction[], address: number): GoFunction | undefined {
  let low = 0;
  let high = functions.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((functions[middle]?.start ?? 0) <= address) low = middle;
    else high = middle - 1;
  }
  return functions[low];
}

/** The bytes at an address of the program's constants and variables. */
type Memory = (address: number, length: number) => Uint8Array;

async function readMemory(read: ElfSource, header: ElfHeader, sizeBytes: number): Promise<Memory> {
  const sections: { readonly bytes: Uint8Array; readonly address: number }[] = [];
  for (const name of [".rodata", ".data.rel.ro", variables]) {
    const section = await readSection(read, header, { sizeBytes, name, limit: dataLimit });
    if (section !== undefined) sections.push(section);
  }
  return (address, length) => {
    const found = sections.find((one) => address >= one.address && address < one.address + one.bytes.length);
    if (found === undefined) return new Uint8Array();
    return found.bytes.subarray(address - found.address, address - found.address + length);
  };
}

function argumentOf(
  steps: readonly CodeStep[],
  call: CodeStep,
  { memory, pointer, length }: { readonly memory: Memory; readonly pointer: number; readonly length: number },
): string | undefined {
  const isBefore = ({ at }: CodeStep): boolean => at < call.at && at >= call.at - argumentBytes;
  const before = steps.filter(isBefore).reverse();
  // What a register had before another call is gone.
  const last = before.findIndex(({ kind }) => kind === "call");
  const near = last < 0 ? before : before.slice(0, last);
  const address = near.find((step) => step.kind === "address" && step.register === pointer);
  const size = near.find((step) => step.kind === "number" && step.register === length);
  return address === undefined || size === undefined ? undefined : textAt(memory, address.value, size.value);
}

/** Texts whose addresses a function takes, each with all lengths that stand near, and lists of texts. */
function textsIn(
  steps: readonly CodeStep[],
  { memory, order }: { readonly memory: Memory; readonly order: readonly number[] },
  longest: number = textLimit,
): ReadonlySet<string> {
  const texts = new Set<string>();
  for (const { address, lengths } of placesOfTexts(steps, order)) {
    const listed = listAt(memory, address);
    for (const text of listed) texts.add(text);
    for (const length of listed.length > 0 ? [] : lengths) {
      const text = length > longest ? undefined : textAt(memory, address, length);
      if (text !== undefined) texts.add(text);
    }
  }
  return texts;
}

/** Addresses and lengths of texts one after another, as Go keeps lists that do not change. */
function listAt(memory: Memory, address: number): readonly string[] {
  if (address % 8 !== 0) return [];
  return textsOfPairs(memory(address, listLimit * pairBytes), memory, true);
}

function textsOfPairs(bytes: Uint8Array, memory: Memory, isList: boolean): readonly string[] {
  const words = bytesOf(bytes, { class: 64, littleEndian: true });
  const texts: string[] = [];
  for (let at = 0; at + pairBytes <= bytes.length; at += isList ? pairBytes : 8) {
    const length = words.u64(at + 8);
    const text = length > textLimit ? undefined : textAt(memory, words.u64(at), length);
    if (text !== undefined) texts.push(text);
    else if (isList) break;
  }
  return texts;
}

function textAt(memory: Memory, address: number, length: number): string | undefined {
  if (length < 1 || length > textLimit) return undefined;
  const text = latin1(memory(address, length));
  return text.length === length && /^[\t\n -~]+$/u.test(text) ? text : undefined;
}
