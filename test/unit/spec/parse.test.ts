import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parseText } from "./parse-text.ts";

const good = (name: string) => new URL(`fixtures/good/${name}`, import.meta.url);

test("the full form, with an include, arguments and targets", async () => {
  const spec = await readFile(good("full.yaml"));
  const files = { "base.yaml": await readFile(good("base.yaml"), "utf8") };
  const { value, diagnostics, parsed } = await parseText(spec, { files, buildArgs: { APP_VERSION: "2" } });
  expect(diagnostics).toEqual([]);
  expect(parsed.files.map(({ name }) => name)).toEqual(["pith.yaml", "base.yaml"]);
  await expect(`${JSON.stringify(value, undefined, 2)}\n`).toMatchFileSnapshot(good("full.json").pathname);
});

const shortForms: readonly (readonly [name: string, spec: string])[] = [
  [
    "python",
    '# syntax=localhost:5000/pith:1\nfrom: python:3.13-slim\ninterpreter: python3\napp: .\ncmd: [-m, gunicorn, --bind, "0.0.0.0:8000", "app:app"]\n',
  ],
  ["node", "# syntax=localhost:5000/pith:1\nfrom: node:24-slim\ninterpreter: node\napp: .\n"],
  ["program", 'from: debian:trixie-slim\npackages: [nginx-light]\nbinaries: [nginx]\ncmd: [-g, "daemon off;"]\n'],
  ["dockerfile", "# syntax=localhost:5000/pith:1\nfrom: {dockerfile: Dockerfile, target: prod}\n"],
  ["image", "from: myapp:latest\n"],
];

test.for(shortForms)("short form: %s", async ([name, spec]) => {
  const { value, diagnostics } = await parseText(spec);
  expect(diagnostics).toEqual([]);
  await expect(`${JSON.stringify(value, undefined, 2)}\n`).toMatchFileSnapshot(good(`${name}.json`).pathname);
});

test("a byte order mark and CRLF line ends change nothing", async () => {
  const spec = "from: debian\nbinaries: [nginx]\nfiles:\n  /a:\n    content: |\n      one\n      two\n";
  const plain = await parseText(spec);
  const windows = await parseText(`\ufeff${spec.replaceAll("\n", "\r\n")}`);
  expect(windows.value).toEqual(plain.value);
  expect(plain.value?.files).toEqual([{ path: "/a", kind: "content", content: "one\ntwo\n" }]);
});

test("tabs may stand in blocks, quotes and comments", async () => {
  const spec =
    'from: debian # a\tcomment\nbinaries: [nginx]\nfiles:\n  /m:\n    content: |\n      all:\n      \tcc x\nlabels: {a: "b\tc"}\n';
  const { value, diagnostics } = await parseText(spec);
  expect(diagnostics).toEqual([]);
  expect(value?.files[0]).toMatchObject({ content: "all:\n\tcc x\n" });
});

test("files come in the order of their bytes, and a document start is fine", async () => {
  const { value } = await parseText(
    "---\nfrom: x\nfiles: {/b: {content: b}, /a/c: {content: c}, /a: {directory: true}}\n",
  );
  expect(value?.files.map(({ path }) => path)).toEqual(["/a", "/a/c", "/b"]);
});

test("an included file counts once, and the including file overrides it", async () => {
  const { value, diagnostics, parsed } = await parseText("include: [a.yaml, sub/b.yaml]\nuser: three\n", {
    files: {
      "a.yaml": "include: [common.yaml]\nenv: {A: a}\nuser: one\n",
      "sub/b.yaml": "include: [../common.yaml]\nenv: {A: b}\nuser: two\n",
      "common.yaml": "from: debian\nbinaries: [nginx]\nenv: {A: common, C: common}\n",
    },
  });
  expect(diagnostics).toEqual([]);
  expect(parsed.files.map(({ name }) => name)).toEqual(["pith.yaml", "a.yaml", "common.yaml", "sub/b.yaml"]);
  expect(value?.image).toMatchObject({ user: "three", env: { A: "b", C: "common" } });
  expect(value?.binaries).toEqual([{ path: "nginx", from: "main" }]);
});

test("platform arguments need no declaration", async () => {
  const { value } = await parseText('from: debian\nbinaries: ["/bin/${TARGETARCH}"]\n', {
    predefinedArgs: { TARGETARCH: "arm64" },
  });
  expect(value?.binaries[0]?.path).toBe("/bin/arm64");
});

test("bytes of another spelling of the same YAML give the same spec", async () => {
  const flow = await parseText('{"from": "debian", "binaries": ["nginx"], "env": {"A": "1"}}');
  const block = await parseText("from: debian\nbinaries:\n- nginx\nenv:\n  A: '1'\n");
  expect(flow.value).toEqual(block.value);
});

test("a target adds to a short form", async () => {
  const spec =
    "from: a\ninterpreter: python3\napp: .\ntargets: {small: {interpreter: {stdlib: reachable}, app: {prune: none}}}\n";
  const { value, diagnostics } = await parseText(spec);
  expect(diagnostics).toEqual([]);
  const small = value?.targets["small"];
  expect(small?.interpreter).toEqual({ path: "python3", from: "main" });
  expect(small?.app).toMatchObject({ src: "." });
  expect(small?.levels).toEqual({ stdlib: "reachable", bytecode: "keep", prune: "none" });
});
