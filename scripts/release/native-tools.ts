import { cpSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { output } from "../lib/command.ts";
import { projectFolder } from "../lib/project.ts";

export interface CompiledTools {
  /** The compilers, unpacked. */
  readonly tools: string;
  readonly architecture: "amd64" | "arm64";
  /** Where the programs go. */
  readonly folder: string;
}

const machines = { amd64: "x86_64", arm64: "aarch64" } as const;

/**
 * How to compile a tool, inside the root of the compilers. It is what the script musl-gcc does: that needs a shell, and
 * knows one machine.
 */
export function compilerCommand(
  architecture: keyof typeof machines,
  { sources, target }: { readonly sources: readonly string[]; readonly target: string },
): readonly string[] {
  const machine = machines[architecture];
  return [
    `/usr/bin/${machine}-linux-gnu-gcc`,
    "-specs",
    `/usr/lib/${machine}-linux-musl/musl-gcc.specs`,
    "-static",
    "-Os",
    "-s",
    // The kernel's headers come after those of musl.
    ...["/usr/include", `/usr/include/${machine}-linux-gnu`].flatMap((path) => ["-idirafter", path]),
    "-o",
    target,
    ...sources,
  ];
}

/** Compiles the folders of native/: each is one static program. */
export async function compileTools({ tools, architecture, folder }: CompiledTools): Promise<void> {
  rmSync(join(tools, "src"), { recursive: true, force: true });
  cpSync(join(projectFolder, "native"), join(tools, "src"), { recursive: true });
  mkdirSync(join(tools, "src/out"));
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(tools, "tmp"), { recursive: true });
  const names = readdirSync(join(projectFolder, "native"), { withFileTypes: true });
  for (const { name } of names.filter((entry) => entry.isDirectory())) {
    const sources = readdirSync(join(tools, "src", name)).filter((file) => file.endsWith(".c"));
    const command = compilerCommand(architecture, {
      sources: sources.toSorted().map((file) => `/src/${name}/${file}`),
      target: `/src/out/${name}`,
    });
    await output("chroot", [tools, ...command], { env: { TMPDIR: "/tmp", LC_ALL: "C" } });
    cpSync(join(tools, "src/out", name), join(folder, name));
  }
}
