import type { Need, ProcessContext } from "../../closure/model/closure.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";

/** The files that node itself opens beside its program and the libraries that the loader finds. */
export async function* launchNeeds(proc: ProcessContext): AsyncIterable<Need> {
  const own = { role: "file", evidence: "rule", layer: "interpreter", optional: true } as const;
  // Node is configured with this literal path, whatever OPENSSLDIR the distribution has.
  yield { ...own, path: toAbsPath("/etc/ssl/openssl.cnf"), why: "reads the OpenSSL configuration" };

  for (const path of await externalBuiltins(proc)) {
    yield {
      path,
      role: "file",
      evidence: "proved",
      layer: "interpreter",
      why: "loads a built-in module from outside the program",
    };
  }
  if (isDistributionBuild(proc)) {
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
    const value = proc.env[variable];
    if (value === undefined || value === "") continue;
    const path = toAbsPath(value, proc.workdir);
    yield { path, role, evidence: "declared", why: `reads what ${variable} names`, optional: true };
  }
}

/** Directories that `require` looks into last: those of NODE_PATH, and those that distributions build in. */
export function searchPathsOf(proc: ProcessContext): readonly AbsPath[] {
  const listed = (proc.env["NODE_PATH"] ?? "").split(":").filter((part) => part !== "");
  return [...listed.map((path) => toAbsPath(path, proc.workdir)), ...distributionPaths(proc)];
}

/**
 * Directories that hold installed packages though they are not `node_modules`. NODE_PATH may name the sources of the
 * app.
 */
export function distributionPaths(proc: ProcessContext): readonly AbsPath[] {
  if (!isDistributionBuild(proc)) return [];
  return ["/usr/share/nodejs", "/usr/lib/nodejs", "/usr/share/javascript"].map((path) => toAbsPath(path));
}

/** True for node as distributions build it: a small program around a shared libnode. */
function isDistributionBuild(proc: ProcessContext): boolean {
  return libnodeOf(proc) !== undefined;
}

function libnodeOf(proc: ProcessContext): string | undefined {
  return proc.elf?.needed.find((soname) => soname.startsWith("libnode.so"));
}

/**
 * Built-in modules that the distribution moved out of the program: their absolute paths stand in libnode as text, and
 * node aborts at its start without them. The official program has them inside, and its 100 MB are not searched.
 */
async function externalBuiltins(proc: ProcessContext): Promise<readonly AbsPath[]> {
  const soname = libnodeOf(proc);
  const path = soname === undefined ? undefined : await proc.findLibrary(soname);
  const elf = path === undefined ? undefined : await proc.readElf(path);
  if (elf === undefined) return [];
  const found = new Set<AbsPath>();
  for (const text of await elf.strings("js\0")) {
    if (!/^\/[^\s:*?"<>|]+\.[cm]?js$/u.test(text)) continue;
    const file = toAbsPath(text);
    if ((await proc.root.lstat(file)) !== undefined) found.add(file);
  }
  return [...found];
}
