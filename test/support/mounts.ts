import type { ResolverCall } from "../../src/plan/resolver-commands.ts";
import type { OutputFile, ReadLayers, ResolverMounts } from "../../src/resolver/mounts.ts";
import { runCommand } from "../../src/resolver/run-command.ts";
import type { RootFs } from "../../src/rootfs/rootfs.ts";

/** The inputs of a step of the resolver: files by path, trees by index, and the layers of an earlier step. */
export interface StepInput {
  readonly files: Readonly<Record<string, string>>;
  readonly roots?: readonly RootFs[];
  readonly layers?: ReadLayers;
}

/** Runs a command of the resolver on mounts that are in memory. The files that it leaves, by name. */
export async function runOnMounts(input: StepInput, [command, ...args]: ResolverCall): Promise<Map<string, string>> {
  const outputs = new Map<string, string>();
  await runCommand(
    memoryMounts(input, ({ name, text }) => outputs.set(name, typeof text === "string" ? text : [...text].join(""))),
    command,
    args,
  );
  return outputs;
}

function memoryMounts({ files, roots = [], layers }: StepInput, write: (file: OutputFile) => unknown): ResolverMounts {
  const unused = (): never => {
    throw new Error("these mounts are for commands that print");
  };
  return {
    healthProbe: undefined,
    read: (path) => (files[path] === undefined ? undefined : Buffer.from(files[path])),
    sizeOf: (path) => Buffer.byteLength(files[path] ?? ""),
    tree: (index) => roots[index] ?? unused(),
    countTree: unused,
    findFileCapabilities: () => new Set(),
    openLayers: async () => Promise.resolve(layers ?? unused()),
    startLayers: unused,
    write,
    setTimes: unused,
  };
}
