import type { ProcessContext, Runtime, RuntimePlugin } from "../../closure/model/closure.ts";
import { defaultScript } from "../../languages/default-script.ts";
import { processFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, baseName, toAbsPath } from "../../rootfs/rootfs.ts";
import { readPhpCommand } from "./command-line.ts";
import { readComposer } from "./composer.ts";
import { readCompiledPaths, readSettings } from "./ini.ts";
import { PhpRuntime } from "./runtime.ts";

const names = /^php(?:-?(?:fpm|cgi|cli))?(?:-?\d[\d.]*)?(?:-(?:fpm|cgi|cli))?$/u;

/** PHP on the command line, as a server of its own, as FastCGI and as php-fpm. */
export const php: RuntimePlugin = {
  name: "php",
  library: /^libphp[\d.]*\.so/u,
  systemDirectories: /^\/usr\/(?:share|lib)\/php\d*\//u,
  sources: /\.(?:inc|php)$/u,
  claims: ({ path, realPath, elf }) =>
    elf !== undefined && (names.test(baseName(path)) || names.test(baseName(realPath))),
  start: startPhp,
  defaultArgs: defaultPhpArgs,
  unusedPackages,
};

async function startPhp(proc: ProcessContext): Promise<Runtime> {
  const files = processFiles(proc.root);
  const sapi = sapiOf(proc);
  const args = proc.args.length === 0 && sapi === "cli" ? await defaultPhpArgs(proc) : proc.args;
  const command = readPhpCommand(args, { isFpm: sapi === "fpm" });
  const library = await libraryOf(proc);
  const compiled = await readCompiledPaths(library ?? proc.elf, files);
  const ownName = library === undefined ? sapi : "embed";
  const settings = await readSettings(proc, {
    files,
    command,
    compiled,
    sapi: ownName === "fpm" ? "fpm-fcgi" : ownName,
  });
  return new PhpRuntime({ proc, files, command, compiled, settings, sapi });
}

/** The library that has PHP, where another program or its plug-in needs it: the paths are compiled into it. */
async function libraryOf(proc: ProcessContext): Promise<ProcessContext["elf"]> {
  const soname = proc.elf?.needed.find((name) => php.library?.test(name) === true);
  const path = soname === undefined ? undefined : await proc.findLibrary(soname);
  return path === undefined ? undefined : proc.readElf(path);
}

function sapiOf({ program, realProgram }: ProcessContext): "cli" | "fpm" | "cgi" {
  const text = `${baseName(program)} ${baseName(realProgram)}`;
  if (text.includes("fpm")) return "fpm";
  return text.includes("cgi") ? "cgi" : "cli";
}

async function defaultPhpArgs(proc: ProcessContext): Promise<readonly string[]> {
  return sapiOf(proc) === "cli" ? defaultScript(proc, ".php") : [];
}

/** Packages of `require-dev` in the application's vendor directory. */
async function unusedPackages({ root, appRoot }: ProcessContext): Promise<readonly AbsPath[]> {
  if (appRoot === undefined) return [];
  return (await readComposer(toAbsPath("vendor", appRoot), processFiles(root))).unused;
}
