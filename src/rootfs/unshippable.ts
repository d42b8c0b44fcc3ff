import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { groupDigits } from "../diagnostics/numbers.ts";
import { nameBytes } from "./names.ts";
import { type AbsPath, baseName, type FileKind } from "./rootfs.ts";

/** Layers delete files by names that begin so (OCI image specification, "whiteouts"). */
const whiteoutPrefix = ".wh.";

/** What Linux opens: PATH_MAX, less the byte that ends the path. */
const pathLimitBytes = 4095;

/** Kinds of files that an image can have. */
export function isShippable(kind: FileKind): kind is "file" | "directory" | "symlink" {
  return kind === "file" || kind === "directory" || kind === "symlink";
}

/** Why no image can have a path, whatever is there; undefined where one can. Yields NAME_RESERVED, PATH_TOO_LONG. */
export function findUnshippable(path: AbsPath): (Diagnostic & { readonly path: AbsPath }) | undefined {
  if (baseName(path).startsWith(whiteoutPrefix)) {
    return {
      severity: "error",
      code: "NAME_RESERVED",
      path,
      message: `cannot ship ${path}: in a layer a name that begins with ${whiteoutPrefix} deletes another file`,
      hint: `rename it, or leave it out with closure.exclude: [${JSON.stringify(path)}]`,
    };
  }
  // A character has three bytes at most.
  const bytes = path.length * 3 > pathLimitBytes ? nameBytes(path).length : 0;
  if (bytes <= pathLimitBytes) return undefined;
  const limits = `its path has ${groupDigits(bytes)} bytes, and Linux opens ${groupDigits(pathLimitBytes)}`;
  return {
    severity: "error",
    code: "PATH_TOO_LONG",
    path,
    message: `cannot ship ${path.slice(0, 100)}...: ${limits}`,
    hint: "leave it out with closure.exclude",
  };
}
