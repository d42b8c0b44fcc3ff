import type { DlopenRule, ProcessContext, Yield } from "../closure/model/closure.ts";
import type { ElfFile } from "../formats/elf/elf-file.ts";
import { latin1 } from "../formats/text/latin1.ts";
import { type AbsPath, childOf, toAbsPath } from "../rootfs/rootfs.ts";
import { isSystemDirectory } from "../rootfs/system-directories.ts";
import { importsAny, moduleOpeners, ofSystem } from "./matching.ts";

/** Names of the dynamic symbols, of those that are imported as well. */
const symbolNames = ".dynstr";
const symbolNamesLimit = 2 ** 24;
const directory = /^\/[\w.@+/-]{3,200}$/u;

/**
 * Plug-ins of programs that the builder's author made, in a directory that others share: `make install` puts modules of
 * a server into `/usr/local/lib`, and its settings name them without the directory. An object there is a plug-in of the
 * program where no package has it, and it imports what the program defines.
 */
export const ownPlugins: DlopenRule = {
  name: "own-plugins",
  applies: ({ path, elf }) => !ofSystem.test(path) && importsAny(elf, moduleOpeners),
  async *needs({ path, elf }, proc): AsyncIterable<Yield> {
    if (proc.isRuntime === true || (await proc.systemPackage?.(path)) !== undefined) return;
    const places = (await elf.strings("/")).filter((text) => directory.test(text)).map((text) => toAbsPath(text));
    const shared = new Set(places.filter(isSystemDirectory));
    if (shared.size === 0) return;
    const defined = await definedSymbols(elf);
    for (const place of [...shared].sort()) {
      for (const plugin of await pluginsIn(place, defined, proc)) {
        const why = `names ${place}, and the plug-in uses its functions`;
        yield { need: { path: plugin, role: "object", evidence: "string", why, optional: true } };
      }
    }
  },
};

async function definedSymbols(elf: ElfFile): Promise<ReadonlySet<string>> {
  const bytes = await elf.section(symbolNames, symbolNamesLimit);
  if (bytes === undefined) return new Set();
  const names = latin1(bytes).split("\0");
  // What begins with an underscore is the compiler's, in every object.
  return new Set(names.filter((name) => /^[A-Za-z]/u.test(name) && !elf.importedSymbols.has(name)));
}

async function pluginsIn(
  place: AbsPath,
  defined: ReadonlySet<string>,
  proc: ProcessContext,
): Promise<readonly AbsPath[]> {
  const found: AbsPath[] = [];
  for (const name of (await proc.root.readDirectory(place)) ?? []) {
    const path = childOf(place, name);
    if (!name.endsWith(".so") || (await proc.systemPackage?.(path)) !== undefined) continue;
    const imported = (await proc.readElf(path))?.importedSymbols ?? new Set();
    if ([...imported].some((symbol) => defined.has(symbol))) found.push(path);
  }
  return found;
}
