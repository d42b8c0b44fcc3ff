import type { ProcessContext, Runtime, RuntimePlugin } from "../../closure/model/closure.ts";
import { defaultScript } from "../../languages/default-script.ts";
import { shareRuntime } from "../../languages/shared-runtime.ts";
import { type AbsPath, baseName } from "../../rootfs/rootfs.ts";
import { openInstallation } from "./installation.ts";
import { openRuntime } from "./runtime.ts";

const names = /^ruby(?:\d+(?:\.\d+)*)?$/u;

/** Ruby (MRI), wherever it has its libraries: the load path is the one that is compiled into it. */
export const ruby: RuntimePlugin = {
  name: "ruby",
  library: /^libruby[\w.-]*\.so/u,
  systemDirectories:
    /^\/(?:usr\/(?:local\/)?lib(?:\/[^/]+)?\/ruby|var\/lib\/gems|usr\/(?:share|lib(?:\/[^/]+)?)\/rubygems-integration)\//u,
  sources: /\.rb$/u,
  packageDirectories: ["vendor/bundle"],
  claims: ({ path, realPath, elf }) =>
    elf !== undefined && (names.test(baseName(path)) || names.test(baseName(realPath))),
  start: startRuby,
  defaultArgs: (proc) => defaultScript(proc, ".rb"),
};

async function startRuby(proc: ProcessContext): Promise<Runtime> {
  const installation = await openInstallation(proc, await defaultScript(proc, ".rb"));
  if (installation === undefined) return withoutLibrary(proc);
  const { command, gems, script, workdir } = installation;
  if (command.code !== undefined || command.arguments.length > 0) return openRuntime(installation);
  const options = [command.directories, command.libraries, [...command.disabled], workdir];
  const sharing = { proc, script, options, packages: gems.directories };
  return shareRuntime(sharing, (hasManyScripts) =>
    openRuntime(hasManyScripts ? { ...installation, hasManyScripts } : installation),
  );
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
