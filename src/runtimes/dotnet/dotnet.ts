import type { ProcessContext, Runtime, RuntimePlugin, Yield } from "../../closure/model/closure.ts";
import { type ProcessFiles, processFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { type DotnetProgram, programNeeds, readProgram } from "./host.ts";
import { dotnetHost } from "./host-rule.ts";
import { rollForwardOf } from "./versions.ts";

/**
 * .NET's program `dotnet`, which runs assemblies. Programs that were published with a host of their own are told by the
 * rule `dotnet`.
 */
export const dotnet: RuntimePlugin = {
  name: "dotnet",
  rules: [dotnetHost],
  claims: ({ realPath, elf }) => elf !== undefined && baseName(realPath) === "dotnet",
  start: startDotnet,
  defaultArgs: defaultDotnetArgs,
};

async function startDotnet(proc: ProcessContext): Promise<Runtime> {
  const args = proc.args.length > 0 ? proc.args : await defaultDotnetArgs(proc);
  const files = processFiles(proc.root);
  const program = await readCommand(args, { proc, files });
  return {
    async *start(): AsyncIterable<Yield> {
      if (program !== undefined) yield* programNeeds(program, proc);
    },
    needs: nothing,
    settle: nothing,
  };
}

/** Options of the host before the assembly, each with a value (`dotnet exec --help`). */
const options: ReadonlySet<string> = new Set([
  "--additional-deps",
  "--additionalprobingpath",
  "--depsfile",
  "--fx-version",
  "--roll-forward",
  "--roll-forward-on-no-candidate-fx",
  "--runtimeconfig",
]);

/** The program of `dotnet [exec] [OPTIONS] FILE.dll`; undefined for commands of the development kit. */
async function readCommand(
  args: readonly string[],
  { proc, files }: { readonly proc: ProcessContext; readonly files: ProcessFiles },
): Promise<DotnetProgram | undefined> {
  const named = new Map<string, string>();
  const probing: AbsPath[] = [];
  let index = args[0] === "exec" ? 1 : 0;
  for (; options.has(args[index] ?? ""); index += 2) {
    const [option = "", value = ""] = args.slice(index, index + 2);
    if (option === "--additionalprobingpath") probing.push(toAbsPath(value, proc.workdir));
    else named.set(option, value);
  }
  const assembly = args[index];
  if (assembly === undefined || !/\.(?:dll|exe)$/u.test(assembly)) return undefined;
  const pathOf = (option: string): AbsPath | undefined => {
    const value = named.get(option);
    return value === undefined ? undefined : toAbsPath(value, proc.workdir);
  };
  return readProgram(files, toAbsPath(assembly, proc.workdir), {
    install: parentOf(proc.realProgram),
    overrides: {
      rollForward: rollForwardOf(named.get("--roll-forward") ?? proc.env["DOTNET_ROLL_FORWARD"]),
      version: named.get("--fx-version"),
    },
    configPath: pathOf("--runtimeconfig"),
    depsPath: pathOf("--depsfile"),
    probingPaths: probing,
  });
}

/** The only assembly of the application that has a `runtimeconfig.json` beside it. */
async function defaultDotnetArgs(proc: ProcessContext): Promise<readonly string[]> {
  const directory = proc.appRoot ?? proc.workdir;
  const files = processFiles(proc.root);
  const ending = ".runtimeconfig.json";
  const names = [...(await files.names(directory))].filter((name) => name.endsWith(ending));
  const [only] = names;
  if (names.length !== 1 || only === undefined) return [];
  const path = toAbsPath(`${only.slice(0, -ending.length)}.dll`, directory);
  if (!(await files.isFile(path))) return [];
  return [directory === proc.workdir ? baseName(path) : path];
}

async function* nothing(): AsyncIterable<Yield> {}
