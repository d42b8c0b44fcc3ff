import type { Finding } from "../../closure/model/closure.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";
import type { PhpInclude } from "./source-scan.ts";

/** An extension that settings in `path` name and that nothing has. */
export function missingExtension(value: string, candidates: readonly AbsPath[], path: AbsPath): Finding {
  const where = candidates.length === 0 ? "no directory of extensions is known" : `no ${candidates.join(", no ")}`;
  return {
    severity: "warning",
    code: "PHP_EXTENSION_MISSING",
    path,
    message: `cannot load the extension ${value}: ${path} names it, ${where}`,
    hint: "install the package that has it in the builder, or remove the line",
  };
}

/** A file that a `require` of the script names and that nothing has. */
export function missingInclude(
  name: string,
  { include, source }: { readonly include: PhpInclude; readonly source: AbsPath },
): Finding {
  return {
    severity: "warning",
    code: "MODULE_MISSING",
    path: source,
    message: `cannot find ${name}: required at ${source}:${include.line}, not on the include path and not beside it`,
    hint: "install it in the builder, or bring it with the application",
  };
}
