import { describe, expect, it } from "vitest";
import { ExchangeFault } from "../../../../src/adapters/registry/failure.ts";
import {
  failureOf,
  inTurn,
  type Scripted,
  type ScriptedRepository,
  scriptedRepository,
} from "../../../support/registry/scripted-repository.ts";

function get({ repository }: ScriptedRepository, to = "/v2/x"): Promise<{ readonly status: number }> {
  return repository.client.send({ method: "GET", to, headers: {}, doing: "do it" });
}

describe("a request", () => {
  it("is made again while its answer is one that passes, as often as it may be", async () => {
    const script = scriptedRepository(inTurn({ status: 503 }, "broken", { status: 200 }));
    expect((await get(script)).status).toBe(200);
    expect([script.asked.length, script.slept]).toEqual([3, [188, 375]]);
    const never = scriptedRepository(() => ({ status: 500 }), { limits: { tries: 3 } });
    expect([(await get(never)).status, never.asked.length]).toEqual([500, 3]);
    const broken = scriptedRepository(() => "broken", { limits: { tries: 3 } });
    expect(await failureOf(get(broken))).toBe("REGISTRY_UNAVAILABLE*: cannot do it: it is broken (try again later)");
    expect(broken.asked).toHaveLength(3);
  });

  it.each([
    ["slow", "REGISTRY_SLOW*: cannot do it: it is slow (try again later)"],
    ["malformed", "REGISTRY_ANSWER: cannot do it: it is malformed ()"],
  ] as const)("is not made again where the connection is %s", async (kind, said) => {
    const script = scriptedRepository(() => kind);
    expect(await failureOf(get(script))).toBe(said);
    expect(script.asked).toHaveLength(1);
  });

  it("that may not be repeated is made once, and its fault is the caller's", async () => {
    const send = (script: ScriptedRepository) =>
      script.repository.client.send({ method: "PUT", to: "/", headers: {}, doing: "do it", isRepeatable: false });
    await expect(send(scriptedRepository(() => "broken"))).rejects.toThrow(ExchangeFault);
    const script = scriptedRepository(() => ({ status: 503 }));
    expect([(await send(script)).status, script.asked.length]).toEqual([503, 1]);
  });

  it("waits as long as it is told, up to a limit", async () => {
    const told = (seconds: string) =>
      scriptedRepository(inTurn({ status: 429, headers: { "retry-after": seconds } }, { status: 200 }));
    const script = told("60");
    await get(script);
    expect(script.slept).toEqual([60_000]);
    expect(await failureOf(get(told("61")))).toBe(
      "REGISTRY_UNAVAILABLE*: cannot do it: registry.example.com asks to wait 61 seconds (try again then)",
    );
  });

  it("is led on, a few times, where it reads, and not elsewhere", async () => {
    const moved = (location?: string): Scripted => ({
      status: 307,
      headers: location === undefined ? {} : { location },
    });
    const script = scriptedRepository(
      inTurn(moved("/y?z=1"), moved("https://u:p@cdn.example.com/w#f"), { status: 200 }),
    );
    await get(script);
    expect(script.asked).toEqual([
      "GET https://registry.example.com/v2/x",
      "GET https://registry.example.com/y?z=1",
      "GET https://cdn.example.com/w",
    ]);
    const endless = scriptedRepository(() => moved("/again"));
    expect(await failureOf(get(endless))).toBe(
      "REGISTRY_REDIRECT: cannot do it: registry.example.com redirects more than 5 times ()",
    );
    expect(endless.asked).toHaveLength(6);
    expect(await failureOf(get(scriptedRepository(() => moved())))).toContain(
      "REGISTRY_ANSWER: cannot follow a redirect",
    );
    expect(await failureOf(get(scriptedRepository(() => moved("http://cdn.example.com"))))).toContain(
      "REGISTRY_REDIRECT",
    );
    const put = scriptedRepository(() => moved("/y")).repository.client;
    expect((await put.send({ method: "PUT", to: "/", headers: {}, doing: "do it" })).status).toBe(307);
    for (const status of [300, 304, 306]) {
      const other = scriptedRepository(() => ({ status, headers: { location: "/y" } }));
      expect((await get(other)).status).toBe(status);
    }
  });

  it("tells of warnings in their form, each once", async () => {
    const warning = ['299 - "soon"', '299 - "soon"', '199 - "other"', '299 x "other"', '299 - "a \\"b\\""'];
    const script = scriptedRepository(() => ({ status: 200, headers: { warning } }));
    await get(script);
    await get(script);
    expect(script.warned.map((text) => text.replace("registry.example.com warns: ", ""))).toEqual([
      "soon",
      'a \\"b\\"',
    ]);
  });

  it("tells of twenty warnings at most", async () => {
    const warning = Array.from({ length: 30 }, (_, index) => `299 - "warning ${String(index)}"`);
    const script = scriptedRepository(() => ({ status: 200, headers: { warning } }));
    await get(script);
    expect(script.warned).toHaveLength(20);
    expect(script.warned.at(-1)).toContain("warning 19");
  });

  it("that is refused tells why, in the form of the specification", async () => {
    const said = (body: string, status = 400): Promise<string> => {
      const { client } = scriptedRepository(() => ({ status, body })).repository;
      return client.send({ method: "GET", to: "/", headers: {}, doing: "do it" }).then(
        async (answer) => failureOf(Promise.reject(await client.refuse(answer, "do it"))),
        async (thrown: unknown) => failureOf(Promise.reject(thrown)),
      );
    };
    const answers = "REGISTRY_UNAVAILABLE: cannot do it: registry.example.com answers 400";
    expect(await said('{"errors":[{"code":"NAME_INVALID","message":"bad name"}]}')).toBe(
      `${answers} (NAME_INVALID: bad name) ()`,
    );
    expect(await said('{"code" : "NAME_INVALID"}')).toBe(`${answers} (NAME_INVALID) ()`);
    expect(await said("<html>")).toBe(`${answers} ()`);
    expect(await said("x".repeat(70_000))).toBe(`${answers} ()`);
    expect(await said('{"code":"DENIED","message":"not you"}', 403)).toBe(
      "REGISTRY_DENIED: cannot do it: registry.example.com refuses (DENIED: not you) (check the rights of the account: docker login registry.example.com)",
    );
  });
});
