import type { Interpreter, ProcessContext, Runtime } from "../../closure/model/closure.ts";
import { baseName } from "../../rootfs/rootfs.ts";
import { defaultScript } from "../shared/default-script.ts";
import { openInstallation } from "./installation.ts";
import { PerlRuntime } from "./runtime.ts";

const names = /^perl(?:5(?:\.\d+)*)?(?:-[\w-]+)?$/u;

/** Perl 5, wherever it has its libraries: the directories are those that are compiled into it. */
export const perl: Interpreter = {
  name: "perl",
  systemDirectories: /^\/(?:etc|usr\/(?:local\/)?(?:share|lib(?:\/[^/]+)?))\/perl(?:5|-base)?\//u,
  claims: ({ path, realPath, elf }) =>
    elf !== undefined && (names.test(baseName(path)) || names.test(baseName(realPath))),
  start: startPerl,
  defaultArgs: (process) => defaultScript(process, ".pl"),
};

async function startPerl(process: ProcessContext): Promise<Runtime> {
  const installation = await openInstallation(process);
  return installation === undefined ? withoutLibrary(process) : new PerlRuntime(installation);
}

function withoutLibrary(process: ProcessContext): Runtime {
  return {
    async *start() {
      yield {
        finding: {
          severity: "error",
          code: "PERL_LIBRARY_MISSING",
          path: process.program,
          message: `cannot find the library of ${process.program}: no directory that is compiled into it holds strict.pm`,
          hint: "install the whole interpreter in the builder",
        },
      };
    },
    async *needs() {},
    async *settle() {},
  };
}
