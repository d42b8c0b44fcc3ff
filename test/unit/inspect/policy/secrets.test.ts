import { expect, it } from "vitest";
import { binary } from "../../../support/closure.ts";
import { dumpFindings, type PolicyCase, policyOf } from "../../../support/policy.ts";

/** Made of parts, so that no tool takes this file for a leak. */
const token = (prefix: string, length: number) =>
  prefix + "aB3dE6gH9jK2mN5pQ8sT1vW4xY7zC0fR".repeat(4).slice(0, length);

const key = (label: string) =>
  [`-----BEGIN ${label}-----`, token("", 64), token("", 64), token("", 20), `-----END ${label}-----`].join("\n");

const app = (tree: string): PolicyCase => ({
  root: "//- /usr/share/doc/.env\nTOKEN=x\n",
  trees: [{ id: "app", prefix: "/app", kind: "app", tree }],
  roots: [{ kind: "app", pointer: "/app", view: "main" }],
});

const secretApp = `
//- /main.py
print(1)
//- /.env
# settings
DATABASE_PASSWORD=hunter2
//- /.env.example
DATABASE_PASSWORD=
//- /deploy/id_ed25519
${key("OPENSSH PRIVATE KEY")}
//- /.npmrc
registry=https://registry.example/
//registry.example/:_authToken=${token("npm_", 36)}
//- /sub/.npmrc
//registry.example/:_authToken=\${NPM_TOKEN}
//- /config.js
module.exports = {
  github: "${token("ghp_", 36)}",
  slack: "${token("xoxb-", 40)}",
};
//- /service.json
{"type": "service_account", "private_key": "-----BEGIN PRIVATE KEY-----\\n${token("", 64)}\\n"}
//- /vendor/lib/.git
gitdir: ../../.git/modules/lib
//- /sub/.git/HEAD
ref: refs/heads/main
//- /sub/.git/config
[core]
//- /node_modules/lib/test/key.pem
${key("RSA PRIVATE KEY")}
//- /cert.pem
${key("CERTIFICATE")}
//- /keys.py
START = b"-----BEGIN PRIVATE KEY-----"
`;

it("warns of every file with a secret that the application brings, once, and shows no value", async () => {
  const { diagnostics } = await policyOf(app(secretApp));
  expect(dumpFindings(diagnostics)).toMatchInlineSnapshot(`
    "
    SECRET_SHIPPED (warning): cannot keep /app/.env secret: it is a file of environment variables (line 2), and everybody who has the image can read it
      at /app
      hint: add .env to .dockerignore or to app.exclude and give it when the container starts, or add {path: /app/.env, because: "..."} to policy.allow
    SECRET_SHIPPED (warning): cannot keep /app/.npmrc secret: it is an npm configuration with a token (line 2), and everybody who has the image can read it
      at /app
      hint: add .npmrc to .dockerignore or to app.exclude and give it when the container starts, or add {path: /app/.npmrc, because: "..."} to policy.allow
    SECRET_SHIPPED (warning): cannot keep /app/config.js secret: line 2 holds a GitHub token, line 3 holds a Slack token, and everybody who has the image can read it
      at /app
      hint: add config.js to .dockerignore or to app.exclude and give it when the container starts, or add {path: /app/config.js, because: "..."} to policy.allow
    SECRET_SHIPPED (warning): cannot keep /app/deploy/id_ed25519 secret: line 1 holds a private key, and everybody who has the image can read it
      at /app
      hint: add deploy/id_ed25519 to .dockerignore or to app.exclude and give it when the container starts, or add {path: /app/deploy/id_ed25519, because: "..."} to policy.allow
    SECRET_SHIPPED (warning): cannot keep /app/service.json secret: line 1 holds a private key, and everybody who has the image can read it
      at /app
      hint: add service.json to .dockerignore or to app.exclude and give it when the container starts, or add {path: /app/service.json, because: "..."} to policy.allow
    SECRET_SHIPPED (warning): cannot keep /app/sub/.git secret: it belongs to a Git repository, which keeps all that ever was in it, and everybody who has the image can read it
      at /app
      hint: add sub/.git to .dockerignore or to app.exclude and give it when the container starts, or add {path: /app/sub/.git, because: "..."} to policy.allow
    "
  `);
  expect(JSON.stringify(diagnostics)).not.toMatch(/hunter2|aB3dE6/);
});

it("makes them errors where the policy forbids secrets, and lets exceptions stand", async () => {
  const { diagnostics, record } = await policyOf({
    ...app(secretApp),
    policy: {
      forbid: ["secret"],
      allow: [
        { path: "/app/{,**/}.env", because: "no" },
        { path: "/app/**/.git/**" },
        { path: "/app/.env", because: "defaults" },
      ],
    },
  });
  expect(diagnostics.every(({ severity, pointer }) => severity === "error" && pointer === "/policy/forbid/0")).toBe(
    true,
  );
  expect(diagnostics.map(({ message }) => message.split(" ")[2])).toEqual([
    "/app/.npmrc",
    "/app/config.js",
    "/app/deploy/id_ed25519",
    "/app/service.json",
  ]);
  expect(record?.allow.map(({ used }) => used)).toEqual([[], ["secret /app/sub/.git"], ["secret /app/.env"]]);
});

it("looks at builders only where secrets are forbidden", async () => {
  const input: PolicyCase = {
    root: "//- /srv/.netrc\nmachine x login y password z\n",
    roots: [{ kind: "include", pointer: "/closure/include/0", view: "main", path: "/srv/**" }],
  };
  expect((await policyOf(input)).diagnostics).toEqual([]);
  expect((await policyOf({ ...input, policy: { forbid: ["secret"] } })).diagnostics).toMatchObject([
    { code: "SECRET_SHIPPED", severity: "error", origin: "/closure/include/0" },
  ]);
});

const secret = "correct-horse/battery=staple";

const encodings: readonly (readonly [form: string, text: string])[] = [
  ["as it is", `x=${secret};`],
  ["as base64", Buffer.from(secret).toString("base64")],
  ["as base64", Buffer.from(`a${secret}b`).toString("base64")],
  ["as base64", Buffer.from(`ab${secret}`).toString("base64")],
  ["percent-encoded", `https://x/?t=${encodeURIComponent(secret)}`],
];

it.each(encodings)("finds a build secret that leaked %s: %s", async (form, text) => {
  const { diagnostics } = await policyOf({
    ...app(`//- /a.txt\n${text}\n`),
    secrets: { token: `${secret}\n`, other: "not there" },
  });
  expect(dumpFindings(diagnostics)).toBe(`
SECRET_LEAKED: cannot ship /app/a.txt: it holds the build secret token ${form}
  at /builders/main/build/0, brought in by /app
  hint: write the secret to no file in the step, or delete that file in it
`);
});

it("finds the token of a configuration that was a secret, and not its hosts and paths", async () => {
  const npmrc = `registry=https://registry.example.org/\n//registry.example.org/:_authToken=${token("npm_", 36)}\n`;
  const tree = (text: string) => app(`//- /a.txt\n${text}\n`);
  const found = await policyOf({ ...tree(`t: ${token("npm_", 36)}`), secrets: { npmrc } });
  expect(found.diagnostics.map(({ code }) => code).toSorted()).toEqual(["SECRET_LEAKED", "SECRET_SHIPPED"]);
  const host = await policyOf({ ...tree("see https://registry.example.org/ for more"), secrets: { npmrc } });
  expect(host.diagnostics).toEqual([]);
});

it("does not look for values that stand in files by chance, and lets only an exception for the path stand", async () => {
  const short = { ...app("//- /a.txt\n1234567\n"), secrets: { pin: "1234567" } };
  expect((await policyOf(short)).diagnostics).toEqual([]);
  const leaked = { ...app(`//- /a.txt\n${secret}\n`), secrets: { token: secret } };
  const allowed = (allow: NonNullable<PolicyCase["policy"]>["allow"]) =>
    policyOf({ ...leaked, policy: { allow: allow ?? [] } });
  expect((await allowed([{ kind: "secret" }])).diagnostics).toHaveLength(1);
  expect((await allowed([{ path: "/app/a.txt", because: "a test" }])).diagnostics).toEqual([]);
});

it("searches programs too", async () => {
  const { diagnostics } = await policyOf({
    root: `//- /lib64/ld-linux-x86-64.so.2 0755 elf=x86_64\n//- /usr/bin/tool 0755 elf=x86_64 loader\nkey ${secret}\n`,
    roots: [binary("/usr/bin/tool")],
    secrets: { token: secret },
  });
  expect(diagnostics).toMatchObject([{ code: "SECRET_LEAKED", origin: "/binaries/0" }]);
});
