import type { Finding } from "../../closure/model/closure.ts";
import { type AbsPath, isWithin } from "../../rootfs/rootfs.ts";

/** True for a source in a directory of tests: who runs them sets a load path for them, and installs what they take. */
export function isTest(path: AbsPath): boolean {
  return /\/(?:spec|tests?|benchmarks?)\//u.test(path);
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
