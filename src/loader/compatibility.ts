import type { ElfFile } from "../formats/elf/elf-file.ts";

/** The loader's decision about an ELF file that it comes across: take it, pass over it, or end the search. */
export type Suitability =
  | { readonly kind: "fits" }
  /** For another class or machine: the search goes on. */
  | { readonly kind: "foreign" }
  | { readonly kind: "unsuitable"; readonly reason: string };

const dynamicType = 3;
const executableType = 2;
/** DF_1_PIE: a program, although it has the type of a library. */
const pieFlag = 0x0800_0000;
const gnuAbi = 3;
/** The highest EI_ABIVERSION that glibc knows for the GNU ABI. */
const lastGnuAbiVersion = 3;

/** Judges a file as glibc's loader does, in its order (elf/dl-load.c, `open_verify`): class and machine come first. */
export function suitability(elf: ElfFile, program: ElfFile): Suitability {
  if (elf.class !== program.class || !isForMachine(elf, program)) return { kind: "foreign" };
  if (elf.littleEndian !== program.littleEndian) return unsuitable("its byte order is another");
  if (elf.osAbi !== 0 && elf.osAbi !== gnuAbi) return unsuitable("it is for another system");
  if (elf.abiVersion > (elf.osAbi === gnuAbi ? lastGnuAbiVersion : 0)) {
    return unsuitable(`it wants version ${elf.abiVersion} of the system's binary interface`);
  }
  if (elf.type !== dynamicType && elf.type !== executableType) return unsuitable("it is neither library nor program");
  return { kind: "fits" };
}

/** Why what `suitability` lets pass is no library; undefined when it is one. */
export function whyNoLibrary(elf: ElfFile): string | undefined {
  if (elf.type === executableType || (elf.flags1 & pieFlag) !== 0) return "it is a program";
  return elf.isDynamic ? undefined : "it has no dynamic section";
}

const machines = { arm: 40, riscv: 243 } as const;
const armHardFloat = 0x400;
const armSoftFloat = 0x200;
const riscvFloatAbi = 0x6;

/** The machine is compared as the program's byte order reads it, and on some machines the float registers count too. */
function isForMachine(elf: ElfFile, program: ElfFile): boolean {
  const isSwapped = elf.littleEndian !== program.littleEndian;
  const machine = isSwapped ? ((elf.machine & 0xff) << 8) | (elf.machine >>> 8) : elf.machine;
  if (machine !== program.machine) return false;
  if (machine === machines.riscv) return (elf.flags & riscvFloatAbi) === (program.flags & riscvFloatAbi);
  if (machine !== machines.arm) return true;
  const opposite = (program.flags & armHardFloat) === 0 ? armHardFloat : armSoftFloat;
  return (program.flags & (armHardFloat | armSoftFloat)) === 0 || (elf.flags & opposite) === 0;
}

function unsuitable(reason: string): Suitability {
  return { kind: "unsuitable", reason };
}
