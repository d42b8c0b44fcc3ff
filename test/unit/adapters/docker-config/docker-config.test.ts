import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { findCredentials } from "../../../../src/adapters/docker-config/docker-config.ts";

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
