import { describe, expect, it } from "vitest";
import type { Credentials } from "../../../../src/adapters/registry/credentials.ts";
import {
  failureOf,
  type Scripted,
  type ScriptedRepository,
  scriptedRepository,
} from "../../../support/registry/scripted-repository.ts";

function get({ repository }: ScriptedRepository, to = "/v2/x"): Promise<{ readonly status: number }> {
  return repository.client.send({ method: "GET", to, headers: {}, doing: "do it" });
}

describe("a login", () => {
  const password: Credentials = { kind: "password", user: "me", password: "secret" };
  const basic = "Basic bWU6c2VjcmV0";
  const guarded =
    (scheme: string, isRight: (header: string | undefined) => boolean) =>
    ({ headers, url }: { headers: Readonly<Record<string, string>>; url: URL }): Scripted => {
      if (url.pathname === "/token") return { status: 200, body: '{"token":"abc","expires_in":100}' };
      return isRight(headers["authorization"])
        ? { status: 200 }
        : { status: 401, headers: { "www-authenticate": scheme } };
    };
  const bearer = 'Bearer realm="https://registry.example.com/token",service="s"';

  it("sends the password where the registry asks for it, and no further", async () => {
    const script = scriptedRepository(
      guarded("Basic", (header) => header === basic),
      { credentials: password },
    );
    await get(script);
    await get(script);
    expect(script.exchanges.map(({ headers }) => headers["authorization"])).toEqual([undefined, basic, basic]);
    const refused = scriptedRepository(
      guarded("Basic", () => false),
      { credentials: password },
    );
    expect(await failureOf(get(refused))).toBe(
      "REGISTRY_DENIED: cannot do it: registry.example.com refuses (check the rights of the account)",
    );
    expect(refused.asked).toHaveLength(2);
  });

  it("is not possible without an account", async () => {
    const script = scriptedRepository(guarded("Basic", () => false));
    expect(await failureOf(get(script))).toBe(
      "REGISTRY_DENIED: cannot do it: registry.example.com refuses (log in with docker login registry.example.com)",
    );
    expect(script.asked).toHaveLength(1);
  });

  it("gets a token, once for many requests, and again when it is over", async () => {
    let now = 0;
    const isRight = (header: string | undefined): boolean => header === "Bearer abc";
    const script = scriptedRepository(guarded(bearer, isRight), { now: () => now, credentials: password });
    await Promise.all([get(script), get(script), get(script)]);
    const tokens = () => script.asked.filter((text) => text.includes("/token"));
    expect(tokens()).toEqual(["GET https://registry.example.com/token?service=s&scope=repository%3Aapp%3Apull"]);
    expect(script.exchanges.find(({ url }) => url.pathname === "/token")?.headers["authorization"]).toBe(basic);
    now = 89_999;
    await get(script);
    expect(tokens()).toHaveLength(1);
    now = 90_000;
    await get(script);
    expect(tokens()).toHaveLength(2);
  });

  it("shows no token in what the registry says, though that repeats it", async () => {
    const script = scriptedRepository((exchange) => {
      const answer = guarded(bearer, (header) => header === "Bearer abc")(exchange);
      const isIn = typeof answer === "object" && answer.status === 200 && exchange.url.pathname !== "/token";
      return isIn ? { status: 403, body: '{"code":"DENIED","message":"abc may not"}' } : answer;
    });
    expect(await failureOf(get(script))).toContain("(DENIED: *** may not)");
    const repeating = scriptedRepository(
      ({ headers }) =>
        headers["authorization"] === basic
          ? { status: 403, body: '{"code":"DENIED","message":"secret is wrong"}' }
          : { status: 401, headers: { "www-authenticate": "Basic" } },
      { credentials: password },
    );
    expect(await failureOf(get(repeating))).toContain("(DENIED: *** is wrong)");
  });

  it("is tried three times at most, and never for another host", async () => {
    const script = scriptedRepository(guarded(bearer, () => false));
    expect(await failureOf(get(script))).toContain("REGISTRY_DENIED");
    expect(script.asked.filter((text) => text.includes("/token"))).toHaveLength(3);
    const elsewhere = scriptedRepository(
      ({ url }) =>
        url.host === "cdn.example.com"
          ? { status: 401, headers: { "www-authenticate": "Basic" } }
          : { status: 302, headers: { location: "https://cdn.example.com/x" } },
      { credentials: password },
    );
    expect(await failureOf(get(elsewhere))).toContain("REGISTRY_DENIED");
    expect(elsewhere.exchanges.filter(({ headers }) => headers["authorization"] !== undefined)).toEqual([]);
  });

  it("shows a token that is kept once", async () => {
    const credentials = { kind: "token", token: "kept" } as const;
    const script = scriptedRepository(
      guarded("Bearer", (header) => header === "Bearer kept"),
      { credentials },
    );
    expect((await get(script)).status).toBe(200);
    expect(script.asked).toHaveLength(2);
    const refused = scriptedRepository(
      guarded("Bearer", () => false),
      { credentials },
    );
    expect(await failureOf(get(refused))).toContain("REGISTRY_DENIED");
    expect(refused.asked).toHaveLength(2);
  });

  it.each([
    [401, "", "its token server refuses (log in with docker login registry.example.com)"],
    [403, "", "REGISTRY_DENIED: cannot log in to registry.example.com: its token server refuses"],
    [404, "", "REGISTRY_UNAVAILABLE: cannot log in to registry.example.com: its token server answers 404"],
    [500, "", "REGISTRY_UNAVAILABLE*: cannot log in to registry.example.com: its token server answers 500"],
    [429, "", "REGISTRY_UNAVAILABLE*: cannot log in to registry.example.com: its token server answers 429"],
    [
      200,
      "no JSON",
      "REGISTRY_ANSWER: cannot log in to registry.example.com: what its token server answers is no token",
    ],
    [200, "{}", "REGISTRY_ANSWER: cannot log in to registry.example.com: what its token server answers is no token"],
    [
      200,
      '{"token":"a\\nb"}',
      "REGISTRY_ANSWER: cannot log in to registry.example.com: what its token server answers is no token",
    ],
    [
      200,
      " ".repeat(65_537),
      "REGISTRY_ANSWER: cannot log in to registry.example.com: its token server answers more than 65536 bytes",
    ],
  ])("ends where the token server answers %i %j", async (status, body, said) => {
    const script = scriptedRepository(({ url }) =>
      url.pathname === "/token" ? { status, body } : { status: 401, headers: { "www-authenticate": bearer } },
    );
    expect(await failureOf(get(script))).toContain(said);
    if (status === 404) expect(script.asked.filter((text) => text.includes("/token"))).toHaveLength(1);
  });
});
