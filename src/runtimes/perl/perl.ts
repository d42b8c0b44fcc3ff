import type { ProcessContext, Runtime, RuntimePlugin } from "../../closure/model/closure.ts";
import { defaultScript } from "../../languages/default-script.ts";
import { shareRuntime } from "../../languages/shared-runtime.ts";
import { type AbsPath, baseName } from "../../rootfs/rootfs.ts";
import { openInstallation } from "./installation.ts";
import { PerlRuntime } from "./runtime.ts";

const names = /^perl(?:5(?:\.\d+)*)?(?:-[\w-]+)?$/u;

/** Perl 5, wherever it has its libraries: the directories are those that are compiled into it. */
export const perl: RuntimePlugin = {
  name: "perl",
  library: /^libperl\.so/u,
  systemDirectories: /^\/(?:etc|usr\/(?:local\/)?(?:share|lib(?:\/[^/]+)?))\/perl(?:5|-base)?\//u,
  sources: /\.p[lm]$/u,
  isNotRun: isOwnManual,
  claims: ({ path, realPath, elf }) =>
    elf !== undefined && (names.test(baseName(path)) || names.test(baseName(realPath))),
  start: startPerl,
  defaultArgs: (proc) => defaultScript(proc, ".pl"),
};

/** True for the manuals of Perl's own modules, which lie among these. */
export function isOwnManual(path: AbsPath): boolean {
  return /\/perl\/5[\d.]*\/.*\.pod$/u.test(path);
}

async function startPerl(proc: ProcessContext): Promise<Runtime> {
  const installation = await openInstallation(proc);
  if (installation === undefined) return withoutLibrary(proc);
  const open = (): Promise<PerlRuntime> => Promise.resolve(new PerlRuntime(installation));
  const { command, script } = installation;
  if (proc.entries.length > 0 || (await namesProgram(command.arguments, proc))) return open();
  const options = [command.directories, command.modules, command.isDebugged];
  return shareRuntime({ proc, script, options, packages: [] }, open);
}

/** True where a word of the arguments may be a program that the script starts. */
async function namesProgram(args: readonly string[], proc: ProcessContext): Promise<boolean> {
  for (const word of args.flatMap((one) => one.split(/\s+/u)))
    if (/^\w[\w.+-]*$/u.test(word) && (await proc.findProgram(word)) !== undefined) return true;
  return false;
}

function withoutLibrary(proc: ProcessContext): Runtime {
  return {
    async *start() {
      yield {
        finding: {
          severity: "error",
          code: "PERL_LIBRARY_MISSING",
          path: proc.program,
          message: `cannot find the library of ${proc.program}: no directory that is compiled into it holds strict.pm`,
          hint: "install the whole interpreter in the builder",
        },
      };
    },
    async *needs() {},
    async *settle() {},
  };
}
