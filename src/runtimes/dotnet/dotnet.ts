import type { Interpreter, ProcessContext, Runtime, Yield } from "../../closure/model/closure.ts";
import { type ProcessFiles, processFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { type DotnetProgram, programNeeds, readProgram } from "./host.ts";
import { dotnetHost } from "./host-rule.ts";
import { rollForwardOf } from "./versions.ts";

/**
 * .NET's program `dotnet`, which runs assemblies. Programs that were published with a host of their own are told by the rule `dotnet`.
 */
export const dotnet: Interpreter = {
  name: "dotnet",
  rules: [dotnetHost],
  claims: ({ realPath, elf }) => elf !== undefined && baseName(realPath) === "dotnet",
  start: startDotnet,
  defaultArgs: defaultDotnetArgs,
};

async function startDotnet(process: ProcessContext): Promise<Runtime> {
  const args = process.args.length > 0 ? process.args : await defaultDotnetArgs(process);
  const files = processFiles(process.root);
  const program = await readCommand(args, { process, files });
  return {
    async *start(): AsyncIterable<Yield> {
      if (program !== undefined) yield* programNeeds(program, process);
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
  { process, files }: { readonly process: ProcessContext; readonly files: ProcessFiles },
): Promise<DotnetProgram | undefined> {
  const named = new Map<string, string>();
  const probing: AbsPath[] = [];
  let index = args[0] === "exec" ? 1 : 0;
  for (; options.has(args[index] ?? ""); index += 2) {
    const [option = "", value = ""] = args.slice(index, index + 2);
    if (option === "--additionalprobingpath") probing.push(toAbsPath(value, process.workdir));
    else named.set(option, value);
  }
  const assembly = args[index];
  if (assembly === undefined || !/\.(?:dll|exe)$/u.test(assembly)) return undefined;
  const pathOf = (option: string): AbsPath | undefined => {
    const value = named.get(option);
    return value === undefined ? undefined : toAbsPath(value, process.workdir);
  };
  return readProgram(files, toAbsPath(assembly, process.workdir), {
    install: parentOf(process.realProgram),
    overrides: {
      rollForward: rollForwardOf(named.get("--roll-forward") ?? process.env["DOTNET_ROLL_FORWARD"]),
      version: named.get("--fx-version"),
    },
    configPath: pathOf("--runtimeconfig"),
    depsPath: pathOf("--depsfile"),
    probingPaths: probing,
  });
}

/** The only assembly of the application that has a `runtimeconfig.json` beside it. */
async function defaultDotnetArgs(process: ProcessContext): Promise<readonly string[]> {
  const directory = process.appRoot ?? process.workdir;
  const files = processFiles(process.root);
  const ending = ".runtimeconfig.json";
  const names = [...(await files.names(directory))].filter((name) => name.endsWith(ending));
  const [only] = names;
  if (names.length !== 1 || only === undefined) return [];
  const path = toAbsPath(`${only.slice(0, -ending.length)}.dll`, directory);
  if (!(await files.isFile(path))) return [];
  return [directory === process.workdir ? baseName(path) : path];
}

async function* nothing(): AsyncIterable<Yield> {}
