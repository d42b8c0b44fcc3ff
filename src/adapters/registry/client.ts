import type { DiagnosticCode } from "../../diagnostics/codes.ts";
import type { BuildError } from "../../diagnostics/diagnostic.ts";
import { escapeText, shorten } from "../../diagnostics/escape.ts";
import { type AccountOptions, RegistryAccount } from "./account.ts";
import { backoffMilliseconds, isTransient, retryAfterMilliseconds } from "./backoff.ts";
import { readLimited } from "./bodies.ts";
import { ExchangeFault, registryFailure } from "./failure.ts";
import { checkHop } from "./registry-locations.ts";
import type { Answer, Exchange, Transport } from "./transport.ts";

export interface ClientOptions extends AccountOptions {
  readonly transport: Transport;
  /** Told once each: what the registry warns of (RFC 7234 section 5.5). */
  readonly warned?: (text: string) => void;
  readonly userAgent: string;
  readonly signal?: AbortSignal;
}

/** One request to the registry, to be made as often as it takes. */
export interface Call extends Omit<Exchange, "url"> {
  /** A path below the base, or where the registry led to. */
  readonly to: string | URL;
  /** Completes "cannot ...": `read the manifest of localhost:5000/app:1`. */
  readonly doing: string;
  /** False where a second try has to know what came of the first. */
  readonly isRepeatable?: boolean;
}

/** Speaks to one registry as one person: with retries, redirects of downloads, and credentials that go nowhere else. */
export interface Client {
  readonly registry: string;
  readonly base: URL;
  /**
   * Any answer but those that a retry, a redirect or a login has handled; REGISTRY_DENIED for those that no login
   * helps. Throws ExchangeFault for what is not repeatable, else REGISTRY_UNAVAILABLE, REGISTRY_SLOW, REGISTRY_TLS,
   * REGISTRY_DENIED, REGISTRY_REDIRECT, REGISTRY_ANSWER.
   */
  send(call: Call): Promise<Answer>;
  /** Where an answer leads with `Location`: never out of TLS, nor to addresses that it has no business with. */
  locate(answer: Answer, from: URL, what: string): URL;
  /** The failure for an answer that is not the one that was hoped for; reads its body for the reason. */
  refuse(answer: Answer, doing: string): Promise<BuildError>;
  failureOf(fault: ExchangeFault, doing: string): BuildError;
}

const faultMeanings: Readonly<
  Record<ExchangeFault["kind"], readonly [code: DiagnosticCode, hint: string | undefined]>
> = {
  broken: ["REGISTRY_UNAVAILABLE", "try again later"],
  slow: ["REGISTRY_SLOW", "try again later"],
  tls: [
    "REGISTRY_TLS",
    "give the authority that signed its certificate with --ca-file; to go without TLS, say --plain-http",
  ],
  malformed: ["REGISTRY_ANSWER", undefined],
};

export function openClient(options: ClientOptions): Client {
  return new RegistryClient(options);
}

class RegistryClient implements Client {
  readonly registry: string;
  readonly base: URL;
  readonly #options: ClientOptions;
  readonly #account: RegistryAccount;
  readonly #warnings = new Set<string>();

  constructor(options: ClientOptions) {
    this.registry = options.registry;
    this.base = options.base;
    this.#options = options;
    this.#account = new RegistryAccount(options, (exchange, doing) => this.#askForToken(exchange, doing));
  }

  async send(call: Call): Promise<Answer> {
    const { redirects } = this.#options.limits;
    let url = typeof call.to === "string" ? new URL(call.to, this.base) : call.to;
    let logins = 0;
    let hops = 0;
    for (;;) {
      const isOwn = url.origin === this.base.origin;
      const exchange = this.#exchangeOf(call, url);
      const answer = await this.#persist(exchange, call);
      if (answer.status === 401) {
        await answer.discard();
        const sent = exchange.headers["authorization"];
        if (isOwn && logins++ < 3 && (await this.#account.logInOnce(answer, call.doing, sent))) continue;
        throw await this.#denied(call.doing);
      }
      if (answer.status === 403) throw await this.#forbidden(answer, call.doing);
      const isRedirect = [301, 302, 303, 307, 308].includes(answer.status);
      if (!isRedirect || (call.method !== "GET" && call.method !== "HEAD")) return answer;
      await answer.discard();
      if (++hops > redirects) {
        const message = `cannot ${call.doing}: ${this.registry} redirects more than ${String(redirects)} times`;
        throw registryFailure("REGISTRY_REDIRECT", message);
      }
      url = this.locate(answer, url, "a redirect");
    }
  }

  locate(answer: Answer, from: URL, what: string): URL {
    const location = answer.values("location")[0];
    if (location === undefined || !URL.canParse(location, from.href)) {
      throw registryFailure("REGISTRY_ANSWER", `cannot follow ${what} of ${from.host}: it does not say where to`);
    }
    const to = new URL(location, from);
    to.username = "";
    to.password = "";
    to.hash = "";
    checkHop(this.base, to, what);
    checkHop(from, to, what);
    return to;
  }

  async refuse(answer: Answer, doing: string): Promise<BuildError> {
    const reason = await this.#reasonOf(answer);
    const message = `cannot ${doing}: ${this.registry} answers ${String(answer.status)}${reason}`;
    const isRetryable = isTransient(answer.status);
    return registryFailure("REGISTRY_UNAVAILABLE", message, {
      isRetryable,
      ...(isRetryable ? { hint: "try again later" } : {}),
    });
  }

  failureOf(fault: ExchangeFault, doing: string): BuildError {
    const message = `cannot ${doing}: ${escapeText(fault.message)}`;
    const [code, hint] = faultMeanings[fault.kind];
    const isRetryable = fault.kind === "broken" || fault.kind === "slow";
    return registryFailure(code, message, { isRetryable, cause: fault, ...(hint === undefined ? {} : { hint }) });
  }

  /** A call as one request. Only the registry itself gets credentials. */
  #exchangeOf({ method, headers, body, isCommit }: Call, url: URL): Exchange {
    const isOwn = url.origin === this.base.origin;
    return {
      method,
      url,
      headers: { ...headers, ...(isOwn ? this.#account.authorization() : {}) },
      ...(body === undefined ? {} : { body }),
      ...(isCommit === undefined ? {} : { isCommit }),
    };
  }

  /** One exchange, made again while the answer is one that passes. */
  async #persist(exchange: Exchange, call: Pick<Call, "doing" | "isRepeatable">): Promise<Answer> {
    const { transport, clock, limits, signal, userAgent } = this.#options;
    const headers = { "user-agent": userAgent, ...exchange.headers };
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      const isLast = attempt >= limits.tries || call.isRepeatable === false;
      let wait: number | undefined;
      try {
        const answer = await transport.send({ ...exchange, headers });
        this.#noteWarnings(answer);
        if (!isTransient(answer.status) || isLast) return answer;
        wait = retryAfterMilliseconds(answer.values("retry-after")[0], clock);
        await answer.discard();
        if (wait !== undefined && wait > limits.retryAfterMilliseconds) {
          throw asksToWait(wait, exchange.url, call.doing);
        }
      } catch (failure) {
        if (!(failure instanceof ExchangeFault)) throw failure;
        if (call.isRepeatable === false) throw failure;
        if (isLast || failure.kind !== "broken") throw this.failureOf(failure, call.doing);
      }
      await clock.sleep(wait ?? backoffMilliseconds(attempt + 1, clock), signal);
    }
  }

  async #askForToken(
    exchange: Exchange,
    doing: string,
  ): Promise<{ readonly answer: Answer; readonly bytes: Uint8Array }> {
    const { tokenBytes } = this.#options.limits;
    const answer = await this.#persist(exchange, { doing });
    try {
      return { answer, bytes: await readLimited(answer.body, tokenBytes) };
    } catch (failure) {
      if (failure instanceof ExchangeFault) throw this.failureOf(failure, doing);
      const reason = `its token server answers more than ${String(tokenBytes)} bytes`;
      const message = `cannot log in to ${this.registry}: ${reason}`;
      throw registryFailure("REGISTRY_ANSWER", message, { cause: failure });
    }
  }

  #noteWarnings(answer: Answer): void {
    for (const value of answer.values("warning")) {
      const text = /^299 - "((?:[^"\\]|\\.){1,300})"/u.exec(value)?.[1];
      if (text === undefined || this.#warnings.has(text) || this.#warnings.size >= 20) continue;
      this.#warnings.add(text);
      this.#options.warned?.(`${this.registry} warns: ${escapeText(this.#account.scrub(text))}`);
    }
  }

  async #denied(doing: string): Promise<BuildError> {
    const hasCredentials = (await this.#account.credentials()) !== undefined;
    return registryFailure("REGISTRY_DENIED", `cannot ${doing}: ${this.registry} refuses`, {
      hint: hasCredentials ? "check the rights of the account" : `log in with docker login ${this.registry}`,
    });
  }

  async #forbidden(answer: Answer, doing: string): Promise<BuildError> {
    const reason = await this.#reasonOf(answer);
    return registryFailure("REGISTRY_DENIED", `cannot ${doing}: ${this.registry} refuses${reason}`, {
      hint: `check the rights of the account: docker login ${this.registry}`,
    });
  }

  /** The registry's own words, where it has some in the form of the specification. */
  async #reasonOf(answer: Answer): Promise<string> {
    let text: string;
    try {
      text = new TextDecoder().decode(await readLimited(answer.body, this.#options.limits.errorBytes));
    } catch {
      return "";
    }
    const found = /"code"\s*:\s*"([A-Z_]{1,64})"(?:\s*,\s*"message"\s*:\s*"([^"\\]{1,200})")?/u.exec(text);
    if (found === null) return "";
    const [, code = "", message = ""] = found;
    return ` (${code}${message === "" ? "" : `: ${shorten(escapeText(this.#account.scrub(message)), 200)}`})`;
  }
}

function asksToWait(milliseconds: number, url: URL, doing: string): BuildError {
  const seconds = String(Math.round(milliseconds / 1000));
  const message = `cannot ${doing}: ${url.host} asks to wait ${seconds} seconds`;
  return registryFailure("REGISTRY_UNAVAILABLE", message, { hint: "try again then", isRetryable: true });
}
