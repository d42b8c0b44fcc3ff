import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createSocket } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { output } from "../../scripts/lib/command.ts";
import { docker, dockerOutput, testEngine } from "../support/engine.ts";
import { buildFailure, buildTree, makeProject } from "../support/project.ts";

const ship = "binaries: [/usr/bin/true]\nfiles: {/proof/: {from: main, src: /proof/**}}\n";
const copying = `from: debian:trixie-slim\nbuild: [{copy: {src: ., dest: /proof/}}]\n${ship}`;
const { frontend } = testEngine();

/** Names of the files below /proof, sorted. */
const listing = "cd /proof && find . -type f ! -name listing | sort | tr '\\n' ' ' >/proof/listing";

describe("--build-context", () => {
  const project = makeProject({
    "pith.yaml": `builders:
  main:
    from: replaced:1
    build:
      - run: mkdir /proof; cp -r /files /proof/files; echo "$FLAVOUR" >/proof/flavour
        mounts: [{type: bind, from: files, target: /files}]
  files: {from: {context: given}}
  plain: {from: given}
  empty: {from: {context: empty}}
${ship}`,
    "given/note": "note",
    "given/skipped": "",
    "given/.dockerignore": "skipped\n.dockerignore\n",
    "empty/.keep": "",
  });
  const options = { spec: project.path("pith.yaml"), context: project.path("empty") };

  beforeAll(async () => {
    const input = "FROM debian:trixie-slim\nENV FLAVOUR=ours\n";
    await dockerOutput(["build", "--tag", "pith-test/flavour", "-"], { input });
  });

  test("gives a directory with its own ignore file, and an image in place of another", async () => {
    const tree = await buildTree(project, {
      ...options,
      args: [
        `--build-context=given=${project.path("given")}`,
        "--build-context=replaced:1=docker-image://pith-test/flavour",
      ],
    });
    expect([tree.read("proof/flavour"), tree.read("proof/files/note"), tree.read("proof/files/skipped")]).toEqual([
      "ours",
      "note",
      undefined,
    ]);
  });

  test("gives an OCI layout where the store can read one", async () => {
    const layout = project.path("layout");
    const image = `docker://${testEngine().registry}/debian:trixie-slim`;
    await output("skopeo", ["copy", "--quiet", "--src-tls-verify=false", image, `oci:${layout}:v1`]);
    project.write({
      "layout.yaml": `builders:
  main: {from: {oci-layout: lay}, build: [mkdir /proof; echo made >/proof/made]}
  same: {from: lay}
binaries: [/usr/bin/true, {path: /usr/bin/env, from: same}]
files: {/proof/: {from: main, src: /proof/**}}
`,
    });
    const args = [`--build-context=lay=oci-layout://${layout}:v1`];
    const build = { ...options, spec: project.path("layout.yaml"), args };
    // A limit of Docker's own: with graph drivers its Dockerfile builds fail likewise.
    if (testEngine().store === "classic") {
      expect(await buildFailure(build)).toContain("hint: use Docker's containerd image store");
    } else {
      expect((await buildTree(project, build)).read("proof/made")).toBe("made");
    }
  });

  test("that is missing is an error at its line", async () => {
    const args = ["--build-context=replaced:1=docker-image://pith-test/flavour"];
    expect(await buildFailure({ ...options, args })).toMatchInlineSnapshot(`
      "--------------------
         6 |           - run: mkdir /proof; cp -r /files /proof/files; echo "$FLAVOUR" >/proof/flavour
         7 |             mounts: [{type: bind, from: files, target: /files}]
         8 | >>>   files: {from: {context: given}}
         9 |       plain: {from: given}
        10 |       empty: {from: {context: empty}}
      --------------------
      ERROR: failed to solve: pith.yaml:8: CONTEXT_UNKNOWN: cannot open build context given: the build names no such context
        hint: add --build-context given=DIRECTORY to the command
      "
    `);
  });
});

test("a target of the same bake run can be a builder's base", async () => {
  const project = makeProject({
    "pith.yaml": `from: base\nbuild: ['mkdir /proof; echo "$FLAVOUR" >/proof/flavour']\n${ship}`,
    Dockerfile: "FROM debian:trixie-slim\nENV FLAVOUR=baked\nRUN mkdir /made\n",
  });
  const target = {
    base: { context: project.folder, args: {} },
    main: {
      context: project.folder,
      dockerfile: "pith.yaml",
      contexts: { base: "target:base" },
      output: [`type=local,dest=${project.path("out")}`],
    },
  };
  project.write({ "bake.json": JSON.stringify({ target }) });
  await dockerOutput(["buildx", "bake", "--file", project.path("bake.json"), "main"]);
  expect(readFileSync(project.path("out/proof/flavour"), "utf8")).toBe("baked\n");
});

describe("ignore files", () => {
  const files = { "a/keep.txt": "", "a/drop.txt": "", "b.log": "", "c.txt": "" };
  const spec = `from: debian:trixie-slim\nbuild: [{copy: {src: ., dest: /proof/}}, "${listing}"]\n${ship}`;

  test(".dockerignore of the context, with an exception", async () => {
    const project = makeProject({
      ...files,
      "pith.yaml": spec,
      ".dockerignore": "# comment\n/a/*\n!a/keep.txt\n*.log\n*.yaml\n.dockerignore\n",
    });
    const tree = await buildTree(project, { spec: project.path("pith.yaml") });
    expect(tree.read("proof/listing")).toBe("./a/keep.txt ./c.txt");
  });

  test("<spec>.dockerignore beside the spec comes before it", async () => {
    const project = makeProject({
      ...files,
      ".dockerignore": "**",
      "specs/pith.yaml": spec,
      "specs/pith.yaml.dockerignore": "specs\n.dockerignore\na\n",
    });
    const tree = await buildTree(project, { spec: project.path("specs/pith.yaml"), context: project.folder });
    expect(tree.read("proof/listing")).toBe("./b.log ./c.txt");
  });

  test("leave files of `app` and `files` out as well", async () => {
    const project = makeProject({
      "pith.yaml":
        "from: debian:trixie-slim\napp: src\nbinaries: [/usr/bin/true]\nfiles: {/x/: {from: context, src: conf/**}}\n",
      "src/kept": "",
      "src/dropped": "",
      "conf/kept": "",
      "conf/dropped": "",
      ".dockerignore": "**/dropped\n",
    });
    const tree = await buildTree(project, { spec: project.path("pith.yaml") });
    const paths = ["app/kept", "app/dropped", "x/kept", "x/dropped"];
    expect(paths.filter((path) => tree.read(path) !== undefined)).toEqual(["app/kept", "x/kept"]);
  });
});

/** A free port of the loopback interface. */
async function freePort(): Promise<number> {
  const server = createSocket().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Builds from a context that is not a directory and returns a file of the exported tree. */
async function buildRemote(
  context: string,
  options: { readonly args: readonly string[]; readonly out: string; readonly input?: Uint8Array },
): Promise<string> {
  const result = await docker(
    [
      "build",
      "--network=host",
      "--progress=plain",
      ...options.args,
      `--output=type=local,dest=${options.out}`,
      context,
    ],
    { env: { BUILDX_NO_DEFAULT_ATTESTATIONS: "1" }, ...(options.input === undefined ? {} : { input: options.input }) },
  );
  if (result.code !== 0) throw new Error(result.stderr);
  return readFileSync(join(options.out, "proof/note"), "utf8");
}

describe("a remote context", () => {
  const project = makeProject({
    "repository.git/pith.yaml": copying,
    "repository.git/note": "at the root",
    "repository.git/deep/pith.yaml": copying,
    "repository.git/deep/note": "below",
    "local/pith.yaml": copying,
  });
  const repository = project.path("repository.git");
  let server: Server;
  let url = "";

  beforeAll(async () => {
    const git = async (...args: readonly string[]) =>
      output("git", ["-c", "user.name=Pith", "-c", "user.email=pith@example.org", ...args], { cwd: repository });
    await git("init", "--quiet", "--initial-branch=main");
    await git("add", ".");
    await git("commit", "--quiet", "--message=first");
    // More than what is read of any one file: an archive has no such limit.
    await output("dd", [
      "if=/dev/urandom",
      `of=${project.path("repository.git/noise")}`,
      "bs=1M",
      "count=17",
      "status=none",
    ]);
    await output("tar", ["--exclude=.git", "-czf", project.path("context.tar.gz"), "-C", repository, "."]);
    server = createServer((request, response) => {
      const file = request.url === "/context.tar.gz" ? "context.tar.gz" : "repository.git/alone.yaml";
      createReadStream(project.path(file)).pipe(response);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    url = typeof address === "object" && address !== null ? `http://127.0.0.1:${String(address.port)}` : "";
  });
  afterAll(() => {
    server.close();
  });

  test("in git, at its root, in a directory and as a source of a builder", async () => {
    const port = await freePort();
    const args = ["daemon", "--reuseaddr", "--export-all", "--listen=127.0.0.1", `--port=${String(port)}`];
    // A group of its own: git starts the server as a child.
    const daemon = spawn("git", [...args, `--base-path=${project.folder}`], { stdio: "ignore", detached: true });
    try {
      const remote = `git://127.0.0.1:${String(port)}/repository.git`;
      for (let attempt = 0; attempt < 50; attempt++) {
        const listed = await output("git", ["ls-remote", remote]).catch(() => undefined);
        if (listed !== undefined) break;
        await delay(100);
      }
      const options = ["--file=pith.yaml"];
      expect(await buildRemote(`${remote}#main`, { args: options, out: project.path("git") })).toBe("at the root");
      expect(await buildRemote(`${remote}#main:deep`, { args: options, out: project.path("sub") })).toBe("below");
      const local = ["--file", project.path("local/pith.yaml")];
      expect(await buildRemote(`${remote}#main`, { args: local, out: project.path("mix") })).toBe("at the root");
      project.write({
        "from-git.yaml": `builders:
  main: {from: debian:trixie-slim, build: [{copy: {from: fetched, src: /note, dest: /proof/}}]}
  fetched: {from: {git: "${remote}#main:deep"}}
${ship}`,
      });
      const tree = await buildTree(project, { spec: project.path("from-git.yaml"), context: project.path("local") });
      expect(tree.read("proof/note")).toBe("below");
    } finally {
      if (daemon.pid !== undefined) process.kill(-daemon.pid);
    }
  });

  test("as a tar archive over http", async () => {
    const args = ["--file=pith.yaml"];
    expect(await buildRemote(`${url}/context.tar.gz`, { args, out: project.path("http") })).toBe("at the root");
  });

  test("as a tar archive on standard input", async () => {
    const input = readFileSync(project.path("context.tar.gz"));
    expect(await buildRemote("-", { args: ["--file=pith.yaml"], out: project.path("stdin"), input })).toBe(
      "at the root",
    );
  });

  test("as the spec alone over http", async () => {
    project.write({
      "repository.git/alone.yaml": `from: debian:trixie-slim\nbuild: [mkdir /proof; echo -n alone >/proof/note]\n${ship}`,
    });
    expect(await buildRemote(`${url}/alone.yaml`, { args: [], out: project.path("alone") })).toBe("alone");
  });

  test("as the spec alone on standard input", async () => {
    const text = `# syntax=${frontend}\nfrom: debian:trixie-slim\nbuild: [mkdir /proof; echo -n piped >/proof/note]\n${ship}`;
    const input = Buffer.from(text);
    expect(await buildRemote("-", { args: [], out: project.path("piped"), input })).toBe("piped");
  });
});
