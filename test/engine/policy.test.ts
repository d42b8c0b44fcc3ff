import { expect, test } from "vitest";
import { build, mustBuild } from "../support/engine.ts";
import { buildFailure, buildTree, makeProject } from "../support/project.ts";

const secret = "horse-battery-staple-7491";
const privateKey = [
  "-----BEGIN OPENSSH PRIVATE KEY-----",
  ..."abc".split("").map((letter) => `${letter}3BlbnNzaC1rZXktdjEA`.repeat(3)),
  "-----END OPENSSH PRIVATE KEY-----",
].join("\n");

/** Every kind of a policy is violated, by programs whose names tell nothing where that is possible. */
const violations = `from: debian:trixie-slim
build:
  - |
    mkdir -p /opt/x /usr/include
    cp /usr/bin/dash /opt/one
    cp /usr/bin/perl /opt/x/two
    cp /usr/bin/tar /opt/x/three
    cp /usr/bin/env /opt/x/four
    touch /usr/include/one.h /usr/include/two.h /opt/x/open
    chmod 666 /opt/x/open
    cp /usr/bin/cat /opt/x/five
    chmod 2755 /opt/x/five
    cp /usr/bin/true /opt/able
    # The builder has no setcap: this is cap_net_raw, as setxattr(2) takes it.
    perl -e 'my ($p, $n, $v) = ("/opt/able", "security.capability", pack("V5", 0x02000001, 1 << 13, 0, 0, 0));
      syscall(188, $p, $n, $v, 20, 0) == 0 or die $!'
  - {run: "cp /run/secrets/token /opt/x/leak", mounts: [{type: secret, id: token}]}
binaries: [/opt/one, bash, apt-get, su, sed]
closure:
  include: [/opt/x/**, /opt/able, /usr/include/**]
files:
  /srv/gone: {symlink: nowhere}
  /srv/key: {content: ${JSON.stringify(privateKey)}}
  /srv/.npmrc: {content: "//registry.example/:_authToken=abcdef0123456789\\n"}
policy:
  forbid:
    - shell
    - package-manager
    - interpreter
    - encoder
    - editor
    - launcher
    - privilege
    - headers
    - setuid
    - file-capability
    - world-writable
    - dangling-link
    - secret
  max: {bytes: 1MB, files: 10, packages: 3}
`;

const app = `from: debian:trixie-slim
binaries: [cat]
app: app
`;

const project = makeProject({
  "violations.yaml": violations,
  "allowed.yaml": `from: debian:trixie-slim
binaries: [bash]
policy:
  forbid: [shell, package-manager, downloader, secret, file-capability]
  allow: [{path: /bin/bash, kind: shell, because: "people log in to look around"}]
`,
  "app.yaml": app,
  "strict.yaml": `${app}policy: {forbid: [secret]}\n`,
  "app/.env": "PASSWORD=hunter2\n",
  "app/keys/id_ed25519": `${privateKey}\n`,
  "app/.npmrc": "//registry.example/:_authToken=abcdef0123456789\n",
  "app/readme.txt": "hello\n",
});
const at = (name: string, args: readonly string[] = []) => ({
  spec: project.path(name),
  context: project.folder,
  args,
});

test("all violations are told at once, each with what it is, where it is forbidden, where it comes from and what to do", async () => {
  const options = at("violations.yaml", ["--secret", "id=token,env=PITH_TEST_TOKEN"]);
  const output = await buildFailure({ ...options, env: { PITH_TEST_TOKEN: secret } });
  expect(withoutFigures(output)).toMatchSnapshot();
  expect(output.match(/(?:POLICY|SECRET)_[A-Z]+: cannot /gu)?.length).toBeGreaterThanOrEqual(20);
  expect(output).not.toContain(secret);
});

test("what is allowed ships, and the manifest has the reason", async () => {
  await mustBuild(at("allowed.yaml"));
  const printed = await buildTree(project, at("allowed.yaml", ["--target=manifest"]));
  const manifest: unknown = JSON.parse(printed.read("manifest.json") ?? "");
  expect(manifest).toMatchObject({
    policy: {
      forbid: ["shell", "package-manager", "downloader", "secret", "file-capability"],
      allow: [
        {
          path: "/bin/bash",
          kind: "shell",
          because: "people log in to look around",
          used: ["shell /usr/bin/bash"],
        },
      ],
      limits: [],
    },
  });
});

test("limits are exact", async () => {
  const printed = await buildTree(project, at("allowed.yaml", ["--target=manifest"]));
  const bytes = Number(/"bytes": (\d+)/u.exec(printed.read("manifest.json") ?? "")?.[1]);
  const limited = (limit: number) =>
    `from: debian:trixie-slim\nbinaries: [bash]\npolicy: {max: {bytes: ${String(limit)}}}\n`;
  project.write({ "exact.yaml": limited(bytes), "less.yaml": limited(bytes - 1) });
  await mustBuild(at("exact.yaml"));
  expect(await buildFailure(at("less.yaml"))).toContain("which is 1 byte less");
});

test("secrets of the application ship with a warning each, and not at all where the policy forbids them", async () => {
  const { output } = await build(at("app.yaml", ["--progress=plain"]));
  for (const path of ["/app/.env", "/app/keys/id_ed25519", "/app/.npmrc"]) {
    expect(output).toContain(`SECRET_SHIPPED: cannot keep ${path} secret`);
  }
  const failure = await buildFailure(at("strict.yaml"));
  expect(failure.match(/SECRET_SHIPPED: cannot keep \S+/gu)).toHaveLength(3);
  expect(output + failure).not.toMatch(/hunter2|abcdef0123456789/u);
});

/** Sizes follow the distribution's packages. */
function withoutFigures(output: string): string {
  return output.replaceAll(/^.*POLICY_LIMIT.*$/gmu, (line) =>
    line.replaceAll(/\d[\d,.]*(?= (?:MB|bytes|files|packages|of) ?)/gu, "N"),
  );
}
