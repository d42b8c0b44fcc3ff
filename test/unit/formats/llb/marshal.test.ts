import { expect, test } from "vitest";
import { digestOf, fromDefinition, readDefinition } from "../../../../src/formats/llb/definition.ts";
import { capabilitiesOf, marshal } from "../../../../src/formats/llb/marshal.ts";
import { runExec } from "../../../../src/formats/llb/ops/exec.ts";
import { editFiles } from "../../../../src/formats/llb/ops/file.ts";
import { mergeStates } from "../../../../src/formats/llb/ops/merge.ts";
import { sourceHttp, sourceImage, sourceLocal } from "../../../../src/formats/llb/ops/source.ts";
import type { ExecMount, Output, State } from "../../../../src/formats/llb/state.ts";
import type { Platform } from "../../../../src/formats/oci/platform.ts";
import { dumpDefinition, encodePlain, toPlain } from "../../../support/llb-text.ts";

const plain = { sourceFiles: [], language: "YAML" };
const platform: Platform = { os: "linux", architecture: "arm64", variant: "v8" };
const spec = { name: "pith.yaml", bytes: Buffer.from("# syntax=pith\nversion: 1\n") };

test("scratch has no bytes", () => {
  expect(marshal(undefined, plain).bytes).toHaveLength(0);
  expect(marshal(fromDefinition({ bytes: new Uint8Array() }), plain).bytes).toHaveLength(0);
});

test("a run over an image and the context, with its place in the spec", () => {
  expect(dumpDefinition(marshal(sample([]), { sourceFiles: [spec], language: "YAML" }))).toMatchSnapshot();
});

test("operations in Go's order: members of a oneof last, constraints always there, no default values", () => {
  const graphs = [sample(everyMount()), files(), mergeStates([base(), files()], { name: "merge" })];
  for (const [digest, op] of graphs.flatMap((graph) => [...readDefinition(marshal(graph, plain)).ops])) {
    const { inputs, platform: on, constraints, ...kind } = toPlain("Op", op);
    const rest = Object.entries({ inputs, platform: on, constraints }).filter(([, value]) => value !== undefined);
    const expected = Buffer.concat([encodePlain("Op", Object.fromEntries(rest)), encodePlain("Op", kind)]);
    expect(Buffer.from(op).toString("hex"), digest).toBe(expected.toString("hex"));
    expect(constraints).toEqual({});
  }
});

test("the order in which mounts come changes nothing", () => {
  const mounts = everyMount();
  const expected = marshal(sample(mounts), plain).bytes;
  expect(marshal(sample(mounts.toReversed()), plain).bytes).toEqual(expected);
  expect(dumpDefinition({ bytes: expected })).toMatchSnapshot();
});

test("outputs are numbered by destination", () => {
  const { root, mounts } = runExec(
    {
      root: base(),
      args: ["true"],
      mounts: [
        { type: "bind", dest: "/z", state: undefined, output: true },
        { type: "bind", dest: "/b", state: undefined, readonly: true },
        { type: "bind", dest: "/a", state: undefined, output: true },
      ],
    },
    { name: "run" },
  );
  expect([root, mounts.get("/a"), mounts.get("/z")].map((state) => state?.index)).toEqual([0, 1, 2]);
  expect(mounts.has("/b")).toBe(false);
});

test("a read-only root has no output and stays what it was", () => {
  const root = base();
  const run = runExec(
    {
      root,
      readonlyRoot: true,
      args: ["true"],
      mounts: [{ type: "bind", dest: "/out", state: undefined, output: true }],
    },
    { name: "run" },
  );
  expect(run.root).toBe(root);
  expect(run.mounts.get("/out")?.index).toBe(0);
});

test("file actions: results are numbered after the inputs, omitted modes and times are kept", () => {
  expect(dumpDefinition(marshal(files(), plain))).toMatchSnapshot();
});

test("equal operations are written once and keep every place", () => {
  const at = (line: number): State =>
    sourceLocal("context", {
      name: "context",
      spans: [{ file: "pith.yaml", start: { line, column: 3 }, end: { line: line + 1, column: 1 } }],
    });
  const both = mergeStates([at(1), at(2)], { name: "both" });
  const dump = dumpDefinition(marshal(both, { sourceFiles: [spec], language: "YAML" }));
  expect(dump).toMatchSnapshot();
});

test("merging less than two file systems needs no merge", () => {
  const only = base();
  expect(mergeStates([undefined, only], { name: "merge" })).toBe(only);
  expect(mergeStates([undefined], { name: "merge" })).toBeUndefined();
});

test("a foreign graph keeps its operations, names and places", () => {
  const foreign = marshal(sample([]), { sourceFiles: [spec], language: "YAML" });
  const before = readDefinition(foreign);
  const own = editFiles(fromDefinition(foreign), [{ kind: "remove", path: "/x" }], {
    name: "own",
    spans: [{ file: "own.yaml", start: { line: 1, column: 1 }, end: { line: 1, column: 2 } }],
  });
  const merged = marshal(own, { sourceFiles: [{ name: "own.yaml", bytes: Buffer.from("a\n") }], language: "YAML" });
  const after = readDefinition(merged);
  expect([...after.ops.keys()].slice(0, before.ops.size)).toEqual([...before.ops.keys()]);
  for (const digest of before.ops.keys()) expect(after.metadata.get(digest)).toEqual(before.metadata.get(digest));
  expect(dumpDefinition(merged)).toMatchSnapshot();
  // Embedded alone it stays the same graph.
  expect(readDefinition(marshal(fromDefinition(foreign), plain)).output).toEqual(before.output);
});

test("capabilities of all operations", () => {
  expect(capabilitiesOf(sample([{ type: "tmpfs", dest: "/tmp" }]))).toEqual([
    "exec.meta.base",
    "exec.meta.network",
    "exec.mount.bind",
    "exec.mount.tmpfs",
    "source.image",
    "source.local",
    "source.local.excludepatterns",
    "source.local.sharedkeyhint",
  ]);
});

test("a chain longer than the call stack", () => {
  let state: State = sourceLocal("context", { name: "context" });
  for (let step = 0; step < 12_000; step++) {
    state = editFiles(state, [{ kind: "remove", path: `/${step}` }], { name: `remove ${step}` });
  }
  expect(readDefinition(marshal(state, plain)).ops.size).toBe(12_001);
});

test("a digest is that of the bytes", () => {
  expect(digestOf(Buffer.from("abc"))).toBe("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

function base(): Output {
  return sourceImage("debian:trixie", { name: "base", platform });
}

function sample(mounts: readonly ExecMount[]): State {
  const context = sourceLocal("context", {
    name: "context",
    sharedKeyHint: "context",
    excludePatterns: ["node_modules", "!node_modules/keep"],
  });
  const { root } = runExec(
    {
      root: base(),
      args: ["/bin/sh", "-c", "make"],
      env: ["PATH=/bin", "EMPTY="],
      user: "app",
      network: "none",
      platform,
      mounts: [...mounts, { type: "bind", dest: "/src", state: context, readonly: true }],
    },
    {
      name: "run make",
      spans: [{ file: "pith.yaml", start: { line: 2, column: 1 }, end: { line: 2, column: 11 } }],
      progressGroup: { id: "build", name: "build" },
      ignoreCache: true,
    },
  );
  return root;
}

function everyMount(): readonly ExecMount[] {
  return [
    { type: "cache", dest: "/var/cache/apt", id: "apt", sharing: "locked" },
    { type: "tmpfs", dest: "/tmp", sizeBytes: 1024 },
    { type: "secret", dest: "/run/secrets/token", id: "token", mode: 0o400, optional: true, uid: 7 },
    { type: "ssh", dest: "/run/agent", id: "default", mode: 0o600, optional: false },
    { type: "bind", dest: "/out", state: undefined, output: true },
    { type: "bind", dest: "/in", state: base(), selector: "/usr" },
  ];
}

function files(): State {
  return editFiles(
    base(),
    [
      { kind: "make-directory", path: "/app", mode: 0o755, makeParents: true, owner: { uid: 0, gid: 10 } },
      { kind: "copy", from: sourceLocal("context", { name: "context" }), src: "/", dest: "/app", contentsOnly: true },
      { kind: "copy", from: base(), src: "/a", dest: "/b", owner: { userName: "app" }, include: ["x"] },
      { kind: "make-file", path: "/e", mode: 0o644, content: Buffer.from("e"), timestampSeconds: 315_532_800 },
      { kind: "remove", path: "/tmp", allowNotFound: true },
    ],
    { name: "files" },
  );
}

test("an upload through Docker's API has the digest that the engine gives it, so that it is not read again", () => {
  const url = "http://build-context-syjajkbfhsp2tmibvrb2kbp7b";
  const upload = sourceHttp(url, { name: "load the context", filename: "context" });
  // What dockerd 26.1.5 calls its own operation for this name.
  const digest = "sha256:7e7dc5ea2aa50dc5c45f85ffadfb6cf104617a5df1a6634f082d09fac4f6a023";
  expect([...readDefinition(marshal(upload, plain)).ops.keys()]).toContain(digest);
});
