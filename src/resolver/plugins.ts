import type { DlopenRule, PackageDatabase } from "../closure/model/closure.ts";
import type { Plugins } from "../closure/model/plugins.ts";
import { fontCaches } from "../dlopen/font-caches.ts";
import { reportDlopenStrings } from "../dlopen/reported.ts";
import { dlopenRules, searchedTexts } from "../dlopen/rules.ts";
import { reasonsFile } from "../inspect/manifest/reasons.ts";
import { boundedRuntime } from "../languages/bounded-runtime.ts";
import { unknownRuntime } from "../languages/unknown-runtime.ts";
import { upstreamPackages } from "../languages/upstream.ts";
import { openProcess } from "../loader/process.ts";
import { type ElfReader, elfReader } from "../loader/read-elf.ts";
import { packageDatabases } from "../packages/packages.gen.ts";
import { SystemPackages } from "../packages/shared/system-packages.ts";
import { createContentCache } from "../rootfs/content-cache.ts";
import { compareBytes, type RootFs } from "../rootfs/rootfs.ts";
import { compiledFiles } from "../runtimes/compiled.gen.ts";
import { runtimes } from "../runtimes/runtimes.gen.ts";
import { upstreamBuilds } from "../runtimes/upstream.gen.ts";
import { features } from "../system/features.gen.ts";

/** Every dlopen rule, those that runtimes bring among them, sorted by name. */
export const allRules: readonly DlopenRule[] = [
  ...dlopenRules,
  ...runtimes.flatMap(({ rules = [] }) => rules),
].toSorted((left, right) => compareBytes(left.name, right.name));

/** Every package database, and the runtimes that no distribution packaged. */
export const allPackages: readonly PackageDatabase[] = [...packageDatabases, upstreamPackages(upstreamBuilds)];

/** Every plug-in that Pith has, for one request. */
export function allPlugins(): Plugins {
  const readers = new WeakMap<RootFs, ElfReader>();
  const contentCache = createContentCache();
  const readerOf = (root: RootFs): ElfReader => {
    const reader = readers.get(root) ?? elfReader(root, { memory: contentCache, texts: searchedTexts(allRules) });
    readers.set(root, reader);
    return reader;
  };
  return {
    contentCache,
    runtimes: runtimes.map(boundedRuntime),
    rules: allRules,
    packages: allPackages,
    features,
    compiled: [...compiledFiles, fontCaches],
    reasonsFile,
    unknownRuntime,
    reportStrings: reportDlopenStrings,
    readSystem: (databases, root) => SystemPackages.read(databases, root),
    openProcess: (options) => Promise.resolve(openProcess(options)),
    readElf: (root, path) => readerOf(root).readElf(path),
    describeElf: (root, path) => readerOf(root).describe(path),
  };
}
