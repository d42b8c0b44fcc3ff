import { readGoBuildInfo } from "../../formats/elf/go-build-info.ts";
import { readGoFunctions } from "../../formats/elf/go-functions.ts";
import { goLibrary, goSetting, readGoModules } from "../../formats/elf/go-modules.ts";
import { type ElfSource, readHeader } from "../../formats/elf/header.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";
import { findTexts, indexTexts } from "../policy/find-texts.ts";
import { GoSymbols } from "./go-symbols.ts";
import type { NamedFunctions } from "./vulnerability.ts";

/** A program of Go with what it was built from. */
export interface GoProgram {
  readonly path: string;
  readonly modules: ReadonlySet<string>;
  /** Undefined where its table of functions cannot be read. */
  readonly symbols: GoSymbols | undefined;
  readonly os: string | undefined;
  readonly architecture: string | undefined;
}

/** What is in the programs of an image: looked at once, when it is first asked for. */
export interface LinkedCode {
  goPrograms(): Promise<readonly GoProgram[]>;
  /**
   * Paths of files, but for these, that name one of the functions, or that may do so unseen because they are packed.
   * Empty: nothing calls them by their names.
   */
  filesNaming(functions: readonly string[], except: ReadonlySet<string>): Promise<readonly string[]>;
}

interface CodeFile {
  readonly path: AbsPath;
  readonly sizeBytes: number;
}

/** Reads the code of regular files of an image. */
export function linkedCode<File extends CodeFile>(
  files: readonly File[],
  read: (file: File) => Uint8Array | Promise<Uint8Array>,
): LinkedCode {
  let programs: Promise<readonly GoProgram[]> | undefined;
  return {
    async goPrograms() {
      programs ??= findPrograms(files, read);
      return programs;
    },
    async filesNaming(functions, except) {
      const index = indexTexts([...functions, ...packedParts].map((text) => [text, Buffer.from(text)] as const));
      const found: string[] = [];
      for (const file of files) {
        if (except.has(file.path)) continue;
        const bytes = await read(file);
        const part = async (offset: number, length: number): Promise<Uint8Array> =>
          Promise.resolve(bytes.subarray(offset, offset + length));
        if (isPacked(bytes) || (await findTexts(index, part, bytes.length)).size > 0) found.push(file.path);
      }
      return found;
    },
  };
}

/** The first bytes of zip and jar, gzip, compress, xz, lzma, lzip, zstd, lz4, bzip2, 7z and squashfs. */
const packed = [
  "504b0304",
  "1f8b",
  "1f9d",
  "fd377a585a00",
  "5d0000",
  "4c5a4950",
  "28b52ffd",
  "04224d18",
  "425a68",
  "377abcaf",
  "68737173",
];
/**
 * The end of an archive that follows a program or a line for the kernel, and the mark of a program that unpacks itself.
 */
const packedParts: readonly string[] = ["PK\u0005\u0006", "UPX!"];

function isPacked(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 6)).toString("hex");
  return packed.some((magic) => head.startsWith(magic));
}

async function findPrograms<File extends CodeFile>(
  files: readonly File[],
  read: (file: File) => Uint8Array | Promise<Uint8Array>,
): Promise<readonly GoProgram[]> {
  const found: GoProgram[] = [];
  for (const file of files) {
    if (file.sizeBytes < 64) continue;
    const bytes = await read(file);
    const source: ElfSource = async (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length));
    const header = await readHeader(source, bytes.length);
    if (header === undefined || "problem" in header) continue;
    const info = await readGoBuildInfo(source, header, bytes.length);
    if (info === undefined) continue;
    const { main, others } = readGoModules(info.modules);
    const modules = [main, goLibrary(info.version), ...others].flatMap((one) => one?.name ?? []);
    const names = await readGoFunctions(source, header, bytes.length);
    found.push({
      path: file.path,
      modules: new Set(modules),
      // Tools that hide names hide those of the run-time as well.
      symbols: names?.includes("runtime.main") === true ? new GoSymbols(names) : undefined,
      os: goSetting(info.modules, "GOOS"),
      architecture: goSetting(info.modules, "GOARCH"),
    });
  }
  return found;
}

/** The functions of a record that concern a program, as `PATH.NAME`; a package alone as `PATH`. */
export function functionsFor(named: readonly NamedFunctions[], program: GoProgram): readonly string[] {
  const concerns = (only: readonly string[] | undefined, own: string | undefined): boolean =>
    only === undefined || own === undefined || only.includes(own);
  return named
    .filter(
      ({ systems, architectures }) => concerns(systems, program.os) && concerns(architectures, program.architecture),
    )
    .flatMap(({ path, names }) => names?.map((name) => `${path}.${name}`) ?? [path]);
}

/** True where a program has a function, or a package that is given alone. */
export function isLinked(symbols: GoSymbols, name: string): boolean {
  const dot = name.indexOf(".", name.lastIndexOf("/") + 1);
  if (symbols.has(name, undefined)) return true;
  // A path may have dots of its own in its last part: `gopkg.in/yaml.v2.Unmarshal`.
  for (let at = dot; at > 0; at = name.indexOf(".", at + 1)) {
    if (symbols.has(name.slice(0, at), name.slice(at + 1))) return true;
  }
  return false;
}
