import type { ProcessContext, Yield } from "../../closure/model/closure.ts";
import { libraryOfAnyVersion } from "../../languages/library-versions.ts";
import { OpenedLibraries } from "../../languages/opened-libraries.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";
import type { Emitter } from "./emitter.ts";
import type { Installation } from "./installation.ts";
import { libraryNamesIn, type RubyScan } from "./source-scan.ts";

const opensLibraries = /\b(?:ffi_lib|Fiddle\.dlopen|Fiddle::Handle\.new|dlload)\b/u;

/** The libraries that sources open by name, and those that settings name for them. */
export class Libraries {
  readonly #asking: { readonly proc: ProcessContext; readonly files: ProcessFiles; readonly emitter: Emitter };
  readonly #named: OpenedLibraries;

  constructor({ proc, files }: Installation, emitter: Emitter) {
    this.#asking = { proc, files, emitter };
    this.#named = new OpenedLibraries({ proc, files, opens: opensLibraries });
  }

  async read({ libraries, code }: RubyScan, path: AbsPath, isApp: boolean): Promise<void> {
    // An application may have its names in one source, and open them in another.
    const all = isApp ? [...libraries, ...libraryNamesIn(code)] : libraries;
    for (const name of new Set(all)) await reachLibrary(name, this.#asking);
    if (!isApp) return;
    for await (const one of this.#named.read(code, path, true)) if ("need" in one) this.#asking.emitter.need(one.need);
  }

  settle(): AsyncIterable<Yield> {
    return this.#named.settle();
  }
}

/** The library that `ffi_lib` or `Fiddle.dlopen` opens by a name. */
async function reachLibrary(
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
