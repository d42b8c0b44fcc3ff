import { features } from "../closure/features/features.ts";
import { interpreters } from "../closure/interpreters/interpreters.ts";
import { openProcess } from "../closure/loader/process.ts";
import { type ElfReader, elfReader } from "../closure/loader/read-elf.ts";
import { packageDatabases } from "../closure/packages/packages.ts";
import type { Plugins } from "../closure/plugins.ts";
import { createMemory } from "../closure/recall.ts";
import { reportDlopenStrings } from "../closure/rules/reported.ts";
import { dlopenRules, searchedTexts } from "../closure/rules/rules.ts";
import type { RootFs } from "../rootfs/rootfs.ts";

/** Every plug-in that Pith has, for one request. */
export function allPlugins(): Plugins {
  const readers = new WeakMap<RootFs, ElfReader>();
  const memory = createMemory();
  const readerOf = (root: RootFs): ElfReader => {
    const reader = readers.get(root) ?? elfReader(root, { memory, texts: searchedTexts });
    readers.set(root, reader);
    return reader;
  };
  return {
    memory,
    interpreters,
    rules: dlopenRules,
    packages: packageDatabases,
    features,
    reportStrings: reportDlopenStrings,
    openProcess: (options) => Promise.resolve(openProcess(options)),
    readElf: (root, path) => readerOf(root).readElf(path),
    describeElf: (root, path) => readerOf(root).describe(path),
  };
}
