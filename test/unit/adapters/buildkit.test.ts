import { afterEach, expect, test } from "vitest";
import { CallFailure, type Handlers } from "../../../scripts/lib/gateway-server.ts";
import { type BuildKitEngine, openEngine } from "../../../src/adapters/buildkit/engine.ts";
import {
  returnError,
  returnMetadata,
  returnResult,
  returnUnknownRequest,
} from "../../../src/adapters/buildkit/return.ts";
import { BuildError, type Span } from "../../../src/diagnostics/diagnostic.ts";
import { join, messageField, presentIntField, stringField } from "../../../src/formats/llb/wire.ts";
import { EngineError } from "../../../src/frontend/engine.ts";
import { type GatewayServer, startGateway } from "../../support/gateway-server.ts";

const linux = { os: "linux", architecture: "amd64" };
const spec = { name: "pith.yaml", bytes: Buffer.from("# syntax=pith\na: 1\n") };
const open: GatewayServer[] = [];

afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

test("options, platforms and capabilities are known after the first call", async () => {
  const { engine, calls } = await start({});
  expect([...engine.options]).toEqual([
    ["build-arg:A", "x=y\nz"],
    ["filename", "pith.yaml"],
    ["no-cache", ""],
  ]);
  expect(engine.sessionId).toBe("session");
  expect(engine.workerPlatforms).toEqual([linux, { os: "linux", architecture: "arm", variant: "v7" }]);
  expect(["mergeop", "file.base", "solve.base", "none"].map((name) => engine.has(name))).toEqual([
    false,
    true,
    true,
    false,
  ]);
  expect(calls.map((call) => call.method)).toEqual(["Ping"]);
});

test("a solve gives refs, their graphs and metadata", async () => {
  const { engine, calls } = await start({
    Solve: ({ FrontendOpt: options }) => {
      if (options === undefined) return { result: { ref: { id: "one", def: Buffer.from("graph") } } };
      const refs = { "linux/amd64": { id: "amd64" }, "linux/arm64": { id: "" } };
      return { result: { refs: { refs }, metadata: { key: Buffer.from("value") } } };
    },
  });
  const single = await engine.solve(
    { bytes: Buffer.from("definition") },
    { cacheImports: [{ type: "registry", attributes: { ref: "cache" } }], evaluate: true },
  );
  expect([single.ref?.id, Buffer.from(single.ref?.definition?.bytes ?? []).toString()]).toEqual(["one", "graph"]);
  const several = await engine.solveFrontend(
    "dockerfile.v0",
    new Map([["target", "build"]]),
    new Map([["context", { bytes: Buffer.from("input") }]]),
    [],
  );
  expect([...several.refs].map(([id, ref]) => [id, ref.id])).toEqual([["linux/amd64", "amd64"]]);
  expect(several.metadata.get("key")?.toString()).toBe("value");
  expect(calls.slice(1)).toMatchSnapshot();
});

test("an empty result has no ref", async () => {
  const { engine } = await start({ Solve: () => ({ result: { ref: { id: "" } } }) });
  expect((await engine.solve({ bytes: new Uint8Array() })).ref).toBeUndefined();
});

test("a graph that is too large is refused here", async () => {
  const { engine, calls } = await start({});
  await expect(engine.solve({ bytes: new Uint8Array(4 * 1024 * 1024) })).rejects.toThrow(
    "cannot send build graph: its 4194304 bytes are more than the 4128768 that this BuildKit takes",
  );
  expect(calls).toHaveLength(1);
});

test("a file is read in pieces, and only when it is a regular one", async () => {
  const content = Buffer.alloc(7 * 1024 * 1024, "pith");
  const modes: Readonly<Record<string, number>> = { "/file": 0o644, "/fifo": 0x0200_01a4, "/directory": 0x8000_01ed };
  const { engine, calls } = await start({
    Solve: () => ({ result: { ref: { id: "one" } } }),
    StatFile: ({ Path: path }) => {
      const mode = modes[String(path)];
      if (mode === undefined) throw new CallFailure(2, `stat ${String(path)}: no such file or directory`);
      return { stat: { mode, size: content.length } };
    },
    ReadFile: ({ Range: range }) => ({ Data: content.subarray(...bounds(range)) }),
    ReadDir: ({ DirPath: path }) => {
      if (path !== "/") throw new CallFailure(2, "no such file or directory");
      return {
        entries: [
          { path: "a", mode: 0o644 },
          { path: "b", mode: 0x8000_01ed },
        ],
      };
    },
    Evaluate: () => ({}),
  });
  const { ref } = await engine.solve({ bytes: Buffer.from("x") });
  expect(Buffer.compare((await ref?.readFile("/file", content.length)) ?? new Uint8Array(), content)).toBe(0);
  expect(calls.filter((call) => call.method === "ReadFile")).toHaveLength(3);
  for (const path of ["/fifo", "/directory", "/none"]) expect(await ref?.readFile(path, 1)).toBeUndefined();
  await expect(ref?.readFile("/file", 10)).rejects.toThrow("cannot read /file: its 7340032 bytes are more than 10");
  expect(await ref?.readDirectory("/")).toEqual(["a", "b/"]);
  expect(await ref?.readDirectory("/none")).toBeUndefined();
  await ref?.evaluate();
});

test("a failure keeps code, message and details, and goes back unchanged", async () => {
  const details = [{ typeUrl: "github.com/moby/buildkit/errdefs.Source+json", value: Buffer.from("{}") }];
  const wire = join([
    ...presentIntField(1, 2),
    ...stringField(2, "exit code: 3"),
    ...messageField(3, [...stringField(1, details[0]?.typeUrl), ...stringField(2, "{}")]),
  ]);
  const { engine, calls } = await start({
    Solve: () => {
      throw new CallFailure(2, "exit code: 3", wire);
    },
    Return: () => ({}),
  });
  const failure: unknown = await engine.solve({ bytes: Buffer.from("x") }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(EngineError);
  await returnError(engine, failure, [spec]);
  expect(calls.at(-1)?.request).toEqual({
    error: {
      code: 2,
      message: "exit code: 3",
      details: [{ type_url: details[0]?.typeUrl, value: Buffer.from("{}") }],
    },
  });
});

test("findings are listed and shown, the last one first on the wire", async () => {
  const { engine, calls } = await start({ Return: () => ({}) });
  const at = (line: number): { readonly span: Span } => ({
    span: { file: "pith.yaml", start: { line, column: 1 }, end: { line, column: 5 } },
  });
  const common = { severity: "error", code: "INTERNAL_ERROR" } as const;
  const error = new BuildError([
    { ...common, message: "cannot use x: far", ...at(20), hint: "remove it" },
    { ...common, message: "cannot use a: near", ...at(2) },
    { ...common, message: "cannot use b: near", ...at(4) },
    { ...common, severity: "warning", message: "cannot use c: well", ...at(4) },
    { ...common, message: "cannot use d: nowhere" },
  ]);
  await returnError(engine, error, [spec]);
  expect(readable(calls.at(-1)?.request)).toMatchSnapshot();
});

test("a failure without a place still does not blame the first line", async () => {
  const { engine, calls } = await start({ Return: () => ({}) });
  await returnError(engine, new Error("cannot connect"), [spec]);
  await returnError(engine, new EngineError("no space", { code: 8, details: [] }), []);
  await returnUnknownRequest(engine, "frontend.lint");
  expect(calls.slice(1).map((call) => readable(call.request))).toMatchSnapshot();
});

test("results with one platform, with several, and without an image", async () => {
  const { engine, calls } = await start({ Return: () => ({}), Solve: () => ({ result: { ref: { id: "one" } } }) });
  const { ref } = await engine.solve({ bytes: Buffer.from("x") });
  const arm = { os: "linux", architecture: "arm64" };
  const one = { platform: linux, ref, config: Buffer.from("{}") };
  const two = { platform: arm, ref: undefined, config: Buffer.from("{}") };
  const metadata = new Map([["frontend.pith", Buffer.from("1")]]);
  const single = new Map([["linux/amd64", one]]);
  await returnResult(engine, { refs: single, multiPlatform: false, metadata });
  await returnResult(engine, { refs: single, multiPlatform: true, metadata });
  const both = new Map([
    ["linux/arm64", two],
    ["linux/amd64", one],
  ]);
  await returnResult(engine, { refs: both, multiPlatform: true, metadata: new Map() });
  const annotations = { "org.opencontainers.image.title": "x y" };
  await returnResult(engine, { refs: single, multiPlatform: false, metadata: new Map(), annotations });
  await returnResult(engine, { refs: both, multiPlatform: true, metadata: new Map(), annotations });
  await returnMetadata(engine, new Map([["result.txt", Buffer.from("text")]]));
  expect(calls.slice(2).map((call) => readable(call.request))).toMatchSnapshot();
});

test("images are resolved in a registry or in a layout of the client", async () => {
  const { engine, calls } = await start({
    ResolveImageConfig: () => ({
      Digest: "sha256:0000000000000000000000000000000000000000000000000000000000000000",
      Config: Buffer.from("{}"),
    }),
  });
  const common = { platform: linux, logName: "resolve" } as const;
  const found = await engine.resolveImage("debian", { ...common, mode: "pull" });
  expect([found.digest, found.reference]).toEqual([
    "sha256:0000000000000000000000000000000000000000000000000000000000000000",
    "docker.io/library/debian:latest",
  ]);
  await engine.resolveImage("store@sha256:0000000000000000000000000000000000000000000000000000000000000000", {
    ...common,
    mode: "default",
    ociLayout: { sessionId: "session", storeId: "store" },
  });
  expect(calls.slice(1).map((call) => call.request)).toMatchSnapshot();
});

test("an engine without the older call answers through the newer one", async () => {
  const { engine, calls } = await start(
    {
      ResolveSourceMeta: () => ({
        Source: { identifier: "docker-image://mirror.test/debian:latest" },
        Image: {
          Digest: "sha256:0000000000000000000000000000000000000000000000000000000000000000",
          Config: Buffer.from("{}"),
        },
      }),
    },
    ["source.metaresolver"],
  );
  const found = await engine.resolveImage("debian", { platform: linux, logName: "resolve", mode: "local" });
  expect([found.digest, found.reference]).toEqual([
    "sha256:0000000000000000000000000000000000000000000000000000000000000000",
    "mirror.test/debian:latest",
  ]);
  expect(calls.at(-1)?.request).toMatchSnapshot();
});

test("inputs and warnings", async () => {
  const { engine, calls } = await start({
    Inputs: () => ({ Definitions: { context: Buffer.from("graph") } }),
    Warn: () => ({}),
  });
  expect([...(await engine.inputs())].map(([name, { bytes }]) => [name, bytes.toString()])).toEqual([
    ["context", "graph"],
  ]);
  await engine.warn({
    short: "short",
    detail: ["longer"],
    spans: [{ file: "pith.yaml", start: { line: 2, column: 1 }, end: { line: 3, column: 1 } }],
    sourceFiles: [spec],
  });
  await engine.warn({ short: "nowhere", detail: [], spans: [] });
  expect(calls.slice(2).map((call) => readable(call.request))).toMatchSnapshot();
});

test("an engine without warnings and inputs is not asked", async () => {
  const { engine, calls } = await start({}, []);
  await engine.warn({ short: "nowhere", detail: [], spans: [] });
  expect((await engine.inputs()).size).toBe(0);
  expect(calls).toHaveLength(1);
});

test("when the engine goes away, calls fail and nothing is dialled again", async () => {
  const server = await start({
    Solve: () => {
      server.close();
      return {};
    },
  });
  await expect(server.engine.solve({ bytes: Buffer.from("x") })).rejects.toBeInstanceOf(EngineError);
  await expect(server.engine.solve({ bytes: Buffer.from("x") })).rejects.toMatchObject({ code: 14 });
  expect(server.calls.map((call) => call.method)).toEqual(["Ping", "Solve"]);
});

async function start(
  handlers: Handlers,
  gatewayCapabilities: readonly string[] = ["solve.base", "resolveimage", "frontend.inputs", "gateway.warnings"],
): Promise<GatewayServer & { readonly engine: BuildKitEngine }> {
  const server = await startGateway({
    Ping: () => ({
      FrontendAPICaps: gatewayCapabilities.map((ID) => ({ ID, Enabled: true })),
      LLBCaps: [
        { ID: "file.base", Enabled: true },
        { ID: "mergeop", Enabled: false },
      ],
      Workers: [
        {
          platforms: [
            { OS: "linux", Architecture: "amd64" },
            { OS: "linux", Architecture: "arm", Variant: "v7" },
          ],
        },
      ],
    }),
    ...handlers,
  });
  open.push(server);
  const engine = await openEngine(server.client, {
    BUILDKIT_FRONTEND_OPT_1: "filename=pith.yaml",
    BUILDKIT_FRONTEND_OPT_0: "no-cache=",
    BUILDKIT_FRONTEND_OPT_2: "build-arg:A=x=y\nz",
    BUILDKIT_SESSION_ID: "session",
    HOME: "/",
  });
  return { ...server, engine };
}

function bounds(range: unknown): readonly [number, number] {
  const { Offset: offset, Length: length } = { Offset: "0", Length: "0", ...(typeof range === "object" ? range : {}) };
  return [Number(offset), Number(offset) + Number(length)];
}

/** Bytes as text, and base64 in JSON as text too. */
function readable(value: unknown): string {
  return JSON.stringify(
    value,
    (_, part: unknown) => {
      if (typeof part !== "object" || part === null || !("type" in part) || !("data" in part)) return part;
      return Array.isArray(part.data) ? Buffer.from(part.data.map(Number)).toString() : part;
    },
    1,
  ).replaceAll("\\", "");
}
