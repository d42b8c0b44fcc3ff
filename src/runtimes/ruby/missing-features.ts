import type { Finding } from "../../closure/model/closure.ts";
import { type AbsPath, isWithin } from "../../rootfs/rootfs.ts";
import type { RubyCommand } from "./command-line.ts";

/**
 * True for a source in a directory of tests, of templates, or one that is an example by its ending: who runs or copies
 * them sets a load path for them, and installs what they take.
 */
export function isForOthers(path: AbsPath): boolean {
  return /\/(?:spec|tests?|benchmarks?|templates?)\/|\.(?:example|sample)$/u.test(path);
}

/** True for a directory of the application that the command line names: the program is there to run its tests. */
export function isGivenTo(
  { script, arguments: others }: Pick<RubyCommand, "script" | "arguments">,
  name: string,
): boolean {
  return [script ?? "", ...others].some((word) => word.replace(/^\.\//u, "").split("/")[0] === name);
}

/** The finding of a source of the application that loads what the builder does not have. */
export function missingFeature(
  path: AbsPath,
  { name, line, appRoot }: { readonly name: string; readonly line: number; readonly appRoot: AbsPath | undefined },
): Finding {
  const isInApp = appRoot !== undefined && isWithin(path, appRoot);
  return {
    severity: "warning",
    code: "MODULE_MISSING",
    path,
    message: `cannot find module ${name}: required at ${path}:${line}, no file of the load path and no gem has it`,
    hint: isInApp ? "install the gem in the builder, or set RUBYLIB" : "install the gem in the builder",
  };
}
