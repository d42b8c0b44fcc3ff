import { connectEngine } from "../../src/adapters/buildkit/engine.ts";
import { returnError, returnResult } from "../../src/adapters/buildkit/return.ts";
import { BuildError, type Diagnostic, type Span } from "../../src/diagnostics/diagnostic.ts";
import { fromDefinition } from "../../src/formats/llb/definition.ts";
import type { Definition } from "../../src/formats/llb/graph.ts";
import { marshal } from "../../src/formats/llb/marshal.ts";
import { runExec } from "../../src/formats/llb/ops/exec.ts";
import { editFiles } from "../../src/formats/llb/ops/file.ts";
import { sourceLocal } from "../../src/formats/llb/ops/source.ts";
import type { State } from "../../src/formats/llb/state.ts";
import type { Platform } from "../../src/formats/oci/platform.ts";
import type { Ref } from "../../src/frontend/engine.ts";

/**
 * A frontend that does one thing of the adapter for each spec: `probe: run | files | finding | failing-run | warning |
 * dockerfile | lost | missing-image`. The engine test builds an image of it.
 */

const epochSeconds = 315_532_800;
const engine = await connectEngine();
const filename = engine.options.get("filename") ?? "Dockerfile";
const platform = engine.workerPlatforms[0] ?? { os: "linux", architecture: "amd64" };
const spec = { name: filename, bytes: await readSpec() };
const lines = Buffer.from(spec.bytes).toString().split("\n");

try {
  await finish(platform, await solve(await build(/^probe: (.*)$/mu.exec(lines.join("\n"))?.[1] ?? "")));
} catch (error) {
  await returnError(engine, error, [spec]);
}
process.exit(0);

async function build(probe: string): Promise<State> {
  switch (probe) {
    case "run":
      return probeRun();
    case "files":
      return probeFiles();
    case "finding":
      throw new BuildError([finding("first"), finding("second"), finding("last")]);
    case "failing-run":
      return run(["-e", "console.error('said before'); process.exit(3)"], own());
    case "warning":
      await engine.warn({ short: "cannot like this", detail: ["more"], spans: [at("first")], sourceFiles: [spec] });
      return context();
    case "dockerfile":
      return probeDockerfile();
    case "missing-image":
      await engine.resolveImage("localhost:1/missing", { platform, mode: "default", logName: "resolve missing" });
      return undefined;
    case "lost":
      throw new Error("cannot tell where: nowhere");
    default:
      throw new Error(`cannot probe ${probe}: unknown`);
  }
}

/** Every kind of mount and most options, as the program inside sees them. */
async function probeRun(): Promise<State> {
  const seen = `
    const fs = require("node:fs"), os = require("node:os");
    const { A, TOKEN, http_proxy } = process.env;
    fs.writeFileSync("/mnt/cache/x", "x");
    const of = (path) => fs.readFileSync(path, "utf8");
    fs.writeFileSync("/mnt/out/answer", JSON.stringify({
      A, TOKEN, http_proxy, cwd: process.cwd(), host: os.hostname(), net: Object.keys(os.networkInterfaces()),
      hosts: of("/etc/hosts").includes("10.1.2.3\\tsome.host"), files: /open files +(\\d+)/.exec(of("/proc/self/limits"))[1],
      tmpfs: /\\/mnt\\/tmpfs tmpfs .*size=1024k/.test(of("/proc/self/mounts")), secret: of("/mnt/secret"),
      secretMode: (fs.statSync("/mnt/secret").mode & 0o777).toString(8), selected: fs.readdirSync("/mnt/selected"),
      context: fs.readdirSync("/mnt/context"),
    }));`;
  const selected = editFiles(
    undefined,
    [{ kind: "make-directory", path: "/a/b", mode: 0o755, makeParents: true, timestampSeconds: epochSeconds }],
    { name: "make /a/b" },
  );
  const { mounts } = runExec(
    {
      root: await own(),
      args: ["node", "-e", seen],
      env: ["A=b=c", "PATH=/usr/local/bin:/bin"],
      cwd: "/usr",
      network: "none",
      hostname: "probe",
      extraHosts: [{ host: "some.host", ip: "10.1.2.3" }],
      ulimits: [{ name: "nofile", soft: 100, hard: 100 }],
      secretEnv: [{ id: "token", name: "TOKEN", optional: false }],
      proxy: { http: "http://proxy:1", https: "", ftp: "", no: "", all: "" },
      mounts: [
        { type: "tmpfs", dest: "/mnt/tmpfs", sizeBytes: 1024 * 1024 },
        { type: "cache", dest: "/mnt/cache", id: "probe", sharing: "locked" },
        { type: "secret", dest: "/mnt/secret", id: "token", mode: 0o440, optional: false },
        { type: "secret", dest: "/mnt/absent", id: "absent", mode: 0o400, optional: true },
        { type: "bind", dest: "/mnt/selected", state: selected, selector: "/a", readonly: true },
        { type: "bind", dest: "/mnt/context", state: context(), readonly: true },
        { type: "bind", dest: "/mnt/out", state: undefined, output: true },
      ],
      platform,
    },
    { name: "run probe", spans: [at("first")] },
  );
  return mounts.get("/mnt/out");
}

/** File actions, one after another on one base. */
function probeFiles(): State {
  const made = editFiles(
    undefined,
    [
      { kind: "make-directory", path: "/etc", mode: 0o750, owner: { uid: 1, gid: 2 }, timestampSeconds: epochSeconds },
      { kind: "make-file", path: "/etc/passwd", mode: 0o644, content: Buffer.from("app:x:1234:7::/:/x\n") },
      { kind: "make-file", path: "/etc/group", mode: 0o600, content: Buffer.from("app:x:4321:\n") },
      { kind: "make-file", path: "/gone", mode: 0o600, content: Buffer.from("x") },
      { kind: "remove", path: "/gone" },
      { kind: "remove", path: "/never", allowNotFound: true },
    ],
    { name: "make files" },
  );
  const named = { userName: "app", groupName: "app" };
  return editFiles(
    made,
    [
      {
        kind: "copy",
        from: context(),
        src: "/*.txt",
        dest: "/w/",
        allowWildcard: true,
        createDestPath: true,
        owner: named,
        mode: 0o640,
      },
      {
        kind: "copy",
        from: context(),
        src: "/",
        dest: "/p",
        contentsOnly: true,
        include: ["b.txt"],
        createDestPath: true,
      },
      { kind: "copy", from: made, src: "/etc/group", dest: "/group", owner: { uid: 0, gid: 9 } },
    ],
    { name: "copy files" },
  );
}

/** A stage that the engine's own Dockerfile frontend solves, with a file added. */
async function probeDockerfile(): Promise<State> {
  const options = new Map([["filename", "Dockerfile"]]);
  const { ref } = await engine.solveFrontend("dockerfile.v0", options, new Map(), []);
  const graph: Definition | undefined = ref?.definition;
  const content = Buffer.from("added\n");
  const stage = graph === undefined ? undefined : fromDefinition(graph);
  return editFiles(stage, [{ kind: "make-file", path: "/added", mode: 0o644, content }], { name: "add a file" });
}

async function run(args: readonly string[], root: Promise<State>): Promise<State> {
  return runExec(
    { root: await root, args: ["/usr/local/bin/node", ...args], network: "none", platform },
    { name: "run node", spans: [at("second")] },
  ).root;
}

async function own(): Promise<State> {
  const graph = await engine.ownImage();
  return graph === undefined ? undefined : fromDefinition(graph);
}

function context(): State {
  return sourceLocal("context", { name: "[internal] load context", sessionId: engine.sessionId });
}

async function readSpec(): Promise<Uint8Array> {
  const source = sourceLocal("dockerfile", {
    name: "[internal] load spec",
    sessionId: engine.sessionId,
    followPaths: [filename],
    sharedKeyHint: filename,
    differ: "none",
  });
  const { ref } = await engine.solve(marshal(source, { sourceFiles: [], language: "YAML" }));
  return (await ref?.readFile(`/${filename}`, 1024 * 1024)) ?? new Uint8Array();
}

async function solve(state: State): Promise<Ref | undefined> {
  return (await engine.solve(marshal(state, { sourceFiles: [spec], language: "YAML" }))).ref;
}

async function finish({ os, architecture }: Platform, ref: Ref | undefined): Promise<void> {
  const config = Buffer.from(JSON.stringify({ os, architecture, config: { Cmd: ["/none"] } }));
  const refs = new Map([[`${os}/${architecture}`, { platform: { os, architecture }, ref, config }]]);
  await returnResult(engine, { refs, multiPlatform: false, metadata: new Map() });
}

function finding(word: string): Diagnostic {
  return { severity: "error", code: "INTERNAL_ERROR", message: `cannot use ${word}: a probe`, span: at(word) };
}

/** The first line with a word. */
function at(word: string): Span {
  const line = lines.findIndex((text) => text.includes(word)) + 1;
  return { file: filename, start: { line, column: 1 }, end: { line, column: word.length + 1 } };
}
