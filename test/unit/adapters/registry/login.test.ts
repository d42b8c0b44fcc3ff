import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { findCredentials } from "../../../../src/adapters/docker-config/docker-config.ts";
import { parseChallenges } from "../../../../src/adapters/registry/challenge.ts";
import { checkRealm } from "../../../../src/adapters/registry/realm.ts";
import { checkHop, isLoopback } from "../../../../src/adapters/registry/registry-locations.ts";
import { reachRegistry } from "../../../../src/adapters/registry/settings.ts";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-login-"));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
const base64 = (text: string) => Buffer.from(text).toString("base64");

let count = 0;
async function find(registry: string, config: unknown, helpers: Readonly<Record<string, string>> = {}) {
  const own = path.join(folder, String(++count));
  fs.mkdirSync(path.join(own, "bin"), { recursive: true });
  fs.writeFileSync(path.join(own, "config.json"), typeof config === "string" ? config : JSON.stringify(config));
  for (const [name, script] of Object.entries(helpers)) {
    fs.writeFileSync(path.join(own, "bin", `docker-credential-${name}`), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  const warnings: string[] = [];
  const found = await findCredentials(registry, {
    folder: own,
    env: { PATH: `${path.join(own, "bin")}:/usr/bin:/bin` },
    helperMilliseconds: helpers["hangs"] === undefined ? 10_000 : 200,
    warned: (text) => void warnings.push(text.replaceAll(own, "CONFIG")),
  });
  return { found, warnings };
}

const login = { kind: "password", user: "me", password: "a:b" };

describe("what docker login keeps", () => {
  it.each([
    ["its own key", "localhost:5000", { auths: { "localhost:5000": { auth: base64("me:a:b") } } }, login],
    ["a key that is a URL", "quay.io", { auths: { "https://quay.io/v2/": { auth: base64("me:a:b") } } }, login],
    [
      "Docker Hub's old key",
      "docker.io",
      { auths: { "https://index.docker.io/v1/": { auth: base64("me:a:b") } } },
      login,
    ],
    ["user and password apart", "quay.io", { auths: { "quay.io": { username: "me", password: "a:b" } } }, login],
    [
      "an identity token",
      "quay.io",
      { auths: { "quay.io": { auth: base64("00000000-0000-0000-0000-000000000000:"), identitytoken: "t" } } },
      { kind: "identity", token: "t" },
    ],
    ["a token", "quay.io", { auths: { "quay.io": { registrytoken: "t" } } }, { kind: "token", token: "t" }],
    ["another port", "localhost:5001", { auths: { "localhost:5000": { auth: base64("me:a:b") } } }, undefined],
    ["a longer name", "quay.io.evil.example", { auths: { "quay.io": { auth: base64("me:a:b") } } }, undefined],
    ["an empty entry", "quay.io", { auths: { "quay.io": {} } }, undefined],
  ])("%s", async (_, registry, config, wanted) => {
    expect(await find(registry, config)).toEqual({ found: wanted, warnings: [] });
  });

  it.each(["a\nb", "a\r\nX-Evil: 1", "a b", "a\u0000", "\u00e9", "=a"])(
    "refuses the token %j, which is none",
    async (token) => {
      const { found, warnings } = await find("quay.io", { auths: { "quay.io": { registrytoken: token } } });
      expect([found, warnings]).toEqual([undefined, ["cannot use the login of quay.io in config.json: it is damaged"]]);
    },
  );

  it("asks the registry's own helper before that of all, and that before the file", async () => {
    const helpers = {
      one: 'cat >/dev/null; echo \'{"Username":"<token>","Secret":"of one"}\'',
      all: 'read -r server; echo "{\\"Username\\":\\"$server\\",\\"Secret\\":\\"of all\\"}"',
    };
    const config = {
      credHelpers: { "quay.io": "one" },
      credsStore: "all",
      auths: { "https://index.docker.io/v1/": {} },
    };
    expect((await find("quay.io", config, helpers)).found).toEqual({ kind: "identity", token: "of one" });
    expect((await find("docker.io", config, helpers)).found).toEqual({
      kind: "password",
      user: "https://index.docker.io/v1/",
      password: "of all",
    });
  });

  it("takes the file where the helper for all knows nothing", async () => {
    const config = { credsStore: "none", auths: { "quay.io": { auth: base64("me:a:b") } } };
    const helpers = { none: 'echo "credentials not found in native keychain"; exit 1' };
    expect(await find("quay.io", config, helpers)).toEqual({ found: login, warnings: [] });
  });

  it.each([
    [
      "fails",
      "echo s3cret; exit 1",
      "cannot ask docker-credential-fails for the login of quay.io: it ended with code 1",
    ],
    ["junk", "echo s3cret", "cannot use what docker-credential-junk answers for quay.io: not a login"],
    [
      "endless",
      "yes s3cret",
      "cannot ask docker-credential-endless for the login of quay.io: it answers more than a login",
    ],
    [
      "hangs",
      "exec sleep 600",
      "cannot ask docker-credential-hangs for the login of quay.io: it did not answer in 0.2 seconds",
    ],
  ])("warns of a helper that %s, without what it said", async (name, script, warning) => {
    expect(await find("quay.io", { credHelpers: { "quay.io": name } }, { [name]: script })).toEqual({
      found: undefined,
      warnings: [warning],
    });
  });

  it.each([
    [
      { credHelpers: { "quay.io": "absent" } },
      "cannot ask docker-credential-absent for the login of quay.io: the program is not there, or cannot be started",
    ],
    [{ credsStore: "../../bin/sh" }, 'cannot ask the credential helper "../../bin/sh": not a program name'],
    ['{"auths": s3cret', "cannot use CONFIG/config.json: it is not what docker login writes"],
    [
      { auths: { "quay.io": { auth: base64("s3cret") } } },
      "cannot use the login of quay.io in config.json: it is damaged",
    ],
  ])("warns of %j", async (config, warning) => {
    expect(await find("quay.io", config)).toEqual({ found: undefined, warnings: [warning] });
  });
});

it("reads challenges", () => {
  expect(
    parseChallenges([
      'Basic realm="a \\"b\\"", Bearer realm="https://x/token",service=y , scope="repository:a:pull,push"',
      "Negotiate",
    ]),
  ).toEqual([
    { scheme: "basic", parameters: { realm: 'a "b"' } },
    { scheme: "bearer", parameters: { realm: "https://x/token", service: "y", scope: "repository:a:pull,push" } },
    { scheme: "negotiate", parameters: {} },
  ]);
  expect(parseChallenges([`Bearer realm="${"x".repeat(20_000)}"`, '="', ""])).toEqual([]);
});

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

it("goes without TLS to this machine, and elsewhere when it is told to", () => {
  const reach = (registry: string, isPlainHttp = false) =>
    reachRegistry(registry, { isPlainHttp, authorityFile: undefined, env: {}, certificateFolders: [] }).base.href;
  expect(["localhost:5000", "127.0.0.1", "[::1]:5000", "docker.io", "10.0.0.1:5000"].map((one) => reach(one))).toEqual([
    "http://localhost:5000/",
    "http://127.0.0.1/",
    "http://[::1]:5000/",
    "https://registry-1.docker.io/",
    "https://10.0.0.1:5000/",
  ]);
  expect(reach("10.0.0.1:5000", true)).toBe("http://10.0.0.1:5000/");
});
