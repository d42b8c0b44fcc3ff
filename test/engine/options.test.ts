import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { docker, dockerOutput, mustBuild, testEngine } from "../support/engine.ts";
import { inspectImage } from "../support/image-tree.ts";
import { buildFailure, buildTree, makeProject } from "../support/project.ts";

const proof = "binaries: [/usr/bin/true]\nfiles: {/proof/: {from: main, src: /proof/**}}\n";

const project = makeProject({
  "pith.yaml": `
args: {GREETING: hello, NAME: }
from: debian:trixie-slim
build:
  - mkdir /proof; echo "\${GREETING} \${NAME:-nobody}" >/proof/args
  - >-
    getent hosts pith.test | tr -s ' ' >/proof/hosts; ulimit -Sn >/proof/ulimit; ulimit -Hn >>/proof/ulimit;
    df --output=size /dev/shm | tail -1 | tr -d ' ' >/proof/shm
  - run: cat /run/secrets/file /tmp/word >/proof/secrets; echo "$WORD" >>/proof/secrets; stat -c %a:%u /run/secrets/file >>/proof/secrets
    mounts:
      - {type: secret, id: file, required: true}
      - {type: secret, id: word, env: WORD, target: /tmp/word}
      - {type: secret, id: not-given}
  - run: test -S "$SSH_AUTH_SOCK" && echo "$SSH_AUTH_SOCK" >/proof/ssh
    mounts: [{type: tmpfs, target: /scratch}, {type: ssh, required: true}]
${proof}
policy: {allow: [{path: /proof/secrets, because: the test reads it there}]}
targets:
  debug: {add: {binaries: [/usr/bin/env]}}
`,
  "secret.txt": "from a file\n",
  "empty/.keep": "",
});
const spec = project.path("pith.yaml");

let agents = 0;

/** Starts an ssh agent, whose environment goes to the client. */
async function withAgent<T>(use: (env: Readonly<Record<string, string>>) => Promise<T>): Promise<T> {
  agents += 1;
  // A killed agent removes its socket in its own time: each has one of its own.
  const socket = project.path(`agent-${agents}`);
  const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    await once(agent.stdout, "data");
    return await use({ SSH_AUTH_SOCK: socket });
  } finally {
    const ended = once(agent, "exit");
    agent.kill();
    await ended;
  }
}

const given = [
  "--build-arg=NAME=Ada",
  "--add-host=pith.test:192.0.2.7",
  "--ulimit=nofile=123:456",
  "--shm-size=8m",
  `--secret=id=file,src=${project.path("secret.txt")}`,
  "--secret=id=word,env=SECRET_WORD",
  "--ssh=default",
];
const base = { spec, context: project.path("empty"), args: given };

test("arguments, hosts, limits, shared memory, secrets and the ssh agent reach the steps", async () => {
  await withAgent(async (env) => {
    const tree = await buildTree(project, { ...base, env: { ...env, SECRET_WORD: "from a variable" } });
    expect(
      Object.fromEntries(
        ["args", "hosts", "ulimit", "shm", "secrets", "ssh"].map((name) => [name, tree.read(`proof/${name}`)]),
      ),
    ).toEqual({
      args: "hello Ada",
      hosts: "192.0.2.7 pith.test",
      ulimit: "123\n456",
      shm: "8192",
      secrets: "from a file\nfrom a variablefrom a variable\n400:0",
      ssh: "/run/buildkit/ssh_agent.0",
    });
  });
});

test("progress names each step, and the closure with its figures", async () => {
  await withAgent(async (env) => {
    const output = await mustBuild({ ...base, env: { ...env, SECRET_WORD: "from a variable" } });
    const steps = [...output.matchAll(/^#\d+ (\[.*)$/gmu)].map((match) => match[1] ?? "");
    expect(
      [...new Set(steps)]
        .toSorted()
        .map((step) => step.replaceAll(/[\d.,]+ (?=files|MB)|\d+ of \d+ (?=packages)/gu, "N "))
        .map((step) => step.replace(/, \d+ librar(?:y|ies) only named in strings left out/u, "")),
    ).toMatchInlineSnapshot(`
      [
        "[internal] load .dockerignore",
        "[internal] load build definition from pith.yaml",
        "[internal] load metadata for debian:trixie-slim",
        "[internal] write closure request",
        "[main] cat /run/secrets/file /tmp/word >/proof/secrets; echo "$WORD" >>/proof/secrets; stat -c %a:%u /run/secrets/file >>/proof/secrets",
        "[main] from debian:trixie-slim",
        "[main] getent hosts pith.test | tr -s ' ' >/proof/hosts; ulimit -Sn >/proof/ulimit; ulimit -Hn >>/proof/ulimit; df --output=size /dev/shm | tail -1 | tr -d ' ' >/pr...",
        "[main] mkdir /proof; echo "hello Ada" >/proof/args",
        "[main] test -S "$SSH_AUTH_SOCK" && echo "$SSH_AUTH_SOCK" >/proof/ssh",
        "[pith] closure of N files, N MB, N packages: layer system",
        "[pith] layer app",
        "[pith] resolve closure",
      ]
    `);
  });
});

describe("--target", () => {
  const options = { ...base, env: { SECRET_WORD: "w" } };

  test("picks a target of the spec", async () => {
    const tree = await withAgent((env) =>
      buildTree(project, { ...options, env: { ...options.env, ...env }, args: [...given, "--target=debug"] }),
    );
    expect(tree.read("usr/bin/env")).toBeDefined();
  });

  test("rootfs, manifest and explain are built in", async () => {
    await withAgent(async (agent) => {
      const env = { ...options.env, ...agent };
      const rootfs = await buildTree(project, { ...options, env, args: [...given, "--target=rootfs"] });
      const manifest = await buildTree(project, { ...options, env, args: [...given, "--target=manifest"] });
      const explain = await buildTree(project, {
        ...options,
        env,
        args: [...given, "--target=explain", "--build-arg=EXPLAIN=/proof/args"],
      });
      expect(rootfs.read("proof/args")).toBe("hello Ada");
      expect(manifest.read("manifest.json")).toContain('"path": "/proof/args"');
      expect(explain.read("explain.txt")).toContain("/proof/args");
    });
  });

  test("that is unknown is an error", async () => {
    expect(await buildFailure({ ...base, args: ["--target=debgu"] })).toMatchInlineSnapshot(`
      "--------------------
        19 |     
        20 |     policy: {allow: [{path: /proof/secrets, because: the test reads it there}]}
        21 | >>> targets:
        22 |       debug: {add: {binaries: [/usr/bin/env]}}
        23 |     
      --------------------
      ERROR: failed to solve: pith.yaml:21: TARGET_UNKNOWN: cannot find target debgu: the spec has no such target
        hint: did you mean debug?
      "
    `);
  });
});

describe("-f", () => {
  const text = `from: debian:trixie-slim\nbuild: [{copy: {src: note, dest: /proof/}}]\n${proof}`;
  const files = makeProject({ "context/note": "in the context", "elsewhere/other.yaml": text });

  test("takes a spec of another directory", async () => {
    const tree = await buildTree(files, { spec: files.path("elsewhere/other.yaml"), context: files.path("context") });
    expect(tree.read("proof/note")).toBe("in the context");
  });

  test.for([
    ["its own syntax line", [], `# syntax=${testEngine().frontend}\n${text}`],
    ["BUILDKIT_SYNTAX", [`--build-arg=BUILDKIT_SYNTAX=${testEngine().frontend}`], text],
  ] as const)("- takes a spec of standard input, with %s", async ([, args, input]) => {
    const tree = await buildTree(files, { spec: "-", context: files.path("context"), args, input });
    expect(tree.read("proof/note")).toBe("in the context");
  });

  test("that is not there is an error of the client", async () => {
    const failed = await docker(["build", "--file", files.path("none.yaml"), files.path("context")]);
    expect(failed.code).not.toBe(0);
    expect(failed.stderr).toContain("no such file or directory");
  });
});

test("an argument without a value is an error at its line", async () => {
  const files = makeProject({ "pith.yaml": "args: {VERSION: }\nfrom: debian:${VERSION}\nbinaries: [true]\n" });
  expect(await buildFailure({ spec: files.path("pith.yaml") })).toMatchInlineSnapshot(`
    "--------------------
       2 |     args: {VERSION: }
       3 | >>> from: debian:\${VERSION}
       4 | >>> binaries: [true]
       5 |     
    --------------------
    ERROR: failed to solve: pith.yaml:3: ARG_UNSET: cannot use \${VERSION}: it has no value
      hint: give a value with --build-arg VERSION=..., or a default in args
    pith.yaml:4: SPEC_WRONG_TYPE: cannot use binaries[0]: expected text or a map, got true
      hint: write it in quotes: "true"
    "
  `);
});

test("a warning is shown at the end, with its line", async () => {
  const files = makeProject({
    "pith.yaml": "args: {VERSION: trixie-slim}\nfrom: debian:${VERSION}\nbinaries: [/usr/bin/true]\n",
  });
  const output = await mustBuild({ spec: files.path("pith.yaml"), args: ["--build-arg=VERSOIN=1"] });
  expect(stripVTControlCharacters(output.slice(output.indexOf("warning found") - 2)).trimEnd()).toMatchInlineSnapshot(`
    "1 warning found (use --debug to expand):
     - ARG_UNKNOWN: cannot use --build-arg "VERSOIN": the spec declares no such argument"
  `);
});

test("a secret that is required and not given is an error at its step", async () => {
  const files = makeProject({
    "pith.yaml": `from: debian:trixie-slim
build:
  - run: cat /run/secrets/token
    mounts: [{type: secret, id: token, required: true}]
binaries: [/usr/bin/true]
`,
  });
  expect(await buildFailure({ spec: files.path("pith.yaml") })).toMatchInlineSnapshot(`
    "------
     > [main] cat /run/secrets/token:
    ------
    pith.yaml:4
    --------------------
       2 |     from: debian:trixie-slim
       3 |     build:
       4 | >>>   - run: cat /run/secrets/token
       5 |         mounts: [{type: secret, id: token, required: true}]
       6 |     binaries: [/usr/bin/true]
    --------------------
    ERROR: failed to solve: pith.yaml:4: SECRET_MISSING: cannot give the step the secret token: the build has none of this name
      hint: add --secret id=token,src=FILE to the command
    "
  `);
});

describe("--network", () => {
  const files = makeProject({
    "pith.yaml": `from: debian:trixie-slim
build: ['mkdir /proof; ls /sys/class/net | tr "\\n" " " >/proof/default', {run: 'ls /sys/class/net >/proof/none', network: none}]
${proof}`,
  });
  const buildWith = async (network: string, name: string): Promise<string> => {
    const out = `--output=type=local,dest=${files.path(name)}`;
    const options = ["--file", files.path("pith.yaml"), "--network", network, "--progress=plain", out];
    const { stderr } = await docker(["build", ...options, files.folder]);
    const read = (file: string): string => readFileSync(join(files.path(name), "proof", file), "utf8").trim();
    return stderr.includes("ERROR") ? stderr : `${read("default")}, ${read("none")}`;
  };

  test("none leaves steps the loopback alone", async () => {
    expect(await buildWith("none", "none")).toBe("lo, lo");
  });

  test("host gives steps the host's devices, but not those that ask for none", async () => {
    expect(await buildWith("host", "host")).toMatch(/^(?!lo,).*, lo$/u);
  });
});

describe("--no-cache", () => {
  const uuid = "mkdir /proof; cp /proc/sys/kernel/random/uuid /proof/";
  const files = makeProject({
    "pith.yaml": `builders:
  main: {from: debian:trixie-slim, build: [${uuid}main]}
  tools: {from: debian:trixie-slim, build: [${uuid}tools]}
binaries: [/usr/bin/true]
files: {/proof/: {from: main, src: /proof/**}, /tools/: {from: tools, src: /proof/**}}
`,
  });
  const made = async (...args: readonly string[]) => {
    const tree = await buildTree(files, { spec: files.path("pith.yaml"), args });
    return { main: tree.read("proof/main"), tools: tree.read("tools/tools") };
  };

  test("makes everything anew, and --no-cache-filter one builder", async () => {
    const first = await made();
    expect(await made()).toEqual(first);
    const filtered = await made("--no-cache-filter=tools");
    expect(filtered.main).toBe(first.main);
    expect(filtered.tools).not.toBe(first.tools);
    const anew = await made("--no-cache");
    expect([first.main, filtered.main]).not.toContain(anew.main);
    expect([first.tools, filtered.tools]).not.toContain(anew.tools);
  });
});

describe("--pull", () => {
  const reference = `${testEngine().registry}/pith-test/pulled:1`;
  const files = makeProject({
    "pith.yaml": `from: ${reference}\nbuild: ['mkdir /proof; echo "$ORIGIN" >/proof/origin']\n${proof}`,
  });

  beforeAll(async () => {
    const make = async (origin: string) =>
      dockerOutput(["build", "--tag", reference, "-"], { input: `FROM debian:trixie-slim\nENV ORIGIN=${origin}\n` });
    await make("registry");
    await dockerOutput(["push", "--quiet", reference]);
    await make("local");
  });

  test("takes the registry's image though there is a local one", async () => {
    const tree = await buildTree(files, { spec: files.path("pith.yaml"), args: ["--pull"] });
    expect(tree.read("proof/origin")).toBe("registry");
  });

  test("absent leaves the local one be", async () => {
    const tree = await buildTree(files, { spec: files.path("pith.yaml") });
    expect(tree.read("proof/origin")).toBe("local");
  });
});

test("--label and SOURCE_DATE_EPOCH reach the image's configuration", async () => {
  const files = makeProject({
    "pith.yaml": "from: debian:trixie-slim\nbinaries: [/usr/bin/true]\nlabels: {kept: spec, both: spec}\n",
  });
  await mustBuild({
    spec: files.path("pith.yaml"),
    tag: "pith-test/labelled",
    args: ["--label=both=command line"],
    env: { SOURCE_DATE_EPOCH: "1700000000" },
  });
  const { created, config } = await inspectImage("pith-test/labelled");
  expect({ created, labels: config["Labels"] }).toEqual({
    created: "2023-11-14T22:13:20Z",
    labels: { kept: "spec", both: "command line" },
  });
});

test("an option that no build can honour is an error", async () => {
  const files = makeProject({ "pith.yaml": "from: debian:trixie-slim\nbinaries: [/usr/bin/true]\n" });
  const args = ["--platform=windows/amd64"];
  expect(await buildFailure({ spec: files.path("pith.yaml"), args })).toMatchInlineSnapshot(`
    "ERROR: failed to solve: OPTION_INVALID: cannot use --platform "windows/amd64": it is not a Linux platform
      hint: write it as linux/ARCHITECTURE, such as linux/arm64
    "
  `);
});
