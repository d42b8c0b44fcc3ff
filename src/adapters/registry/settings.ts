import fs from "node:fs";
import path from "node:path";
import tls from "node:tls";
import { registryFailure } from "./failure.ts";
import { isLoopback } from "./registry-locations.ts";
import type { ProxySettings } from "./transport.ts";

/** How a registry is reached. */
export interface Reaching {
  readonly base: URL;
  readonly authorities: readonly string[] | undefined;
  readonly clientCertificate: { readonly cert: string; readonly key: string } | undefined;
}

export interface ReachingOptions {
  readonly isPlainHttp: boolean;
  /** A PEM file of authorities to trust beside the others. */
  readonly authorityFile: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Folders with a folder for each registry, as Docker has them: `*.crt` is trusted, `*.cert` and `*.key` prove who one
   * is.
   */
  readonly certificateFolders: readonly string[];
}

/**
 * Where a registry's API is. Without TLS only where that was asked for, and on this machine unless certificates were
 * given. Throws USAGE_INVALID-like REGISTRY_TLS where a file of certificates cannot be read.
 */
export function reachRegistry(registry: string, options: ReachingOptions): Reaching {
  const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
  const own = ownCertificates(registry, options.certificateFolders);
  const files = [...(options.authorityFile === undefined ? [] : [options.authorityFile]), ...own.authorities];
  const isPlain = options.isPlainHttp || (isLoopback(new URL(`http://${host}`).hostname) && files.length === 0);
  const base = new URL(`${isPlain ? "http" : "https"}://${host}`);
  const everywhere = options.env["SSL_CERT_FILE"];
  const all = [...files, ...(everywhere === undefined || everywhere === "" ? [] : [everywhere])];
  const authorities =
    isPlain || all.length === 0
      ? undefined
      : [...tls.getCACertificates("default"), ...tls.getCACertificates("system"), ...all.map(readCertificates)];
  return { base, authorities, clientCertificate: own.client };
}

function readCertificates(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (failure) {
    const why = failure instanceof Error ? failure.message : "";
    throw registryFailure("REGISTRY_TLS", `cannot read the certificates of ${file}: ${why}`, { cause: failure });
  }
}

function ownCertificates(
  registry: string,
  folders: readonly string[],
): { readonly authorities: readonly string[]; readonly client: Reaching["clientCertificate"] } {
  for (const folder of folders) {
    const own = path.join(folder, registry);
    if (fs.statSync(own, { throwIfNoEntry: false })?.isDirectory() !== true) continue;
    const names = fs.readdirSync(own).toSorted();
    const cert = names.find((name) => name.endsWith(".cert"));
    const key = cert?.replace(/\.cert$/u, ".key");
    return {
      authorities: names
        .map((name) => path.join(own, name))
        // A pipe among them would never end.
        .filter((file) => file.endsWith(".crt") && fs.statSync(file, { throwIfNoEntry: false })?.isFile() !== false),
      client:
        cert === undefined || key === undefined || !names.includes(key)
          ? undefined
          : { cert: readCertificates(path.join(own, cert)), key: readCertificates(path.join(own, key)) },
    };
  }
  return { authorities: [], client: undefined };
}

/** The proxies that the environment names, in either case of letters. */
export function proxiesOf(env: Readonly<Record<string, string | undefined>>): ProxySettings {
  const read = (name: string): string | undefined => {
    const text = env[name.toLowerCase()] ?? env[name];
    return text === undefined || text === "" ? undefined : text;
  };
  return { http: read("HTTP_PROXY"), https: read("HTTPS_PROXY"), except: read("NO_PROXY") };
}
