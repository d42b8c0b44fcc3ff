import type { ProcessContext } from "../../closure/model/closure.ts";
import { libraryOfAnyVersion } from "../../languages/library-versions.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { toAbsPath } from "../../rootfs/rootfs.ts";
import type { Emitter } from "./emitter.ts";

/** The library that `ffi_lib` or `Fiddle.dlopen` opens by a name. */
export async function reachLibrary(
  written: string,
  { proc, files, emitter }: { readonly proc: ProcessContext; readonly files: ProcessFiles; readonly emitter: Emitter },
): Promise<void> {
  const name = libraryName(written);
  const [, any] = /^lib(.+)\.so\.$/u.exec(name) ?? [];
  if (any !== undefined) {
    const path = await libraryOfAnyVersion(any, proc, files);
    if (path !== undefined)
      emitter.need({ path, role: "object", evidence: "string", why: `opens lib${any} of any version`, optional: true });
    return;
  }
  for (const soname of [name, `lib${name}.so`, `${name}.so`]) {
    const path = name.startsWith("/") ? toAbsPath(name) : await proc.findLibrary(soname);
    if (path === undefined) continue;
    emitter.need({ path, role: "object", evidence: "proved", why: `opens ${name}`, optional: true });
    return;
  }
}

/**
 * Of a path that is put together, `"/usr/lib/#{arch}/libsass.#{ext}"`, the file's name, which the loader looks for as
 * well.
 */
function libraryName(written: string): string {
  if (!written.includes("#{")) return written;
  return written.replace(/\.#\{[^}]*\}$/u, ".so").replace(/^.*[}/]/u, "");
}
