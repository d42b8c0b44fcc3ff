import type { Interpreter, ProcessContext, Runtime } from "../../closure/model/closure.ts";
import { type AbsPath, baseName, childOf } from "../../rootfs/rootfs.ts";
import { openInstallation } from "./installation.ts";
import { createRuntime } from "./runtime.ts";

const names = /^ruby(?:\d+(?:\.\d+)*)?$/u;

/** Ruby (MRI), wherever it has its libraries: the load path is the one that is compiled into it. */
export const ruby: Interpreter = {
  name: "ruby",
  packageDirectories: ["vendor/bundle"],
  claims: ({ path, realPath, elf }) =>
    elf !== undefined && (names.test(baseName(path)) || names.test(baseName(realPath))),
  start: startRuby,
  defaultArgs: defaultRubyArgs,
};

async function startRuby(process: ProcessContext): Promise<Runtime> {
  const installation = await openInstallation(process, await defaultRubyArgs(process));
  return installation === undefined ? withoutLibrary(process) : createRuntime(installation);
}

/** Names under which applications keep the program that starts them, in the order of preference. */
const entryNames = ["app.rb", "main.rb", "server.rb"];

/** `app.rb` and the like, else the only program of Ruby in the application's directory. */
async function defaultRubyArgs({ root, appRoot, workdir }: ProcessContext): Promise<readonly string[]> {
  if (appRoot === undefined) return [];
  const programs = ((await root.readDirectory(appRoot)) ?? []).filter((name) => name.endsWith(".rb"));
  const name = entryNames.find((one) => programs.includes(one)) ?? (programs.length === 1 ? programs[0] : undefined);
  if (name === undefined) return [];
  return [appRoot === workdir && appRoot !== "/" ? name : childOf(appRoot, name)];
}

function withoutLibrary({ program }: { readonly program: AbsPath }): Runtime {
  return {
    async *start() {
      yield {
        finding: {
          severity: "error",
          code: "RUBY_LIBRARY_MISSING",
          path: program,
          message: `cannot find the library of ${program}: no directory that is compiled into it holds its rbconfig.rb`,
          hint: "install the whole interpreter in the builder",
        },
      };
    },
    async *needs() {},
    async *settle() {},
  };
}
