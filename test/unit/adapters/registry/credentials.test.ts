import { expect, it } from "vitest";
import { basicOf, secretsOf } from "../../../../src/adapters/registry/credentials.ts";

it("no message may show a password, its header or a token", () => {
  const password = { kind: "password", user: "me", password: "a:b" } as const;
  expect(basicOf(password)).toBe("bWU6YTpi");
  expect(secretsOf(password)).toEqual(["a:b", "bWU6YTpi"]);
  expect(secretsOf({ kind: "token", token: "t" })).toEqual(["t"]);
  expect(secretsOf({ kind: "identity", token: "i" })).toEqual(["i"]);
});
