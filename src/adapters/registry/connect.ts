import process from "node:process";
import type { ImageReference } from "../../formats/oci/reference.ts";
import { dockerConfigFolder, findCredentials } from "../docker-config/docker-config.ts";
import { openClient } from "./client.ts";
import { type Clock, systemClock } from "./clock.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import type { Repository } from "./repository.ts";
import { proxiesOf, reachRegistry } from "./settings.ts";
import { openTransport, type Transport } from "./transport.ts";

/** The settings of registries for all that one command speaks to. */
export interface RegistrySettings {
  readonly isPlainHttp?: boolean;
  readonly authorityFile?: string;
  readonly trustedRealms?: readonly string[];
  /** Where images of a registry are looked for first. */
  readonly mirrors?: readonly Mirror[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly certificateFolders?: readonly string[];
  readonly limits?: Partial<Limits>;
  readonly clock?: Clock;
  /**
   * Told of what a registry warns of (`REGISTRY_WARNING`), and of logins that cannot be used (`CREDENTIALS_UNUSABLE`).
   */
  readonly warned: (code: "REGISTRY_WARNING" | "CREDENTIALS_UNUSABLE", text: string) => void;
  readonly userAgent?: string;
  readonly signal?: AbortSignal;
}

export interface Mirror {
  /** The registry that it stands for. */
  readonly of: string;
  readonly registry: string;
  /** Before the names of repositories; empty for none. */
  readonly prefix: string;
}

/** Opens repositories; keeps one set of connections a registry until it is closed. */
export interface Registries {
  readonly mirrors: readonly Mirror[];
  open(reference: Pick<ImageReference, "registry" | "repository">, access: Access): Promise<Repository>;
  close(): Promise<void>;
}

export interface Access {
  readonly isWriting: boolean;
  /** Another repository of the same registry that blobs may be taken from. */
  readonly takingFrom?: string;
}

export function openRegistries(settings: RegistrySettings): Registries {
  const { env, signal, clock = systemClock, warned } = settings;
  const limits = { ...defaultLimits, ...settings.limits };
  const transports = new Map<string, Promise<Transport>>();
  return {
    mirrors: settings.mirrors ?? [],
    async open({ registry, repository: path }, { isWriting, takingFrom }) {
      const reaching = reachRegistry(registry, {
        isPlainHttp: settings.isPlainHttp ?? false,
        authorityFile: settings.authorityFile,
        env,
        certificateFolders: settings.certificateFolders ?? ["/etc/docker/certs.d", "/etc/containers/certs.d"],
      });
      const transport =
        transports.get(registry) ??
        openTransport({
          limits,
          clock,
          proxies: proxiesOf(env),
          ...(signal === undefined ? {} : { signal }),
          ...(reaching.authorities === undefined ? {} : { authorities: reaching.authorities }),
          ...(reaching.clientCertificate === undefined ? {} : { clientCertificate: reaching.clientCertificate }),
        });
      transports.set(registry, transport);
      const client = openClient({
        registry,
        base: reaching.base,
        transport: await transport,
        clock,
        limits,
        scopes: [
          `repository:${path}:pull${isWriting ? ",push" : ""}`,
          ...(takingFrom === undefined ? [] : [`repository:${takingFrom}:pull`]),
        ],
        findCredentials: async () =>
          findCredentials(registry, {
            folder: dockerConfigFolder(env),
            env,
            warned: (text) => warned("CREDENTIALS_UNUSABLE", text),
          }),
        trustedRealms: settings.trustedRealms ?? [],
        warned: (text) => warned("REGISTRY_WARNING", text),
        userAgent: settings.userAgent ?? `pith (${process.platform}; ${process.arch})`,
        ...(signal === undefined ? {} : { signal }),
      });
      const name = `${registry}/${path}`;
      return { client, limits, clock, registry, path, name, ...(signal === undefined ? {} : { signal }) };
    },
    async close() {
      for (const transport of transports.values()) await (await transport).close();
    },
  };
}
