import { describe, expect, it } from "vitest";
import { checkRealm } from "../../../../src/adapters/registry/realm.ts";
import { checkHop, isLoopback } from "../../../../src/adapters/registry/registry-locations.ts";
import { outcome } from "./outcome.ts";

const refusal = (work: () => unknown): string => {
  try {
    work();
    return "goes";
  } catch (failure) {
    return (failure instanceof Error ? failure.message : "").split(":")[0] ?? "";
  }
};

it.each([
  ["https://registry.example.com", "https://registry.example.com/token", "goes"],
  ["https://registry-1.docker.io", "https://auth.docker.io/token", "goes"],
  ["https://registry.gitlab.com", "https://gitlab.com/jwt/auth", "goes"],
  ["https://gitlab.example.com:5050", "https://gitlab.example.com/jwt/auth", "goes"],
  ["https://registry.example.com:8443", "https://registry.example.com:8443/token", "goes"],
  ["http://localhost:5000", "http://localhost:5000/token", "goes"],
  ["http://localhost:5000", "http://localhost:5001/token", "REGISTRY_DENIED"],
  ["http://127.0.0.1:5000", "http://127.0.0.1/token", "REGISTRY_DENIED"],
  ["http://registry.example.com:5000", "http://registry.example.com/token", "REGISTRY_DENIED"],
  ["https://registry.example.com", "https://registry.example.com:8443/token", "REGISTRY_DENIED"],
  ["https://registry.example.com", "https://auth.example.com:8443/token", "REGISTRY_DENIED"],
  ["https://localhost:5000", "https://localhost:5001/token", "REGISTRY_DENIED"],
  ["https://a.co.uk", "https://b.co.uk/token", "REGISTRY_DENIED"],
  ["https://registry.example.com", "https://evil.example/token", "REGISTRY_DENIED"],
  ["https://example.com", "https://example.com.evil.example/token", "REGISTRY_DENIED"],
  ["https://10.0.0.1", "https://10.0.0.2/token", "REGISTRY_DENIED"],
  ["https://registry.example.com", "http://registry.example.com/token", "REGISTRY_REDIRECT"],
  ["https://registry.example.com", "https://127.0.0.1/token", "REGISTRY_REDIRECT"],
  ["https://registry.example.com", "https://[::ffff:7f00:1]/token", "REGISTRY_REDIRECT"],
  ["https://registry.example.com", "https://[::1]:8080/token", "REGISTRY_REDIRECT"],
  ["https://registry.example.com", "https://10.1.2.3/token", "REGISTRY_REDIRECT"],
  ["https://registry.example.com", "https://[fd00::1]/token", "REGISTRY_REDIRECT"],
  ["https://registry.example.com", "https://0.0.0.0/token", "REGISTRY_REDIRECT"],
  ["https://registry.example.com", "https://2130706433/token", "REGISTRY_REDIRECT"],
  ["https://registry.example.com", "https://localhost/token", "REGISTRY_REDIRECT"],
  ["https://registry.example.com", "https://localhost./token", "REGISTRY_REDIRECT"],
  ["https://registry.example.com", "file:///etc/passwd", "REGISTRY_REDIRECT"],
  ["https://registry.example.com", "nonsense", "REGISTRY_ANSWER"],
])("from %s to a token server at %s: %s", (registry, realm, outcome) => {
  const check = (trusted: readonly string[]) => () =>
    checkRealm(new URL(registry), realm, { trusted, hasCredentials: true });
  expect(refusal(check([]))).toBe(outcome);
  if (outcome === "REGISTRY_DENIED") expect(refusal(check([new URL(realm).hostname]))).toBe("goes");
});

it("lets anybody be asked for an anonymous token, and no redirect leave TLS", () => {
  const registry = new URL("https://registry.example.com");
  const anonymous = { trusted: [], hasCredentials: false };
  expect(refusal(() => checkRealm(registry, "https://elsewhere.example/token", anonymous))).toBe("goes");
  expect(refusal(() => checkHop(registry, new URL("http://cdn.example.com/x"), "a redirect"))).toBe(
    "REGISTRY_REDIRECT",
  );
  expect(refusal(() => checkHop(registry, new URL("https://cdn.example.com/x"), "a redirect"))).toBe("goes");
  expect(isLoopback("127.8.9.10")).toBe(true);
});

describe("a token server", () => {
  const ask = (registry: string, realm: string | undefined, trusted: readonly string[] = []): string =>
    outcome(() => checkRealm(new URL(registry), realm, { trusted, hasCredentials: true }));
  const elsewhere = (host: string, why: string): RegExp =>
    new RegExp(`^REGISTRY_DENIED: .*it asks to send the password to https://${host}/\\S*, which is not ${why}$`, "u");

  it.each([
    ["https://a.example.com", "https://b.example.com/t", true],
    ["https://a.b.example.com", "https://example.com/t", true],
    ["https://example.com", "https://example.org/t", false],
    ["https://com", "https://org/t", false],
    ["https://a.co.uk", "https://b.a.co.uk/t", true],
    ["https://a.co.uk", "https://b.co.uk/t", false],
    ["https://a.example.uk", "https://b.example.uk/t", true],
    ["https://a.info", "https://b.info/t", false],
    ["https://8.8.8.8", "https://8.8.4.4/t", false],
    ["https://8.8.8.8", "https://8.8.8.8/t", true],
    ["https://8.8.8.8", "https://9.8.8.8/t", false],
  ])("of %s may be %s: %s", (registry, realm, isFine) => {
    expect(ask(registry, realm).startsWith(isFine ? "goes" : "REGISTRY_")).toBe(true);
  });

  it("is refused with the reason, unless it is trusted by name or by name and port", () => {
    const message = (registry: string, realm: string): string => {
      try {
        checkRealm(new URL(registry), realm, { trusted: [], hasCredentials: true });
        return "goes";
      } catch (failure) {
        return failure instanceof Error ? failure.message : "";
      }
    };
    expect(message("https://a.example.com", "https://b.example.com:1/t")).toMatch(
      elsewhere("b.example.com:1", "its own port"),
    );
    expect(message("https://a.example.com", "https://b.example.org/t")).toMatch(
      elsewhere("b.example.org", "of its domain"),
    );
    const settings = { trusted: [], hasCredentials: true };
    expect(() => checkRealm(new URL("https://a.example.com"), "https://b.example.org:1/t", settings)).toThrow(
      expect.objectContaining({
        diagnostics: [
          expect.objectContaining({ hint: "add --trust-realm b.example.org:1 if that server is known to you" }),
        ],
      }),
    );
    for (const trusted of ["b.example.org", "b.example.org:1"]) {
      expect(ask("https://a.example.com", "https://b.example.org:1/t", [trusted])).toBe("goes");
      expect(ask("https://a.example.com", "http://b.example.org:1/t", [trusted])).toBe("goes");
    }
    expect(ask("https://a.example.com", "https://b.example.org:2/t", ["b.example.org:1"])).toContain("REGISTRY_DENIED");
  });

  it("has an address, of which nothing secret is kept", () => {
    const settings = { trusted: [], hasCredentials: true };
    const realm = checkRealm(new URL("https://a.example.com"), "https://u:p@a.example.com/t?x=y", settings);
    expect(realm.href).toBe("https://a.example.com/t?x=y");
    expect(ask("https://a.example.com", undefined)).toBe("REGISTRY_ANSWER: it names no server for tokens");
    expect(ask("https://a.example.com", "token")).toBe("REGISTRY_ANSWER: it names no server for tokens");
    expect(ask("http://a.example.com", "https://a.example.com/t")).toBe("goes");
    expect(ask("http://a.example.com", "http://b.example.com/t")).toContain("REGISTRY_DENIED");
  });
});
