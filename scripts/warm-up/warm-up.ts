import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readDefinition } from "../../src/formats/llb/definition.ts";
import { readFields, textOf } from "../../src/formats/llb/wire.ts";
import { parseClosureAnswer, parseClosureRequest } from "../../src/plan/closure-exchange.ts";
import type { ResolverCall } from "../../src/plan/resolver-commands.ts";
import { serveGateway } from "../lib/gateway-server.ts";
import { answerAs, type TextFiles } from "./gateway.ts";
import { type Project, type ProjectFiles, projects } from "./projects.ts";

/*
 * Runs the programs of the frontend's image once, so that V8 compiles what builds need of them, and start.ts keeps it.
 * It is started in an image like the final one, with the base image's files at /pith/roots/0. The frontend talks to a
 * gateway that builds nothing; the resolver works for real, on the request that the frontend wrote.
 */
const base = "/pith";

/**
 * The same code on every machine: V8 orders what it keeps by random numbers, and does some of its work aside. It never
 * clears the last bytes of an object whose length is no multiple of eight, and keeps them: they are zero only in memory
 * that no collection has given back, so the heap is large enough for none.
 */
const flags = [
  "--predictable",
  "--random-seed=1",
  "--initial-heap-size=2048",
  "--min-semi-space-size=256",
  "--max-semi-space-size=256",
];

/** Node, and what runs it where it is another machine's. */
const runner = process.env["WARM_UP_RUNNER"];
const [node = "", ...nodeArguments] = runner === undefined ? [process.execPath] : [runner, "/usr/local/bin/node"];

/** As the frontend calls the resolver. */
const resolving: ResolverCall = ["resolve"];

async function warmUp(project: Project): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "warm-up-"));
  let returned: unknown;
  let output: TextFiles | undefined;
  const server = await serveGateway(
    join(folder, "gateway.sock"),
    answerAs({
      solve: (graph) => {
        if (graph.includes(`${base}/resolver.js`)) return (output ??= runResolver(project, graph));
        return graph.includes("local://") ? project.context : {};
      },
      onReturn: (failure) => {
        returned = failure ?? "an image";
      },
    }),
  );
  const frontend = spawn(node, [...nodeArguments, ...flags, `${base}/frontend.js`], {
    stdio: ["pipe", "pipe", "inherit"],
    env: {
      PITH_KEEP_CODE: "1",
      BUILDKIT_FRONTEND_OPT_0: "filename=pith.yaml",
      BUILDKIT_FRONTEND_OPT_1: "source=pith:1",
    },
  });
  server.pipe.pipe(frontend.stdin);
  frontend.stdout.pipe(server.pipe);
  const code = await new Promise((resolve) => frontend.once("exit", resolve));
  server.close();
  rmSync(folder, { recursive: true });
  if (code !== 0 || returned !== "an image" || output === undefined) {
    throw new Error(`no build of ${project.image}: ended with ${String(code)}, returned ${JSON.stringify(returned)}`);
  }
}

/** Lays out the trees that the request names, and resolves it. */
function runResolver(project: Project, graph: Buffer): TextFiles {
  const request = requestIn(graph);
  for (const [index, { id }] of parseClosureRequest(request).trees.entries()) {
    const root = `${base}/roots/${String(index)}`;
    if (index > 0) {
      rmSync(root, { recursive: true, force: true });
      mkdirSync(root);
    }
    writeTree(root, id === "app" ? project.context : (project.sources[id] ?? {}));
  }
  rmSync(`${base}/out`, { recursive: true, force: true });
  mkdirSync(`${base}/out`);
  writeFileSync(`${base}/request/request.json`, request);
  const { status, stderr } = spawnSync(node, [...nodeArguments, ...flags, `${base}/resolver.js`, ...resolving], {
    encoding: "utf8",
    env: { PITH_KEEP_CODE: "1" },
  });
  if (status !== 0) throw new Error(`the resolver ended with ${String(status)}: ${stderr}`);
  const answer = readFileSync(`${base}/out/answer.json`, "utf8");
  const { figures, diagnostics } = parseClosureAnswer(Buffer.from(answer));
  const problems = diagnostics.map(({ code, message }) => `; ${code}: ${message}`);
  console.error(`warmed up on ${project.image}: ${String(figures.files)} files${problems.join("")}`);
  return { "answer.json": answer, "closure.json": readFileSync(`${base}/out/closure.json`, "utf8") };
}

function writeTree(root: string, files: ProjectFiles): void {
  for (const [path, file] of Object.entries(files)) {
    const hostPath = join(root, path);
    mkdirSync(dirname(hostPath), { recursive: true });
    rmSync(hostPath, { force: true });
    if (typeof file === "string") writeFileSync(hostPath, file);
    else if ("link" in file) symlinkSync(file.link, hostPath);
    else copyFileSync(join(base, "roots/0", file.copyOf), hostPath);
  }
}

/** The file that the graph makes for the resolver: pb.Op.file, its actions, their mkfile (proto/ops.proto). */
function requestIn(graph: Buffer): Uint8Array {
  for (const op of readDefinition({ bytes: graph }).ops.values()) {
    const actions = [op].flatMap(inField(4)).flatMap(inField(2)).flatMap(inField(5));
    for (const [path, content] of actions.map((file) => [inField(1)(file)[0], inField(3)(file)[0]])) {
      if (path !== undefined && content !== undefined && textOf(path) === "/request.json") return content;
    }
  }
  throw new Error("the graph holds no request");
}

function inField(number: number): (message: Uint8Array) => readonly Uint8Array[] {
  return (message) =>
    readFields(message)
      .filter((field) => field.number === number)
      .map((field) => field.bytes);
}

async function main(): Promise<void> {
  for (const project of projects) await warmUp(project);
}

void main();
