import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { type Alarm, type Clock, systemClock } from "./clock.ts";
import { ExchangeFault } from "./failure.ts";
import type { Limits } from "./limits.ts";
import { isLoopback } from "./registry-locations.ts";

/** One request, without redirects, retries or credentials of its own. */
export interface Exchange {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: { readonly sizeBytes: number; open(): AsyncIterable<Uint8Array> };
  /** The answer may take as long as a registry needs to store what it got. */
  readonly isCommit?: boolean;
}

export interface Answer {
  readonly status: number;
  /** All values of a header, in their order. */
  values(name: string): readonly string[];
  /** May be read once. Fails with an `ExchangeFault` where it breaks off, is silent or trickles. */
  readonly body: AsyncIterable<Uint8Array>;
  /** Gives up the body. */
  discard(): Promise<void>;
}

/** Throws `ExchangeFault`, and what the body of the request throws. */
export interface Transport {
  send(exchange: Exchange): Promise<Answer>;
  close(): Promise<void>;
}

export interface TransportOptions {
  readonly limits: Limits;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
  /** Certificates to trust, PEM; undefined: those of Node. */
  readonly authorities?: readonly string[];
  readonly clientCertificate?: { readonly cert: string; readonly key: string };
  readonly proxies?: ProxySettings;
}

export interface ProxySettings {
  readonly http: string | undefined;
  readonly https: string | undefined;
  /** NO_PROXY: hosts, separated by commas. */
  readonly except: string | undefined;
}

/** Requests by undici. */
export async function openTransport(options: TransportOptions): Promise<Transport> {
  // It is large, and most commands never need it.
  const { Agent, EnvHttpProxyAgent } = await import("undici");
  const { limits, clock = systemClock, authorities, clientCertificate, proxies } = options;
  const tls = {
    ...(authorities === undefined ? {} : { ca: [...authorities] }),
    ...clientCertificate,
  };
  const common = {
    // Ours are in their place: undici's start again with each byte.
    headersTimeout: 0,
    bodyTimeout: 0,
    connections: 16,
    pipelining: 1,
    connect: { timeout: limits.connectMilliseconds, ...tls },
  };
  const direct = new Agent(common);
  const hasProxy = proxies?.http !== undefined || proxies?.https !== undefined;
  const proxied = hasProxy
    ? new EnvHttpProxyAgent({
        ...common,
        httpProxy: proxies.http ?? "",
        httpsProxy: proxies.https ?? "",
        noProxy: proxies.except ?? "",
        requestTls: tls,
        proxyTls: tls,
      })
    : undefined;
  return {
    send: async (exchange) =>
      sendWith(proxied !== undefined && isForProxy(exchange.url, proxies) ? proxied : direct, exchange, {
        limits,
        clock,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      }),
    async close() {
      await direct.destroy();
      await proxied?.destroy();
    },
  };
}

/** This machine is never asked through a proxy, nor is a protocol that has none. */
function isForProxy({ protocol, hostname }: URL, proxies: ProxySettings | undefined): boolean {
  const proxy = protocol === "https:" ? proxies?.https : proxies?.http;
  return proxy !== undefined && !isLoopback(hostname);
}

interface Sending {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
}

/** Pieces of this size are what an upload has to make progress by. */
const pieceBytes = 128 * 1024;

async function sendWith(agent: Dispatcher, exchange: Exchange, { limits, clock, signal }: Sending): Promise<Answer> {
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(signal?.reason);
  signal?.throwIfAborted();
  signal?.addEventListener("abort", interrupt);
  let silentFor: number | undefined;
  const alarmAfter = (milliseconds: number): Alarm =>
    clock.alarm(milliseconds, () => {
      silentFor = milliseconds;
      stop.abort();
    });
  const silence = alarmAfter(limits.silenceMilliseconds);
  let patience: Alarm = silence;
  // An answer may come before all of the request's body is sent.
  let isAnswered = false;
  const stopAlarms = (): void => {
    isAnswered = true;
    patience.stop();
    silence.stop();
  };
  const sending = sendBody(exchange, {
    progress() {
      if (!isAnswered) silence.restart();
    },
    sent() {
      if (exchange.isCommit !== true || isAnswered) return;
      silence.stop();
      patience = alarmAfter(limits.commitMilliseconds);
    },
  });
  try {
    const response = await agent.request({
      origin: exchange.url.origin,
      path: `${exchange.url.pathname}${exchange.url.search}`,
      method: exchange.method,
      headers: { ...exchange.headers, ...sending.headers },
      ...(sending.body === undefined ? {} : { body: sending.body }),
      signal: stop.signal,
    });
    stopAlarms();
    // A body that nobody reads any more may break; whoever reads it is told by the reading.
    response.body.on("error", () => {});
    return {
      status: response.statusCode,
      values: (name) => [response.headers[name.toLowerCase()] ?? []].flat(),
      body: watchBody(response.body, {
        limits,
        clock,
        signal,
        finished: () => signal?.removeEventListener("abort", interrupt),
      }),
      async discard() {
        signal?.removeEventListener("abort", interrupt);
        const alarm = clock.alarm(limits.discardMilliseconds, () => response.body.destroy());
        await response.body.dump({ limit: limits.errorBytes }).catch(() => {});
        alarm.stop();
      },
    };
  } catch (failure) {
    stopAlarms();
    signal?.removeEventListener("abort", interrupt);
    signal?.throwIfAborted();
    const own = sending.failure();
    if (own !== undefined) throw own.reason;
    if (silentFor !== undefined) throw new ExchangeFault("slow", silent(silentFor), { cause: failure });
    throw faultOf(failure);
  }
}

function sendBody(
  { body }: Exchange,
  watch: { readonly progress: () => void; readonly sent: () => void },
): {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Readable;
  failure(): { readonly reason: unknown } | undefined;
} {
  if (body === undefined) return { headers: {}, failure: () => undefined };
  let failure: { readonly reason: unknown } | undefined;
  async function* pieces(open: () => AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of open()) {
        for (let at = 0; at < chunk.length; at += pieceBytes) {
          watch.progress();
          yield chunk.subarray(at, at + pieceBytes);
        }
      }
      watch.progress();
      watch.sent();
    } catch (reason) {
      failure = { reason };
      throw reason;
    }
  }
  return {
    headers: { "content-length": String(body.sizeBytes) },
    body: eachInTurn(pieces(() => body.open())),
    failure: () => failure,
  };
}

/** A stream that asks for a piece when the one before is sent, and not earlier: its bytes may be used again. */
function eachInTurn(pieces: AsyncGenerator<Uint8Array>): Readable {
  return new Readable({
    highWaterMark: 0,
    read() {
      pieces.next().then(
        ({ done, value }) => this.push(done === true ? null : value),
        (failure: unknown) => this.destroy(failure instanceof Error ? failure : new Error(String(failure))),
      );
    },
    destroy(failure, done) {
      pieces.return(undefined).then(
        () => done(failure),
        () => done(failure),
      );
    },
  });
}

interface Watching {
  readonly limits: Limits;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  readonly finished: () => void;
}

/** A body of which each piece has to come in time, and enough of them. Time that the reader takes does not count. */
async function* watchBody(
  body: AsyncIterable<Uint8Array> & { destroy(error?: Error): unknown },
  { limits, clock, signal, finished }: Watching,
): AsyncGenerator<Uint8Array> {
  let waited = 0;
  let received = 0;
  let why: ExchangeFault | undefined;
  const end = (fault: ExchangeFault): void => {
    why = fault;
    body.destroy();
  };
  const alarm = clock.alarm(limits.silenceMilliseconds, () =>
    end(new ExchangeFault("slow", silent(limits.silenceMilliseconds))),
  );
  let start = clock.now();
  try {
    for await (const chunk of body) {
      alarm.stop();
      waited += clock.now() - start;
      received += chunk.length;
      if (waited >= limits.silenceMilliseconds) {
        if (received < (limits.bytesPerSecond * waited) / 1000) {
          throw new ExchangeFault("slow", `it sent ${String(received)} bytes in ${seconds(waited)}`);
        }
        waited = 0;
        received = 0;
      }
      yield chunk;
      start = clock.now();
      alarm.restart();
    }
    if (why !== undefined) throw why;
  } catch (failure) {
    signal?.throwIfAborted();
    throw why ?? faultOf(failure);
  } finally {
    alarm.stop();
    finished();
  }
}

function silent(milliseconds: number): string {
  return `it said nothing for ${seconds(milliseconds)}`;
}

function seconds(milliseconds: number): string {
  return `${String(Math.round(milliseconds / 100) / 10)} seconds`;
}

const tlsCodes = /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|EPROTO|HOSTNAME_MISMATCH)/u;

function faultOf(failure: unknown): unknown {
  if (failure instanceof ExchangeFault || !(failure instanceof Error)) return failure;
  const found = rootOf(failure);
  const { code } = found;
  const options = { cause: failure };
  const malformed = (): ExchangeFault => new ExchangeFault("malformed", "what it answers is no HTTP", options);
  // Where a connection does not begin as HTTP at all, undici's parser tells no code.
  if (code === undefined) return failure.name === "HTTPParserError" ? malformed() : failure;
  // Node adds an option of its own, which is not how Pith is told of authorities.
  if (tlsCodes.test(code))
    return new ExchangeFault("tls", found.message.split(/\n|; if the root CA/u)[0] ?? "", options);
  if (code.startsWith("HPE_") || code === "UND_ERR_HEADERS_OVERFLOW") return malformed();
  if (code === "UND_ERR_CONNECT_TIMEOUT" || code === "ETIMEDOUT") {
    return new ExchangeFault("slow", "it does not answer", options);
  }
  const known: Readonly<Record<string, string>> = {
    ECONNREFUSED: "the connection is refused",
    ECONNRESET: "the connection broke",
    EPIPE: "the connection broke",
    ENOTFOUND: "there is no such host",
    EAI_AGAIN: "its name cannot be looked up",
    UND_ERR_SOCKET: "the connection broke",
    UND_ERR_ABORTED: "the connection broke",
    UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "the answer is cut",
  };
  return new ExchangeFault("broken", known[code] ?? code, options);
}

/** The innermost of what went wrong that has a code. */
function rootOf(failure: Error): { readonly code: string | undefined; readonly message: string } {
  const inner = failure.cause instanceof Error ? rootOf(failure.cause) : undefined;
  if (inner?.code !== undefined) return inner;
  const first: unknown = failure instanceof AggregateError ? failure.errors[0] : undefined;
  if (first instanceof Error) return rootOf(first);
  const code = "code" in failure && typeof failure.code === "string" ? failure.code : undefined;
  return { code, message: failure.message };
}
