import type { Yield } from "../../src/closure/model/closure.ts";
import type { LoaderProcess } from "../../src/closure/model/loader.ts";
import { openProcess } from "../../src/loader/process.ts";
import { elfReader } from "../../src/loader/read-elf.ts";
import { type MemoryEntry, memoryRootFs } from "../../src/rootfs/memory.ts";
import { toAbsPath } from "../../src/rootfs/rootfs.ts";
import { parseFixture } from "./fixture.ts";

export interface ProcessSettings {
  readonly builderLibraryPath?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly workdir?: string;
  readonly program?: string;
  readonly loader?: string;
  readonly origin?: string;
  readonly more?: readonly (readonly [string, MemoryEntry])[];
}

/** A process of the root that a fixture text describes; its program is `/bin/main`. */
export function processOf(text: string, settings: ProcessSettings = {}): LoaderProcess {
  const { builderLibraryPath, env = {}, workdir = "/", program = "/bin/main", loader, origin, more = [] } = settings;
  const root = memoryRootFs([...parseFixture(text), ...more]);
  const reader = elfReader(root);
  return openProcess({
    root,
    program: toAbsPath(program),
    env,
    workdir: toAbsPath(workdir),
    readElf: (path) => reader.readElf(path),
    describeElf: (path) => reader.describe(path),
    ...(builderLibraryPath === undefined ? {} : { builderLibraryPath }),
    ...(loader === undefined ? {} : { loader: toAbsPath(loader) }),
    ...(origin === undefined ? {} : { origin: toAbsPath(origin) }),
  });
}

/** The paths that are needed, each followed by `*` where it is not an object, and the codes of findings. */
export function brief(yields: readonly Yield[]): string {
  return yields
    .map((one) => {
      if ("need" in one) return `${one.need.path}${one.need.role === "object" ? "" : "*"}`;
      return "finding" in one ? `${one.finding.severity} ${one.finding.code}` : "unknown";
    })
    .join(" ");
}
