import type { ElfFile } from "../formats/elf/elf-file.ts";

/** The facts that a dynamic loader has about its machine. */
export interface MachineTraits {
  /** `glibc-hwcaps` subdirectories, best first (glibc 2.33 and later). */
  readonly hwcaps: readonly string[];
  /** Values of `$PLATFORM`, the plainest last. Which one holds is known on the running machine only. */
  readonly platforms: readonly string[];
  /** Subdirectories that glibc before 2.37 enters on every such machine, in nesting order. */
  readonly legacyAlways: readonly string[];
  /** The same of those that only some machines have. */
  readonly legacyMaybe: readonly string[];
  /** Flags of usable entries in the loader's cache. */
  readonly cacheFlags: readonly number[];
  /** System directories, should the loader not tell. */
  readonly systemDirectories: readonly string[];
}

/** Traits by class and e_machine (ld.so(8), and the names that ld.so --help lists). */
export function traitsOf(elf: ElfFile): MachineTraits {
  const found = traits[`${elf.class}:${elf.machine}`] ?? {};
  return { ...(elf.class === 64 ? plain64 : plain32), ...found };
}

const plain: MachineTraits = {
  hwcaps: [],
  platforms: [],
  legacyAlways: ["tls"],
  legacyMaybe: [],
  cacheFlags: [0x3],
  systemDirectories: ["/lib", "/usr/lib"],
};
const plain32 = plain;
const plain64: MachineTraits = { ...plain, systemDirectories: ["/lib64", "/usr/lib64", "/lib", "/usr/lib"] };

const traits: Readonly<Record<string, Partial<MachineTraits>>> = {
  "64:62": {
    hwcaps: ["x86-64-v4", "x86-64-v3", "x86-64-v2"],
    platforms: ["xeon_phi", "haswell", "x86_64"],
    legacyAlways: ["tls", "x86_64"],
    legacyMaybe: ["haswell", "xeon_phi", "avx512_1"],
    cacheFlags: [0x303],
  },
  "32:62": { platforms: ["x86_64"], cacheFlags: [0x803] },
  "32:3": {
    platforms: ["i686", "i586", "i486", "i386"],
    legacyMaybe: ["i686", "i586", "sse2"],
    cacheFlags: [0x3, 0x1],
  },
  "64:183": { platforms: ["aarch64"], legacyMaybe: ["atomics"], cacheFlags: [0xa03] },
  "32:40": { platforms: ["v8l", "v7l", "v6l"], legacyMaybe: ["neon", "vfp"], cacheFlags: [0x903, 0xb03, 0x3] },
  "64:21": {
    hwcaps: ["power10", "power9"],
    platforms: ["power10", "power9", "power8"],
    cacheFlags: [0x503],
  },
  "64:22": {
    hwcaps: ["z16", "z15", "z14", "z13"],
    platforms: ["z16", "z15", "z14", "z13", "zEC12", "z196"],
    cacheFlags: [0x403],
  },
  "64:243": { cacheFlags: [0x1003, 0x3] },
  "64:258": { cacheFlags: [0x1203, 0x3] },
};
