import http from "node:http";
import type { Spool } from "../layers/spool.ts";
import { refuse } from "./refuse.ts";

/** Connecting and the first bytes may take this long, and so may each pause after. */
const silenceMilliseconds = 60_000;

/** What the system says where nobody listens at a socket. */
const absent: ReadonlySet<string | undefined> = new Set(["ENOENT", "ECONNREFUSED"]);

/**
 * Writes what `docker save` would to the spool, asking the engine at its socket. Throws IMAGE_SOURCE_INVALID where the
 * engine does not have the image, SOURCE_INVALID where there is no engine.
 */
export async function saveFromDaemon(
  reference: string,
  { socketPath, spool, signal }: { readonly socketPath: string; readonly spool: Spool; readonly signal?: AbortSignal },
): Promise<void> {
  const noEngine = () =>
    refuse(
      "SOURCE_INVALID",
      `cannot read docker-daemon:${reference}: no Docker engine answers at ${socketPath}`,
      `write registry:${reference} for the image of a registry`,
    );
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    const request = http.get(
      {
        socketPath,
        path: `/images/${encodeURIComponent(withTag(reference))}/get`,
        timeout: silenceMilliseconds,
        ...(signal === undefined ? {} : { signal }),
      },
      resolve,
    );
    request.on("timeout", () =>
      request.destroy(new Error("cannot read from the engine: it says nothing for a minute")),
    );
    request.on("error", (failure: NodeJS.ErrnoException) => reject(absent.has(failure.code) ? noEngine() : failure));
  });
  if (response.statusCode !== 200) {
    response.destroy();
    throw refuse(
      "IMAGE_SOURCE_INVALID",
      `cannot read docker-daemon:${reference}: the engine answers ${String(response.statusCode)}`,
      `pull the image first: docker pull ${reference}`,
    );
  }
  for await (const chunk of response) spool.append(Buffer.from(chunk));
}

/** A name alone would bring all tags that the engine has of it. */
export function withTag(reference: string): string {
  const last = reference.slice(reference.lastIndexOf("/") + 1);
  return /[:@]/u.test(last) || /^[0-9a-f]{12,64}$/u.test(reference) ? reference : `${reference}:latest`;
}

/** The socket that DOCKER_HOST names; undefined where it names no socket. */
export function daemonSocket(dockerHost: string | undefined): string | undefined {
  if (dockerHost === undefined || dockerHost === "") return "/var/run/docker.sock";
  return dockerHost.startsWith("unix://") ? dockerHost.slice("unix://".length) : undefined;
}
