import type { Interpreter, ProcessContext, Runtime } from "../../closure/model/closure.ts";
import { processFiles } from "../../rootfs/process-files.ts";
import { parseCommand } from "./command-line.ts";
import { indexDistributions } from "./distributions.ts";
import type { Installation } from "./installation.ts";
import { findLayout } from "./layout.ts";
import { moduleFinder } from "./module-finder.ts";
import { isNotRun } from "./prune.ts";
import { PythonRuntime } from "./runtime.ts";
import { callPythonFunction } from "./runtime-interface-client.ts";
import { findSearchPath } from "./search-path.ts";
import { findVersion, isPythonName, needsLibPython } from "./version.ts";

/** CPython 3 in the layouts of Debian, of python.org's `make install`, and in virtual environments. */
export const python: Interpreter = {
  name: "python",
  systemDirectories: /^\/usr\/(?:local\/)?lib\/(?:python|pypy)[\d.]*\//u,
  packageDirectories: ["dist-packages", "site-packages"],
  isNotRun,
  claims: ({ realPath, elf }) => elf !== undefined && (isPythonName(realPath) || needsLibPython(elf)),
  start: startPython,
  callFunction: (process, call) => callPythonFunction(call, (args) => openInstallation({ ...process, args })),
};

async function startPython(process: ProcessContext): Promise<Runtime> {
  const installation = await openInstallation(process);
  return installation === undefined ? withoutLibrary(process) : new PythonRuntime(installation);
}

/** Undefined when the interpreter has no standard library. */
async function openInstallation(process: ProcessContext): Promise<Installation | undefined> {
  const files = processFiles(process.root);
  const program = { path: process.program, realPath: process.realProgram, elf: process.elf };
  const version = await findVersion(program, files);
  const layout = version && (await findLayout(process, version, files));
  if (layout === undefined) return undefined;
  // A program that embeds the interpreter has a command line of its own.
  const isInterpreter = isPythonName(process.realProgram) || isPythonName(process.program);
  const command = parseCommand(isInterpreter ? process.args : []);
  const searchPath = await findSearchPath(process, command, layout, files);
  const distributions = await indexDistributions(searchPath, layout.version.number, files);
  const finder = moduleFinder(searchPath, layout.version.tag, files);
  return { process, command, files, layout, searchPath, finder, distributions };
}

function withoutLibrary(process: ProcessContext): Runtime {
  return {
    async *start() {
      yield {
        finding: {
          severity: "error",
          code: "PYTHON_STDLIB_MISSING",
          path: process.program,
          message: `cannot find the standard library of ${process.program}: no lib/python3.*/os.py above it, in /usr/local or in /usr`,
          hint: "install the whole interpreter in the builder, or set PYTHONHOME",
        },
      };
    },
    async *needs() {},
    async *settle() {},
  };
}
