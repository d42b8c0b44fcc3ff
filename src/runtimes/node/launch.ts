import type { Need, ProcessContext } from "../../closure/model/closure.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";

/** What node itself opens beside its program and the libraries that the loader finds. */
export async function* launchNeeds(process: ProcessContext): AsyncIterable<Need> {
  const own = { role: "file", evidence: "rule", layer: "interpreter", optional: true } as const;
  // Node is configured with this literal path, whatever OPENSSLDIR the distribution has.
  yield { ...own, path: toAbsPath("/etc/ssl/openssl.cnf"), why: "reads the OpenSSL configuration" };

  for (const path of await externalBuiltins(process)) {
    yield {
      path,
      role: "file",
      evidence: "proved",
      layer: "interpreter",
      why: "loads a built-in module from outside the program",
    };
  }
  if (isDistributionBuild(process)) {
    for (const path of ["/usr/lib/ssl/cert.pem", "/etc/ssl/certs/ca-certificates.crt"]) {
      yield { ...own, path: toAbsPath(path), why: "trusts the certificates of the system" };
    }
  }
  const named = [
    ["NODE_EXTRA_CA_CERTS", "file"],
    ["SSL_CERT_FILE", "file"],
    ["OPENSSL_CONF", "file"],
    ["NODE_ICU_DATA", "tree"],
  ] as const;
  for (const [variable, role] of named) {
    const value = process.env[variable];
    if (value === undefined || value === "") continue;
    const path = toAbsPath(value, process.workdir);
    yield { path, role, evidence: "declared", why: `reads what ${variable} names`, optional: true };
  }
}

/** Directories that `require` looks into last: those of NODE_PATH, and those that distributions build in. */
export function searchPathsOf(process: ProcessContext): readonly AbsPath[] {
  const listed = (process.env["NODE_PATH"] ?? "").split(":").filter((part) => part !== "");
  return [...listed.map((path) => toAbsPath(path, process.workdir)), ...distributionPaths(process)];
}

/** Directories that hold installed packages though they are no `node_modules`. NODE_PATH may name the sources of the app. */
export function distributionPaths(process: ProcessContext): readonly AbsPath[] {
  if (!isDistributionBuild(process)) return [];
  return ["/usr/share/nodejs", "/usr/lib/nodejs", "/usr/share/javascript"].map((path) => toAbsPath(path));
}

/** True for node as distributions build it: a small program around a shared libnode. */
function isDistributionBuild(process: ProcessContext): boolean {
  return libnodeOf(process) !== undefined;
}

function libnodeOf(process: ProcessContext): string | undefined {
  return process.elf?.needed.find((soname) => soname.startsWith("libnode.so"));
}

/**
 * Built-in modules that the distribution moved out of the program: their absolute paths stand in libnode as text, and node
 * aborts at its start without them. The official program has them inside, and its 100 MB are not searched.
 */
async function externalBuiltins(process: ProcessContext): Promise<readonly AbsPath[]> {
  const soname = libnodeOf(process);
  const path = soname === undefined ? undefined : await process.findLibrary(soname);
  const elf = path === undefined ? undefined : await process.readElf(path);
  if (elf === undefined) return [];
  const found = new Set<AbsPath>();
  for (const text of await elf.strings()) {
    if (!/^\/[^\s:*?"<>|]+\.[cm]?js$/u.test(text)) continue;
    const file = toAbsPath(text);
    if ((await process.root.lstat(file)) !== undefined) found.add(file);
  }
  return [...found];
}
