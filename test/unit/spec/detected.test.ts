import { expect, test } from "vitest";
import { detectFor } from "../../../src/detect/detect.ts";
import { renderText } from "../../../src/diagnostics/render.ts";
import { parseSpec } from "../../../src/spec/parse.ts";
import { memoryProjectFiles } from "../../support/project-files.ts";

const repository: Readonly<Record<string, string>> = {
  "package.json": '{"scripts":{"start":"node server.js"}}',
  "server.js": "",
  "tools/report/main.py": "",
};

async function parse(text: string, files: Readonly<Record<string, string>> = repository) {
  const bytes = new TextEncoder().encode(text);
  const parsed = await parseSpec({
    file: "pith.yaml",
    bytes,
    buildArgs: {},
    predefinedArgs: {},
    readInclude: async (path) => {
      const found = files[path];
      return Promise.resolve(found === undefined ? undefined : new TextEncoder().encode(found));
    },
    detect: detectFor(async () => Promise.resolve(memoryProjectFiles(new Map(Object.entries(files)))), bytes),
  });
  return { ...parsed, value: parsed.checked.value, rendered: renderText(parsed.checked.diagnostics, parsed.files) };
}

test("a first line alone stands for the application of the build context", async () => {
  const { value, rendered, print, files } = await parse("# syntax=registry.test/pith:2\n");
  expect(rendered).toBe("");
  expect(value).toMatchObject({ interpreter: { path: "node" }, app: { src: "." }, image: { cmd: ["server.js"] } });
  expect(files.map(({ name }) => name)).toEqual(["pith.yaml", "pith.yaml (detected)"]);
  expect(print()).toMatchInlineSnapshot(`
    "# syntax=registry.test/pith:2
    # Node application, detected from:
    # - package.json:1: scripts.start is "node server.js"
    from: node:24-slim  # no version is asked for: the newest with long support
    interpreter: node
    app: .
    cmd: [server.js]  # scripts.start is "node server.js"
    "
  `);
});

test("what the spec says is put on what was found", async () => {
  const { value, rendered, print } = await parse(
    "# syntax=x\ninterpreter: {stdlib: reachable}\napp: {exclude: [docs/**]}\nenv: {A: b}\ncmd: [server.js, --all]\n",
  );
  expect(rendered).toBe("");
  expect(value).toMatchObject({ app: { src: ".", exclude: ["docs/**"] }, levels: { stdlib: "reachable" } });
  expect(print()).toMatchInlineSnapshot(`
    "# syntax=x
    from: node:24-slim
    interpreter:
      path: node
      stdlib: reachable
    app:
      src: .
      exclude:
        - docs/**
    cmd:
      - server.js
      - --all
    env:
      A: b
    "
  `);
});

test.for(["tools/report", "./tools/report/"])("app names the directory that is looked into: %s", async (folder) => {
  const { value } = await parse(`app: ${folder}\n`);
  expect(value).toMatchObject({ interpreter: { path: "python3" }, app: { src: "tools/report" } });
});

test("a spec that says where its files come from stands for itself", async () => {
  const text = "from: debian:trixie-slim\nbinaries: [cat]\n";
  const { value, files, print } = await parse(text);
  expect(value).toMatchObject({ binaries: [{ path: "cat" }] });
  expect(files).toHaveLength(1);
  expect(print()).toBe("from: debian:trixie-slim\nbinaries:\n  - cat\n");
  const halves = await parse("binaries: [cat]\n");
  expect(halves.checked.diagnostics.map(({ code }) => code)).toEqual(["SPEC_FROM_MISSING"]);
});

test("what cannot be detected is an error at the spec", async () => {
  const { rendered, value, print } = await parse("# syntax=x\napp: web\n", { "web/README.md": "" });
  expect(value).toBeUndefined();
  expect(print()).toBeUndefined();
  expect(rendered.replace(/looked for [^\n]*/u, "looked for ...")).toMatchInlineSnapshot(`
    "DETECT_NOTHING: cannot detect an application in web: no file says what to run, of 1 that were seen; looked for ...
      pith.yaml:2:6
      2 | app: web
        |      ^^^
    hint: write a spec with from, and interpreter and app, or binaries
    "
  `);
  const empty = await parse("# syntax=x\n", {});
  expect(empty.checked.diagnostics).toMatchObject([{ code: "DETECT_NOTHING", span: { file: "pith.yaml" } }]);
});

test("a problem of what the spec adds is shown at its own line", async () => {
  const { checked } = await parse("# syntax=x\nenv: {A: 1}\n");
  expect(checked.diagnostics).toMatchObject([
    { code: "SPEC_WRONG_TYPE", span: { file: "pith.yaml", start: { line: 2 } } },
  ]);
});
