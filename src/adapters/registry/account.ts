import { type Challenge, parseChallenges } from "./challenge.ts";
import type { Clock } from "./clock.ts";
import { basicOf, type Credentials, secretsOf } from "./credentials.ts";
import type { Limits } from "./limits.ts";
import { checkRealm } from "./realm.ts";
import { fetchToken, type Token } from "./tokens.ts";
import type { Answer, Exchange } from "./transport.ts";

/** The fields of an account. */
export interface AccountOptions {
  /** The registry, as references spell it. */
  readonly registry: string;
  /** Where its API is: `https://registry.example.org`. */
  readonly base: URL;
  readonly clock: Clock;
  readonly limits: Limits;
  /** The scope of the first question: `repository:app:pull`. */
  readonly scopes: readonly string[];
  /** Called at most once, when the registry asks who one is. */
  readonly findCredentials: () => Promise<Credentials | undefined>;
  readonly trustedRealms: readonly string[];
}

type AskForToken = (
  exchange: Exchange,
  doing: string,
) => Promise<{ readonly answer: Answer; readonly bytes: Uint8Array }>;

/** Who a client is to one registry: its credentials, the tokens it was given, and what no message may show. */
export class RegistryAccount {
  readonly #options: AccountOptions;
  readonly #askForToken: AskForToken;
  readonly #scopeKey: string;
  readonly #tokens = new Map<string, Token>();
  readonly #secrets = new Set<string>();
  #credentials: Promise<Credentials | undefined> | undefined;
  #basic: string | undefined;
  #login: Promise<boolean> | undefined;

  constructor(options: AccountOptions, askForToken: AskForToken) {
    this.#options = options;
    this.#askForToken = askForToken;
    this.#scopeKey = options.scopes.join(" ");
  }

  async credentials(): Promise<Credentials | undefined> {
    this.#credentials ??= this.#options.findCredentials();
    const found = await this.#credentials;
    for (const secret of found === undefined ? [] : secretsOf(found)) this.#secrets.add(secret);
    return found;
  }

  /** The header that a request needs; none before the first login. */
  authorization(): Readonly<Record<string, string>> {
    if (this.#basic !== undefined) return { authorization: `Basic ${this.#basic}` };
    const token = this.#tokens.get(this.#scopeKey);
    const isValid = token !== undefined && token.expires > this.#options.clock.now();
    return isValid ? { authorization: `Bearer ${token.text}` } : {};
  }

  /** A text of the registry without the secrets that it may repeat. */
  scrub(text: string): string {
    let clean = text;
    for (const secret of this.#secrets) if (secret !== "") clean = clean.replaceAll(secret, "***");
    return clean;
  }

  /**
   * Requests run side by side: one of them logs in for all that were refused with the same header, which is `sent`.
   * False when there is nothing more to offer.
   */
  async logInOnce(answer: Answer, doing: string, sent: string | undefined): Promise<boolean> {
    for (;;) {
      const current = this.authorization()["authorization"];
      if (current !== sent && current !== undefined) return true;
      if (this.#login === undefined) break;
      await this.#login;
    }
    this.#login = this.#logIn(answer, doing);
    try {
      return await this.#login;
    } finally {
      this.#login = undefined;
    }
  }

  /** Gets what the registry asks for. */
  async #logIn(answer: Answer, doing: string): Promise<boolean> {
    const challenges = parseChallenges(answer.values("www-authenticate"));
    const found = await this.credentials();
    if (found?.kind === "token") {
      if (this.#tokens.has(this.#scopeKey)) return false;
      this.#tokens.set(this.#scopeKey, { text: found.token, expires: Number.POSITIVE_INFINITY });
      return true;
    }
    const bearer = challenges.find(({ scheme }) => scheme === "bearer");
    if (bearer !== undefined) {
      await this.#fetchToken(bearer, found, doing);
      return true;
    }
    const takesBasic = challenges.some(({ scheme }) => scheme === "basic");
    if (takesBasic && found?.kind === "password" && this.#basic === undefined) {
      this.#basic = basicOf(found);
      return true;
    }
    return false;
  }

  async #fetchToken(challenge: Challenge, credentials: Credentials | undefined, doing: string): Promise<void> {
    const { registry, base, trustedRealms, scopes: own, clock, limits } = this.#options;
    const realm = checkRealm(base, challenge.parameters["realm"], {
      trusted: trustedRealms,
      hasCredentials: credentials !== undefined,
    });
    const challenged = challenge.parameters["scope"];
    const scopes = own.length > 0 || challenged === undefined ? own : [challenged];
    const token = await fetchToken(
      { registry, realm, challenge, scopes, credentials },
      { clock, limitBytes: limits.tokenBytes, exchange: (exchange) => this.#askForToken(exchange, doing) },
    );
    this.#secrets.add(token.text);
    this.#tokens.set(this.#scopeKey, token);
  }
}
