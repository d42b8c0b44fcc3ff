import type { ProcessContext, Runtime, RuntimePlugin } from "../../closure/model/closure.ts";
import { PackageLookup } from "../../languages/system-packages.ts";
import { processFiles } from "../../rootfs/process-files.ts";
import { parseCommand } from "./command-line.ts";
import { indexDistributions } from "./distributions.ts";
import { embeddedCode } from "./embedded-code.ts";
import type { Installation } from "./installation.ts";
import { findLayout } from "./layout.ts";
import { moduleFinder } from "./module-finder.ts";
import { isNotRun } from "./prune.ts";
import { PythonRuntime } from "./runtime.ts";
import { callPythonFunction } from "./runtime-interface-client.ts";
import { findSearchPath } from "./search-path.ts";
import { findVersion, isPythonName, needsLibPython } from "./version.ts";

/** CPython 3 in the layouts of Debian, of python.org's `make install`, and in virtual environments. */
export const python: RuntimePlugin = {
  name: "python",
  library: /^libpython3[\w.]*\.so/u,
  systemDirectories: /^\/usr\/(?:local\/)?lib\/(?:python|pypy)[\d.]*\//u,
  sources: /\.pyw?$/u,
  packageDirectories: ["dist-packages", "site-packages"],
  isNotRun,
  claims: ({ realPath, elf }) => elf !== undefined && (isPythonName(realPath) || needsLibPython(elf)),
  start: startPython,
  callFunction: (proc, call) => callPythonFunction(call, (args) => openInstallation({ ...proc, args })),
};

async function startPython(proc: ProcessContext): Promise<Runtime> {
  const installation = await openInstallation(proc);
  return installation === undefined ? withoutLibrary(proc) : new PythonRuntime(installation);
}

/** Undefined when the interpreter has no standard library. */
async function openInstallation(proc: ProcessContext): Promise<Installation | undefined> {
  const files = processFiles(proc.root);
  const program = { path: proc.program, realPath: proc.realProgram, elf: proc.elf };
  const version = await findVersion(program, files);
  const layout = version && (await findLayout(proc, version, files));
  if (layout === undefined) return undefined;
  // A program that embeds the interpreter has a command line of its own.
  const isInterpreter = isPythonName(proc.realProgram) || isPythonName(proc.program);
  const command = parseCommand(isInterpreter ? proc.args : await embeddedCode(proc));
  const searchPath = await findSearchPath(proc, command, layout, files);
  const distributions = await indexDistributions(searchPath, layout.version.number, {
    files,
    packages: new PackageLookup(proc),
  });
  const finder = moduleFinder(searchPath, layout.version.tag, files);
  return { proc, command, files, layout, searchPath, finder, distributions };
}

function withoutLibrary(proc: ProcessContext): Runtime {
  return {
    async *start() {
      yield {
        finding: {
          severity: "error",
          code: "PYTHON_STDLIB_MISSING",
          path: proc.program,
          message: `cannot find the standard library of ${proc.program}: no lib/python3.*/os.py above it, in /usr/local or in /usr`,
          hint: "install the whole interpreter in the builder, or set PYTHONHOME",
        },
      };
    },
    async *needs() {},
    async *settle() {},
  };
}
