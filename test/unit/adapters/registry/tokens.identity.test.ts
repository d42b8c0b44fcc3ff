import { expect, it } from "vitest";
import { fetchToken } from "../../../../src/adapters/registry/tokens.ts";
import type { Exchange } from "../../../../src/adapters/registry/transport.ts";
import { quickClock } from "../../../support/registry/drive-pith.ts";

it.each([
  [200, 1],
  [404, 2],
])("exchanges an identity token, and offers it as a password where that answers %i", async (status, questions) => {
  const asked: Exchange[] = [];
  const token = await fetchToken(
    {
      registry: "registry.example.com",
      realm: new URL("https://registry.example.com/token"),
      challenge: { scheme: "bearer", parameters: { service: "tests" } },
      scopes: ["repository:app:pull"],
      credentials: { kind: "identity", token: "s3cret" },
    },
    {
      clock: { ...quickClock(), now: () => 1000 },
      limitBytes: 1000,
      async exchange(exchange) {
        asked.push(exchange);
        const answer = {
          status: asked.length === 1 ? status : 200,
          values: () => [],
          body: (async function* () {})(),
          discard: async () => Promise.resolve(),
        };
        return Promise.resolve({ answer, bytes: Buffer.from('{"access_token":"t","expires_in":100}') });
      },
    },
  );
  expect(token).toEqual({ text: "t", expires: 91_000 });
  const [first] = asked;
  const chunks: Uint8Array[] = [];
  for await (const chunk of first?.body?.open() ?? []) chunks.push(chunk);
  expect(`${first?.method ?? ""} ${Buffer.concat(chunks).toString()}`).toBe(
    "POST grant_type=refresh_token&refresh_token=s3cret&client_id=pith&service=tests&scope=repository%3Aapp%3Apull",
  );
  expect(asked.map(({ method, url }) => `${method} ${url.search}`)).toEqual(
    ["POST ", "GET ?service=tests&scope=repository%3Aapp%3Apull"].slice(0, questions),
  );
});
