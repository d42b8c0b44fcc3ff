import { z } from "zod";
import type { Challenge } from "./challenge.ts";
import type { Clock } from "./clock.ts";
import { basicOf, type Credentials } from "./credentials.ts";
import { registryFailure } from "./failure.ts";
import type { Answer, Exchange } from "./transport.ts";

const tokenSchema = z.looseObject({
  token: z
    .string()
    .max(64 * 1024)
    .optional(),
  access_token: z
    .string()
    .max(64 * 1024)
    .optional(),
  expires_in: z.number().optional(),
});

export interface Token {
  readonly text: string;
  /** Milliseconds since 1970, after which it is not used. */
  readonly expires: number;
}

export interface TokenQuestion {
  readonly registry: string;
  readonly realm: URL;
  readonly challenge: Challenge;
  readonly scopes: readonly string[];
  readonly credentials: Credentials | undefined;
}

export interface TokenTools {
  readonly clock: Clock;
  readonly limitBytes: number;
  /** Sends with retries, and reads the body up to the limit. */
  exchange(exchange: Exchange): Promise<{ readonly answer: Answer; readonly bytes: Uint8Array }>;
}

/**
 * Asks a token server (the token and OAuth2 specifications of distribution). Throws REGISTRY_DENIED, REGISTRY_ANSWER
 * and what the exchange throws.
 */
export async function fetchToken(question: TokenQuestion, tools: TokenTools): Promise<Token> {
  const { credentials, registry } = question;
  let { answer, bytes } =
    credentials?.kind === "identity"
      ? await tools.exchange(oauthQuestion(question, credentials.token))
      : await tools.exchange(plainQuestion(question));
  // Servers that know no OAuth2 take an identity token as a password.
  if (credentials?.kind === "identity" && [400, 404, 405].includes(answer.status)) {
    ({ answer, bytes } = await tools.exchange(plainQuestion(question)));
  }
  if (answer.status === 401 || answer.status === 403) {
    const hint =
      credentials === undefined ? `log in with docker login ${registry}` : `log in again with docker login ${registry}`;
    throw registryFailure("REGISTRY_DENIED", `cannot log in to ${registry}: its token server refuses`, { hint });
  }
  if (answer.status !== 200) {
    throw registryFailure(
      "REGISTRY_UNAVAILABLE",
      `cannot log in to ${registry}: its token server answers ${String(answer.status)}`,
      {
        isRetryable: answer.status >= 500 || answer.status === 429,
      },
    );
  }
  const parsed = tokenSchema.safeParse(parseJson(bytes));
  const text = parsed.data?.token ?? parsed.data?.access_token ?? "";
  // A value that is not a token of RFC 6750 could break out of the header.
  if (!parsed.success || !/^[A-Za-z0-9\-._~+/]+=*$/u.test(text)) {
    throw registryFailure("REGISTRY_ANSWER", `cannot log in to ${registry}: what its token server answers is no token`);
  }
  const lifeSeconds = Math.min(Math.max(parsed.data.expires_in ?? 60, 1), 24 * 3600);
  return { text, expires: tools.clock.now() + lifeSeconds * 900 };
}

function plainQuestion({ realm, challenge, scopes, credentials }: TokenQuestion): Exchange {
  const url = new URL(realm);
  const { service } = challenge.parameters;
  if (service !== undefined) url.searchParams.set("service", service);
  for (const scope of scopes) url.searchParams.append("scope", scope);
  return { method: "GET", url, headers: authorizationOf(credentials) };
}

function authorizationOf(credentials: Credentials | undefined): Readonly<Record<string, string>> {
  if (credentials?.kind === "password") return { authorization: `Basic ${basicOf(credentials)}` };
  if (credentials?.kind === "identity") {
    return { authorization: `Basic ${basicOf({ user: "<token>", password: credentials.token })}` };
  }
  return {};
}

function oauthQuestion({ realm, challenge, scopes }: TokenQuestion, refreshToken: string): Exchange {
  const form = new URLSearchParams({
    grant_type: "refresh_token",
    refresh_token: refreshToken,
    client_id: "pith",
    service: challenge.parameters["service"] ?? "",
    scope: scopes.join(" "),
  });
  const bytes = Buffer.from(form.toString());
  return {
    method: "POST",
    url: realm,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: {
      sizeBytes: bytes.length,
      async *open() {
        yield bytes;
      },
    },
  };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}
