import { createHash } from "node:crypto";
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { z } from "zod";

export interface StoredManifest {
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** The parts of a request that tests look at. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
}

/** One request on its way to the registry: a fault may answer it, or leave it. */
export interface Interception extends SeenRequest {
  readonly request: http.IncomingMessage;
  readonly response: http.ServerResponse;
  readonly registry: MemoryRegistry;
  /** How often this was called before with the same word. */
  readonly nth: (word: string) => number;
  readonly endpoint: Endpoint;
  /** The path's last part without a query: a digest, a tag, a session. */
  readonly name: string;
}

export type Endpoint = "manifests" | "blobs" | "uploads" | "session" | "referrers" | "token" | "other";
export type Fault = (seen: Interception) => boolean | Promise<boolean>;

export interface RegistryOptions {
  readonly auth?: "none" | "basic" | "bearer";
  readonly hasReferrers?: boolean;
  readonly fault?: Fault;
  /** Serves with TLS; with `ca` only those who show a certificate of it. */
  readonly tls?: { readonly cert: string; readonly key: string; readonly ca?: string };
  /** For `bearer`: how many requests the first token is good for. */
  readonly firstTokenUses?: number;
}

export const user = "tester";
export const password = "s3cret-of-the-tests";

/** A registry in memory, with what it was asked. */
export interface MemoryRegistry {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Another host with the same blobs that wants no login and notes what it is sent. */
  readonly other: { readonly host: string; readonly seen: SeenRequest[] };
  readonly blobs: Map<string, Buffer>;
  /** By `REPOSITORY REFERENCE`. */
  readonly manifests: Map<string, StoredManifest>;
  readonly sessions: Map<string, Buffer>;
  readonly seen: SeenRequest[];
  close(): Promise<void>;
}

export const digestOf = (bytes: Uint8Array): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

/** Serves the distribution API from memory on loopback. Requests that `fault` takes are its own. */
export async function startMemoryRegistry(options: RegistryOptions = {}): Promise<MemoryRegistry> {
  const { auth = "none", fault } = options;
  const counts = new Map<string, number>();
  const uses = new Map<string, number>();
  let lastId = 0;
  const listener: http.RequestListener = (request, response) => void answer(request, response);
  const server =
    options.tls === undefined
      ? http.createServer(listener)
      : https.createServer({ ...options.tls, requestCert: options.tls.ca !== undefined }, listener);
  const otherServer = http.createServer((request, response) => void answerOther(request, response));
  const [host, otherHost] = [await listen(server, "127.0.0.1"), await listen(otherServer, "127.0.0.2")];
  const registry: MemoryRegistry = {
    host,
    other: { host: otherHost, seen: [] },
    blobs: new Map(),
    manifests: new Map(),
    sessions: new Map(),
    seen: [],
    async close() {
      for (const one of [server, otherServer]) {
        one.closeAllConnections();
        await new Promise((resolve) => void one.close(resolve));
      }
    },
  };
  return registry;

  function nth(word: string): number {
    const before = counts.get(word) ?? 0;
    counts.set(word, before + 1);
    return before;
  }

  async function answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = request;
    request.on("error", () => {});
    response.on("error", () => {});
    registry.seen.push({ method, url, headers });
    const { endpoint, name, repository } = endpointOf(url);
    if (endpoint === "token") {
      if (
        fault !== undefined &&
        (await fault({ method, url, headers, request, response, registry, nth, endpoint, name }))
      )
        return;
      giveToken(request, response);
      return;
    }
    if (!isAllowed(headers.authorization)) {
      const challenge =
        auth === "basic"
          ? 'Basic realm="tests"'
          : `Bearer realm="http://${host}/token",service="tests",scope="repository:${repository}:pull,push"`;
      send(response, { status: 401, headers: { "www-authenticate": challenge } });
      request.resume();
      return;
    }
    if (
      fault !== undefined &&
      (await fault({ method, url, headers, request, response, registry, nth, endpoint, name }))
    )
      return;
    await serve({ method, url, headers, request, response, endpoint, name, repository });
  }

  function isAllowed(authorization: string | undefined): boolean {
    if (auth === "none") return true;
    if (auth === "basic") {
      return authorization === `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    }
    const token = authorization?.replace(/^Bearer /u, "") ?? "";
    const left = uses.get(token) ?? 0;
    uses.set(token, left - 1);
    return left > 0;
  }

  function giveToken(request: http.IncomingMessage, response: http.ServerResponse): void {
    request.resume();
    const token = `token-${String(++lastId)}`;
    uses.set(token, lastId === 1 ? (options.firstTokenUses ?? 1000) : 1000);
    send(response, { status: 200, body: Buffer.from(JSON.stringify({ token, expires_in: 300 })) });
  }

  async function answerOther(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { method = "", url = "", headers } = request;
    registry.other.seen.push({ method, url, headers });
    if (url.startsWith("/needs-login")) {
      send(response, { status: 401, headers: { "www-authenticate": 'Basic realm="other"' } });
      request.resume();
      return;
    }
    const { endpoint, name, repository } = endpointOf(url);
    await serve({ method, url, headers, request, response, endpoint, name, repository });
  }

  async function serve(seen: SeenRequest & Served): Promise<void> {
    const { method, endpoint, response, request } = seen;
    if (endpoint === "session") return serveSession(seen);
    if (endpoint === "uploads" && method === "POST") return openSession(seen);
    if (method === "PUT" && endpoint === "manifests") return putManifest(seen, await readAll(request));
    request.resume();
    if (endpoint === "referrers" && options.hasReferrers === true) return listReferrers(seen);
    if (endpoint === "manifests") {
      const found = registry.manifests.get(`${seen.repository} ${seen.name}`);
      if (found === undefined) return sendError(response, 404, "MANIFEST_UNKNOWN");
      return send(response, {
        status: 200,
        headers: { "content-type": found.mediaType, "docker-content-digest": digestOf(found.bytes) },
        body: found.bytes,
        isHead: method === "HEAD",
      });
    }
    if (endpoint === "blobs") {
      const blob = registry.blobs.get(seen.name);
      if (blob === undefined) return sendError(response, 404, "BLOB_UNKNOWN");
      const start = Number(/^bytes=(\d+)-/u.exec(seen.headers.range ?? "")?.[1] ?? 0);
      const range = start === 0 ? {} : { "content-range": `bytes ${start}-${blob.length - 1}/${blob.length}` };
      return send(response, {
        status: start === 0 ? 200 : 206,
        headers: { "docker-content-digest": seen.name, ...range },
        body: blob.subarray(start),
        isHead: method === "HEAD",
      });
    }
    if (seen.url === "/v2/") return send(response, { status: 200, body: Buffer.from("{}") });
    return sendError(response, 404, "NOT_FOUND");
  }

  function openSession({ url, response, request, repository }: SeenRequest & Served): void {
    request.resume();
    const query = new URL(url, "http://x").searchParams;
    const mount = query.get("mount");
    if (mount !== null && query.get("from") !== null && registry.blobs.has(mount)) {
      send(response, { status: 201, headers: { location: `/v2/${repository}/blobs/${mount}` } });
      return;
    }
    const id = `session-${String(++lastId)}`;
    registry.sessions.set(id, Buffer.alloc(0));
    send(response, { status: 202, headers: { location: sessionPath(repository, id), range: "0-0" } });
  }

  /** Bytes that arrive before a connection breaks are kept, as in real registries. */
  async function serveSession({
    method,
    url,
    headers,
    request,
    response,
    name,
    repository,
  }: SeenRequest & Served): Promise<void> {
    const start = registry.sessions.get(name);
    const digest = new URL(url, "http://x").searchParams.get("digest");
    let known = start ?? Buffer.alloc(0);
    const offset = Number(/^(\d+)-/u.exec(headers["content-range"] ?? "")?.[1] ?? known.length);
    if (method === "PATCH" && start !== undefined && offset !== known.length) {
      request.resume();
      sendError(response, 416, "RANGE_INVALID");
      return;
    }
    const chunks: Uint8Array[] = [];
    const body: AsyncIterable<Uint8Array> = request;
    try {
      for await (const chunk of body) chunks.push(chunk);
    } catch {
      registry.sessions.set(name, Buffer.concat([known, ...chunks]));
      return;
    }
    if (start === undefined) {
      sendError(response, 404, "BLOB_UPLOAD_UNKNOWN");
      return;
    }
    known = Buffer.concat([known, ...chunks]);
    registry.sessions.set(name, known);
    const range = { range: `0-${Math.max(0, known.length - 1)}`, location: sessionPath(repository, name) };
    if (method === "GET") send(response, { status: 204, headers: range });
    else if (method === "PATCH") send(response, { status: 202, headers: range });
    else if (method === "DELETE") send(response, { status: 204 });
    else if (digest === null || digestOf(known) !== digest) sendError(response, 400, "DIGEST_INVALID");
    else {
      registry.sessions.delete(name);
      registry.blobs.set(digest, known);
      send(response, {
        status: 201,
        headers: { location: `/v2/${repository}/blobs/${digest}`, "docker-content-digest": digest },
      });
    }
  }

  function putManifest({ response, name, repository, headers }: SeenRequest & Served, bytes: Buffer): void {
    const digest = digestOf(bytes);
    if (name.startsWith("sha256:") && name !== digest) {
      sendError(response, 400, "DIGEST_INVALID");
      return;
    }
    const json = manifestSchema.parse(JSON.parse(bytes.toString()));
    const needed = [json.config, ...(json.layers ?? [])].flatMap((one) => (one === undefined ? [] : [one.digest]));
    if (needed.some((one) => !registry.blobs.has(one))) {
      sendError(response, 404, "MANIFEST_BLOB_UNKNOWN");
      return;
    }
    const stored = { mediaType: headers["content-type"] ?? "", bytes };
    registry.manifests.set(`${repository} ${digest}`, stored);
    registry.manifests.set(`${repository} ${name}`, stored);
    const isNoted = options.hasReferrers === true && json.subject !== undefined;
    send(response, {
      status: 201,
      headers: { "docker-content-digest": digest, ...(isNoted ? { "oci-subject": json.subject?.digest ?? "" } : {}) },
    });
  }

  function listReferrers({ response, name, repository }: SeenRequest & Served): void {
    const found = [...registry.manifests]
      .filter(
        ([key, { bytes }]) =>
          key.startsWith(`${repository} sha256:`) && bytes.includes(`"subject"`) && bytes.includes(name),
      )
      .map(([, { mediaType, bytes }]) => ({ mediaType, digest: digestOf(bytes), size: bytes.length }));
    const index = { schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: found };
    send(response, {
      status: 200,
      headers: { "content-type": index.mediaType },
      body: Buffer.from(JSON.stringify(index)),
    });
  }
}

const named = z.looseObject({ digest: z.string() });
const manifestSchema = z.looseObject({
  config: named.optional(),
  layers: z.array(named).optional(),
  subject: named.optional(),
});

interface Served {
  readonly request: http.IncomingMessage;
  readonly response: http.ServerResponse;
  readonly endpoint: Endpoint;
  readonly name: string;
  readonly repository: string;
}

function sessionPath(repository: string, id: string): string {
  return `/v2/${repository}/blobs/uploads/${id}?state=a%2Bb%3D`;
}

function endpointOf(url: string): { readonly endpoint: Endpoint; readonly name: string; readonly repository: string } {
  const path = decodeURIComponent(url.split("?")[0] ?? "");
  if (path === "/token") return { endpoint: "token", name: "", repository: "" };
  const found = /^\/v2\/(.+?)\/(manifests|blobs\/uploads|blobs|referrers)\/([^/]*)$/u.exec(path);
  const [, repository = "", kind = "other", name = ""] = found ?? [];
  if (kind === "blobs/uploads") return { endpoint: name === "" ? "uploads" : "session", name, repository };
  const known = (["manifests", "blobs", "referrers"] as const).find((one) => one === kind);
  return { endpoint: known ?? "other", name, repository };
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly isHead?: boolean;
}

export function send(response: http.ServerResponse, { status, headers, body, isHead }: Reply): void {
  response.writeHead(status, { ...headers, "content-length": String(body?.length ?? 0) });
  response.end(isHead === true ? undefined : body);
}

export function sendError(response: http.ServerResponse, status: number, code: string): void {
  send(response, {
    status,
    headers: { "content-type": "application/json" },
    body: Buffer.from(JSON.stringify({ errors: [{ code, message: "as the tests have it" }] })),
  });
}

async function readAll(request: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function listen(server: http.Server | https.Server, address: string): Promise<string> {
  await new Promise<void>((resolve) => void server.listen(0, address, resolve));
  const { port }: AddressInfo = boundTo(server);
  return `${address}:${String(port)}`;
}

function boundTo(server: http.Server | https.Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address;
}
