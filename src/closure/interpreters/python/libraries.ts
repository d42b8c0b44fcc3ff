import { type AbsPath, toAbsPath } from "../../../rootfs/rootfs.ts";
import type { Yield } from "../../closure.ts";
import type { Installation } from "./installation.ts";

/**
 * A library that a source loads by name at run time: `find_library("magic")`, `CDLL("libmagic.so.1")`. What is not there is
 * passed over, for most such calls are for other systems. PYTHON_LIBRARY_LOOKUP warns of lookups that need programs.
 */
export async function reachLibrary(
  call: { readonly callee: string; readonly text: string; readonly source: AbsPath },
  installation: Installation,
  out: Yield[],
): Promise<void> {
  const { process, files } = installation;
  const isLookup = call.callee === "find_library";
  for (const soname of isLookup ? await sonamesOf(call.text, installation) : [call.text]) {
    if (!/\.so(?:\.|$)/u.test(soname)) continue;
    const path = soname.startsWith("/") ? toAbsPath(soname) : await process.findLibrary(soname);
    if (path === undefined || !(await files.isFile(path))) continue;
    const why = `loads ${soname} by ctypes`;
    out.push({ need: { path, role: "object", evidence: "string", why, optional: true } });
    if (!isLookup) continue;
    out.push({
      finding: {
        severity: "warning",
        code: "PYTHON_LIBRARY_LOOKUP",
        path: call.source,
        message: `cannot promise that find_library("${call.text}") works in the image: it asks ldconfig, gcc or ld, which do not ship`,
        hint: `load "${soname}" by its name with ctypes.CDLL, or list ldconfig under "binaries"`,
      },
    });
    return;
  }
}

/** Sonames that `find_library` could answer, newest first. */
async function sonamesOf(name: string, { files, process }: Installation): Promise<readonly string[]> {
  if (!/^[\w.+-]+$/u.test(name)) return [];
  const multiarch = [...(await files.names(toAbsPath("/usr/lib")))].filter((entry) => /^\w+-linux-\w+$/u.test(entry));
  const directories = [
    ...(process.env["LD_LIBRARY_PATH"] ?? "").split(":").filter((part) => part.startsWith("/")),
    "/usr/local/lib",
    "/usr/lib",
    "/lib",
    "/usr/lib64",
    "/lib64",
    ...multiarch.map((entry) => `/usr/lib/${entry}`),
  ];
  const sonames = new Set<string>();
  for (const directory of directories) {
    for (const entry of await files.names(toAbsPath(directory))) {
      if (entry.startsWith(`lib${name}.so`) && /^\.so(?:\.\d+)?$/u.test(entry.slice(name.length + 3)))
        sonames.add(entry);
    }
  }
  return [...sonames].sort().reverse();
}
