import type { Yield } from "../../../src/closure/model/closure.ts";
import { openProcess } from "../../../src/loader/process.ts";
import { elfReader } from "../../../src/loader/read-elf.ts";
import { type MemoryEntry, memoryRootFs } from "../../../src/rootfs/memory.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { parseFixture } from "../../support/fixture.ts";

/** A loader of glibc with its C library. */
export const glibc = `
//- /lib -> usr/lib
//- /lib64 -> usr/lib64
//- /usr/lib64/ld-linux-x86-64.so.2 0755 elf=x86_64 soname=ld-linux-x86-64.so.2
/lib/x86_64-linux-gnu/
/usr/lib/x86_64-linux-gnu/
/lib/
/usr/lib/
ld.so (GNU) stable release version 2.41.
//- /usr/lib/x86_64-linux-gnu/libc.so.6 elf=x86_64 soname=libc.so.6 needed=ld-linux-x86-64.so.2 defines=GLIBC_2.34
`;

interface Case {
  readonly builderLibraryPath?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly workdir?: string;
  readonly program?: string;
  readonly load?: readonly string[];
  readonly more?: readonly (readonly [string, MemoryEntry])[];
}

/** What a process needs, a line for each. */
export async function trace(text: string, options: Case = {}): Promise<string> {
  const root = memoryRootFs([...parseFixture(text), ...(options.more ?? [])]);
  const reader = elfReader(root);
  const proc = openProcess({
    root,
    program: toAbsPath(options.program ?? "/bin/main"),
    env: options.env ?? {},
    workdir: toAbsPath(options.workdir ?? "/"),
    readElf: (path) => reader.readElf(path),
    describeElf: (path) => reader.describe(path),
    ...(options.builderLibraryPath === undefined ? {} : { builderLibraryPath: options.builderLibraryPath }),
  });
  const yields: Yield[] = [...(await proc.startUp())];
  for (const path of options.load ?? []) yields.push(...(await proc.loadObject(toAbsPath(path))));
  const lines = yields.map((step) =>
    "need" in step
      ? `${step.need.path}  ${step.need.role}, ${step.from ?? "?"} ${step.need.why}`
      : "unknown" in step
        ? `unknown ${step.unknown.what}`
        : `${step.finding.severity} ${step.finding.code}: ${step.finding.message} (${step.finding.hint ?? ""})`,
  );
  return [...lines, ...(proc.usesCache() ? ["uses the cache"] : [])].join("\n");
}

/** The same with glibc's loader. */
export async function traceGlibc(text: string, options: Case = {}): Promise<string> {
  const lines = (await trace(glibc + text, options)).split("\n");
  return lines.filter((line) => !/^\S*\/(?:ld-linux-x86-64\.so\.2|libc\.so\.6) /u.test(line)).join("\n");
}
