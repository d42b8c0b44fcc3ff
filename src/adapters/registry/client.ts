import type { DiagnosticCode } from "../../diagnostics/codes.ts";
import type { BuildError } from "../../diagnostics/diagnostic.ts";
import { escapeText, shorten } from "../../diagnostics/escape.ts";
import { backoffMilliseconds, isTransient, retryAfterMilliseconds } from "./backoff.ts";
import { readLimited } from "./bodies.ts";
import { parseChallenges } from "./challenge.ts";
import type { Clock } from "./clock.ts";
import { basicOf, type Credentials, secretsOf } from "./credentials.ts";
import { ExchangeFault, registryFailure } from "./failure.ts";
import type { Limits } from "./limits.ts";
import { checkRealm } from "./realm.ts";
import { checkHop } from "./registry-locations.ts";
import { fetchToken, type Token } from "./tokens.ts";
import type { Answer, Exchange, Transport } from "./transport.ts";

export interface ClientOptions {
  /** The registry, as references spell it. */
  readonly registry: string;
  /** Where its API is: `https://registry-1.docker.io`. */
  readonly base: URL;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly limits: Limits;
  /** What the first question of a scope needs: `repository:app:pull`. */
  readonly scopes: readonly string[];
  /** Called at most once, when the registry asks who one is. */
  readonly findCredentials: () => Promise<Credentials | undefined>;
  readonly trustedRealms: readonly string[];
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
   * Any answer but those that a retry, a redirect or a login has handled; REGISTRY_DENIED for those that no login helps.
   * Throws ExchangeFault for what is not repeatable, else REGISTRY_UNAVAILABLE, REGISTRY_SLOW, REGISTRY_TLS, REGISTRY_DENIED,
   * REGISTRY_REDIRECT, REGISTRY_ANSWER.
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
  const { registry, base, transport, clock, limits, signal } = options;
  const tokens = new Map<string, Token>();
  const secrets = new Set<string>();
  const warnings = new Set<string>();
  let credentials: Promise<Credentials | undefined> | undefined;
  let basic: string | undefined;
  let login: Promise<boolean> | undefined;

  const credentialsOf = async (): Promise<Credentials | undefined> => {
    credentials ??= options.findCredentials();
    const found = await credentials;
    for (const secret of found === undefined ? [] : secretsOf(found)) secrets.add(secret);
    return found;
  };
  const scopeKey = options.scopes.join(" ");
  const authorization = (): Readonly<Record<string, string>> => {
    if (basic !== undefined) return { authorization: `Basic ${basic}` };
    const token = tokens.get(scopeKey);
    return token === undefined || token.expires <= clock.now() ? {} : { authorization: `Bearer ${token.text}` };
  };
  const failureOf = (fault: ExchangeFault, doing: string): BuildError => {
    const message = `cannot ${doing}: ${escapeText(fault.message)}`;
    const [code, hint] = faultMeanings[fault.kind];
    const isRetryable = fault.kind === "broken" || fault.kind === "slow";
    return registryFailure(code, message, { isRetryable, cause: fault, ...(hint === undefined ? {} : { hint }) });
  };

  /** One exchange, made again while the answer is one that passes. */
  const persist = async (exchange: Exchange, call: Pick<Call, "doing" | "isRepeatable">): Promise<Answer> => {
    const headers = { "user-agent": options.userAgent, ...exchange.headers };
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      const isLast = attempt >= limits.tries || call.isRepeatable === false;
      let wait: number | undefined;
      try {
        const answer = await transport.send({ ...exchange, headers });
        noteWarnings(answer);
        if (!isTransient(answer.status) || isLast) return answer;
        wait = retryAfterMilliseconds(answer.values("retry-after")[0], clock);
        await answer.discard();
        if (wait !== undefined && wait > limits.retryAfterMilliseconds) {
          const seconds = String(Math.round(wait / 1000));
          throw registryFailure(
            "REGISTRY_UNAVAILABLE",
            `cannot ${call.doing}: ${exchange.url.host} asks to wait ${seconds} seconds`,
            {
              hint: "try again then",
              isRetryable: true,
            },
          );
        }
      } catch (failure) {
        if (!(failure instanceof ExchangeFault)) throw failure;
        if (call.isRepeatable === false) throw failure;
        if (isLast || failure.kind !== "broken") throw failureOf(failure, call.doing);
      }
      await clock.sleep(wait ?? backoffMilliseconds(attempt + 1, clock), signal);
    }
  };

  const noteWarnings = (answer: Answer): void => {
    for (const value of answer.values("warning")) {
      const text = /^299 - "((?:[^"\\]|\\.){1,300})"/u.exec(value)?.[1];
      if (text === undefined || warnings.has(text) || warnings.size >= 20) continue;
      warnings.add(text);
      options.warned?.(`${registry} warns: ${escapeText(scrub(text))}`);
    }
  };

  const scrub = (text: string): string => {
    let clean = text;
    for (const secret of secrets) if (secret !== "") clean = clean.replaceAll(secret, "***");
    return clean;
  };

  /** Requests run side by side: one of them logs in for all that were refused with the same header. */
  const logInOnce = async (answer: Answer, doing: string, sent: string | undefined): Promise<boolean> => {
    for (;;) {
      if (authorization()["authorization"] !== sent && authorization()["authorization"] !== undefined) return true;
      if (login === undefined) break;
      await login;
    }
    login = logIn(answer, doing);
    try {
      return await login;
    } finally {
      login = undefined;
    }
  };

  /** Gets what the registry asks for; false when there is nothing more to offer. */
  const logIn = async (answer: Answer, doing: string): Promise<boolean> => {
    const challenges = parseChallenges(answer.values("www-authenticate"));
    const found = await credentialsOf();
    if (found?.kind === "token") {
      if (tokens.has(scopeKey)) return false;
      tokens.set(scopeKey, { text: found.token, expires: Number.POSITIVE_INFINITY });
      return true;
    }
    const bearer = challenges.find(({ scheme }) => scheme === "bearer");
    if (bearer !== undefined) {
      const realm = checkRealm(base, bearer.parameters["realm"], {
        trusted: options.trustedRealms,
        hasCredentials: found !== undefined,
      });
      const challenged = bearer.parameters["scope"];
      const scopes = options.scopes.length > 0 || challenged === undefined ? options.scopes : [challenged];
      const question = { registry, realm, challenge: bearer, scopes, credentials: found };
      const token = await fetchToken(question, { clock, limitBytes: limits.tokenBytes, exchange: askForToken(doing) });
      secrets.add(token.text);
      tokens.set(scopeKey, token);
      return true;
    }
    if (challenges.some(({ scheme }) => scheme === "basic") && found?.kind === "password" && basic === undefined) {
      basic = basicOf(found);
      return true;
    }
    return false;
  };

  const askForToken = (doing: string) => async (exchange: Exchange) => {
    const answer = await persist(exchange, { doing });
    try {
      return { answer, bytes: await readLimited(answer.body, limits.tokenBytes) };
    } catch (failure) {
      if (failure instanceof ExchangeFault) throw failureOf(failure, doing);
      const message = `cannot log in to ${registry}: its token server answers more than ${String(limits.tokenBytes)} bytes`;
      throw registryFailure("REGISTRY_ANSWER", message, { cause: failure });
    }
  };

  const locate = (answer: Answer, from: URL, what: string): URL => {
    const location = answer.values("location")[0];
    if (location === undefined || !URL.canParse(location, from.href)) {
      throw registryFailure("REGISTRY_ANSWER", `cannot follow ${what} of ${from.host}: it does not say where to`);
    }
    const to = new URL(location, from);
    to.username = "";
    to.password = "";
    to.hash = "";
    checkHop(base, to, what);
    checkHop(from, to, what);
    return to;
  };

  const denied = (doing: string, hasCredentials: boolean): BuildError =>
    registryFailure("REGISTRY_DENIED", `cannot ${doing}: ${registry} refuses`, {
      hint: hasCredentials ? "check the rights of the account" : `log in with docker login ${registry}`,
    });

  return {
    registry,
    base,
    locate,
    failureOf,
    async send(call) {
      let url = typeof call.to === "string" ? new URL(call.to, base) : call.to;
      let logins = 0;
      let hops = 0;
      for (;;) {
        const isOwn = url.origin === base.origin;
        const { method, headers, body, isCommit } = call;
        const exchange: Exchange = {
          method,
          url,
          headers: { ...headers, ...(isOwn ? authorization() : {}) },
          ...(body === undefined ? {} : { body }),
          ...(isCommit === undefined ? {} : { isCommit }),
        };
        const answer = await persist(exchange, call);
        if (answer.status === 401) {
          await answer.discard();
          if (isOwn && logins++ < 3 && (await logInOnce(answer, call.doing, exchange.headers["authorization"])))
            continue;
          throw denied(call.doing, (await credentialsOf()) !== undefined);
        }
        if (answer.status === 403) {
          const reason = await reasonOf(answer);
          throw registryFailure("REGISTRY_DENIED", `cannot ${call.doing}: ${registry} refuses${reason}`, {
            hint: `check the rights of the account: docker login ${registry}`,
          });
        }
        const isRedirect = [301, 302, 303, 307, 308].includes(answer.status);
        if (!isRedirect || (method !== "GET" && method !== "HEAD")) return answer;
        await answer.discard();
        if (++hops > limits.redirects) {
          const message = `cannot ${call.doing}: ${registry} redirects more than ${String(limits.redirects)} times`;
          throw registryFailure("REGISTRY_REDIRECT", message);
        }
        url = locate(answer, url, "a redirect");
      }
    },
    async refuse(answer, doing) {
      const reason = await reasonOf(answer);
      const message = `cannot ${doing}: ${registry} answers ${String(answer.status)}${reason}`;
      const isRetryable = isTransient(answer.status);
      return registryFailure("REGISTRY_UNAVAILABLE", message, {
        isRetryable,
        ...(isRetryable ? { hint: "try again later" } : {}),
      });
    },
  };

  /** The registry's own words, where it has some in the form of the specification. */
  async function reasonOf(answer: Answer): Promise<string> {
    let text: string;
    try {
      text = new TextDecoder().decode(await readLimited(answer.body, limits.errorBytes));
    } catch {
      return "";
    }
    const found = /"code"\s*:\s*"([A-Z_]{1,64})"(?:\s*,\s*"message"\s*:\s*"([^"\\]{1,200})")?/u.exec(text);
    if (found === null) return "";
    const [, code = "", message = ""] = found;
    return ` (${code}${message === "" ? "" : `: ${shorten(escapeText(scrub(message)), 200)}`})`;
  }
}
