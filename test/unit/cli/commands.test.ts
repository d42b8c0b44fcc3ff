import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { describe, expect, onTestFinished, test } from "vitest";
import { binary } from "../../support/closure.ts";
import { pith } from "../../support/command-line.ts";
import { manifestOf, someLocations } from "../../support/manifest.ts";
import { examples } from "../../support/run-json.ts";

describe("lint", () => {
  test("shows what is wrong with its lines", async () => {
    const files = { "pith.yaml": "from: debian:trixie-slim\nbinarys: [env]\n" };
    const { code, out, err } = await pith(["lint"], { files });
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toMatchInlineSnapshot(`
      "SPEC_UNKNOWN_KEY: cannot use the key "binarys": a spec has no such key
        pith.yaml:2:1
        2 | binarys: [env]
          | ^^^^^^^
      hint: did you mean binaries?
      "
    `);
    const json = await pith(["lint", "--json"], { files });
    expect(json).toMatchObject({ code: 2, err: "" });
    expect(JSON.parse(json.out)).toMatchObject([{ code: "SPEC_UNKNOWN_KEY", span: { file: "pith.yaml" } }]);
  });

  test("reads includes and takes values", async () => {
    const files = {
      "deploy/base.yaml": "binaries: [env]\n",
      "deploy/pith.yaml": "# syntax=localhost:5000/pith:1\ninclude: [base.yaml]\nargs: {BASE: }\nfrom: ${BASE}\n",
    };
    const fine = await pith(["lint", "-f", "deploy/pith.yaml", "--build-arg", "BASE=debian:trixie-slim"], { files });
    expect(fine).toMatchObject({ code: 0, out: "", err: "deploy/pith.yaml: fine\n" });
    expect(await pith(["lint", "deploy/pith.yaml"], { files })).toMatchObject({ code: 2 });
    expect((await pith(["lint", "--build-arg", "BASE"], { files })).err).toContain("USAGE_INVALID");
    expect((await pith(["lint", "none.yaml"], { files })).err).toContain("SPEC_MISSING: cannot read none.yaml");
  });

  test("sees without an engine what the build context lacks", async () => {
    const lines = ["# syntax=localhost:5000/pith:1", "from: node:24-slim", "interpreter: node"];
    const lint = async (...more: readonly string[]) => {
      const files = { "pith.yaml": [...lines, ...more, ""].join("\n"), "a/server.js": "", ".dockerignore": "a/old\n" };
      const { code, err } = await pith(["lint"], { files: { ...files, "a/old/x.js": "" } });
      const found = [...err.matchAll(/^FILE_MISSING: (.*)\n {2}pith\.yaml:(\d+)/gmu)];
      return { code, found: found.map(([, message, line]) => [message, Number(line)]) };
    };
    expect(await lint("app: a", "cmd: [server.js]")).toEqual({ code: 0, found: [] });
    expect(await lint("app: b")).toEqual({
      code: 2,
      found: [["cannot find the application in b: the build context has no such directory", 4]],
    });
    expect(await lint("app: { src: a, entry: [worker.js, old/x.js] }", "cmd: [./main.js]")).toEqual({
      code: 2,
      found: [
        ["cannot find worker.js of the application: the build context has no such file", 4],
        ["cannot find old/x.js of the application: the build context has no such file", 4],
        ["cannot find main.js of the application: the build context has no such file", 5],
      ],
    });
    // Steps, packages and files of the spec make what is not there yet.
    const made = ["app: a", "cmd: [node_modules/.bin/x]", "files: { /x: { from: context, src: none } }"];
    expect(await lint(...made, "build: [{ copy: { src: [a, 'b*', c], dest: /x } }]")).toEqual({
      code: 2,
      found: [
        ["cannot find c: the build context has no such path", 7],
        ["cannot find none: the build context has no such path", 6],
      ],
    });
    expect(await lint("app: { from: main, src: /app }", "cmd: [server.js]")).toEqual({ code: 0, found: [] });
  });

  test("says that docker reads a spec without its first line as a Dockerfile", async () => {
    const spec = "from: debian:trixie-slim\nbinaries: [env]\n";
    const none = await pith(["lint"], { files: { "pith.yaml": spec } });
    expect(none).toMatchObject({ code: 0 });
    expect(none.err).toMatch(/^SYNTAX_LINE_MISSING \(warning\): .*: no line names the frontend\n/u);
    const late = await pith(["lint"], { files: { "pith.yaml": `# A service\n# syntax=a/b\n${spec}` } });
    expect(late.err).toMatch(/line 2 names the frontend, and only the first line counts\n/u);
    const directives = `# escape=\\\n# syntax=a/b\n${spec}`;
    expect((await pith(["lint"], { files: { "pith.yaml": directives } })).err).toBe("pith.yaml: fine\n");
  });

  test("finds a spec fine that is built from the folder above its own", async () => {
    const spec = "# syntax=a/b\nfrom: node:24-slim\ninterpreter: node\napp: api\ncmd: [a.js]\n";
    const files = { "deploy/pith.yaml": spec, "api/a.js": "" };
    expect(await pith(["lint", "-f", "deploy/pith.yaml"], { files })).toMatchObject({ code: 0 });
    expect(await pith(["lint", "-f", "deploy/pith.yaml", "--context", "deploy"], { files })).toMatchObject({ code: 2 });
  });

  test("finds every example fine", async () => {
    for (const { spec } of examples()) expect(await pith(["lint", spec])).toMatchObject({ code: 0 });
  });
});

describe("lint --fix", () => {
  const spec = `# syntax=x
from: python:3.13-slim
interpreter: python3
run: pip install flask # for the page
env:
  - A=1
  - B=two words
cmd: python app.py
expose: 8000
`;

  test("writes what the findings say", async () => {
    const files = { "pith.yaml": spec.replaceAll("\n", "\r\n") };
    const { code, err, folder } = await pith(["lint", "--fix"], { files });
    expect({ code, err }).toEqual({ code: 0, err: "pith.yaml: 4 fixed\npith.yaml: fine\n" });
    expect(readFileSync(join(folder, "pith.yaml"), "utf8").replaceAll("\r\n", "\n")).toMatchInlineSnapshot(`
      "# syntax=x
      from: python:3.13-slim
      interpreter: python3
      build: [pip install flask] # for the page
      env: {A: "1", B: two words}
      cmd: [app.py]
      ports: [8000]
      "
    `);
  });

  test("leaves what is not sure", async () => {
    const files = { "pith.yaml": "from: a\nbinaries: [b]\ncolour: red\nbuild: [c]\nrun: make\n" };
    const { code, err, folder } = await pith(["lint", "--fix"], { files });
    expect(code).toBe(2);
    expect(err).toContain("hint: write build: [make]\n");
    expect(readFileSync(join(folder, "pith.yaml"), "utf8")).toBe(files["pith.yaml"]);
  });

  test("is offered to tools", async () => {
    const { out } = await pith(["lint", "--json"], { files: { "pith.yaml": spec } });
    expect(JSON.parse(out)).toContainEqual(
      expect.objectContaining({
        code: "SPEC_WRONG_TYPE",
        hint: "write cmd: [app.py]",
        fix: {
          span: { file: "pith.yaml", start: { line: 8, column: 1 }, end: { line: 8, column: 19 } },
          text: "cmd: [app.py]",
        },
      }),
    );
  });
});

test("schema prints the schema", async () => {
  const { out } = await pith(["schema"]);
  const kept = readFileSync(new URL("../../../schema/pith.schema.json", import.meta.url), "utf8");
  expect(JSON.parse(out)).toEqual(JSON.parse(kept));
});

describe("init", () => {
  test("names the frontend of the environment", async () => {
    process.env["PITH_SYNTAX"] = "registry.example/pith:1";
    onTestFinished(() => void delete process.env["PITH_SYNTAX"]);
    const files = { "package.json": '{"scripts":{"start":"node server.js"}}', "server.js": "" };
    const { out } = await pith(["init", "--print"], { files });
    expect(out).toMatch(/^# syntax=registry\.example\/pith:1\n/u);
  });

  test("prints a spec that lint finds fine", async () => {
    const files = { "requirements.txt": "flask\ngunicorn>=23\n", "app.py": "app = Flask(__name__)\n" };
    const printed = await pith(["init", "--print"], { files });
    expect(printed.code).toBe(0);
    expect(printed.out).toMatchInlineSnapshot(`
      "# syntax=localhost:5000/pith:1
      # yaml-language-server: $schema=https://unpkg.com/pith-image@1/schema/pith.schema.json
      # Flask, detected from:
      # - app.py:1: app = Flask(
      # - requirements.txt: the list of pip
      from: python:3.13-slim  # no version is asked for
      interpreter: python3
      app: .  # packages: requirements.txt, the list of pip
      # gunicorn is among the packages; app.py has the application
      cmd: [-m, gunicorn, --bind, "0.0.0.0:8000", app:app]
      ports: [8000]
      "
    `);
    expect(await pith(["lint"], { files: { ...files, "pith.yaml": printed.out } })).toMatchObject({ code: 0 });
    const json = await pith(["init", "--print", "--json"], { files });
    expect(JSON.parse(json.out)).toMatchObject({ name: "Flask", confidence: 80, text: printed.out });
  });

  test("writes nothing where it cannot tell", async () => {
    const known = await pith(["init"], { files: { "package.json": '{"scripts":{"start":"node server.js"}}' } });
    expect(known).toMatchObject({ code: 2, out: "" });
    expect(known.err).toMatchInlineSnapshot(`
      "DETECT_START: cannot write a spec for Node application in the build context (package.json:1: scripts.start is "node server.js"): it starts server.js, which is not there and which no build script makes
      hint: commit the file, or add a build script to package.json
      "
    `);
    expect(existsSync(join(known.folder, "pith.yaml"))).toBe(false);
    expect((await pith(["init"], { files: {} })).err).toMatch(/^DETECT_NOTHING: /u);
    const two = { "a/main.py": "", "b/main.py": "" };
    expect((await pith(["init"], { files: two })).err).toMatch(/^DETECT_AMBIGUOUS: .* in a, or .* in b/u);
  });

  test("is what a spec without a word stands for", async () => {
    const files = { "server.js": "", "pith.yaml": "# syntax=localhost:5000/pith:1\n" };
    expect(await pith(["lint"], { files })).toMatchObject({ code: 0, err: "pith.yaml: fine\n" });
    const nothing = await pith(["lint"], { files: { "pith.yaml": "# syntax=localhost:5000/pith:1\n" } });
    expect(nothing).toMatchObject({ code: 2 });
    expect(nothing.err).toMatch(/^DETECT_NOTHING: .*\n {2}pith\.yaml:2:1\n/mu);
    // Without a file, the build knows what it needs from what was detected.
    const built = await pith(["resolve"], { files: { "server.js": "" } });
    expect(built.err).toContain("cannot make the builder main: its base image is not here");
  });

  test("writes a spec from a Dockerfile, and names what it leaves out", async () => {
    const dockerfile = 'FROM python:3.13\nWORKDIR /app\nCOPY . .\nONBUILD RUN x\nCMD ["python", "a.py"]\n';
    const files = { Dockerfile: dockerfile, ".dockerignore": "Dockerfile\n", "a.py": "" };
    const { code, out, err } = await pith(["init", "--from", "Dockerfile", "--print"], { files });
    expect(code).toBe(0);
    expect(err).toMatch(/^MIGRATION_LEFT_OUT \(warning\): cannot carry Dockerfile:4: ONBUILD RUN x: /u);
    expect(out).toContain("# - Dockerfile:4: ONBUILD RUN x: ");
    expect(out).toContain("cmd: [python, a.py]  # line 5\n");
    const json = await pith(["init", "--from", "Dockerfile", "--print", "--json"], { files });
    expect(JSON.parse(json.out)).toEqual({ from: "Dockerfile", text: out });
    const written = await pith(["init", "--from", "Dockerfile", "-q"], { files });
    expect(readFileSync(join(written.folder, "pith.yaml"), "utf8")).toBe(out);
  });

  test("says why a file gives no spec", async () => {
    const services = { "compose.yaml": "services: {a: {build: a}, b: {build: {context: b}}}\n" };
    const two = await pith(["init", "--from", "compose.yaml"], { files: services });
    expect(two.code).toBe(2);
    expect(two.err).toMatch(/^MIGRATION_UNABLE: cannot write a spec from compose\.yaml: it has the services a, b\n/u);
    const one = await pith(["init", "--from", "compose.yaml", "--service", "b", "--print"], { files: services });
    expect(one.out).toContain("from: {dockerfile: b/Dockerfile}");
    expect((await pith(["init", "--from", "none"], { files: {} })).err).toMatch(/there is no such file/u);
  });

  test("writes once", async () => {
    const files = { "main.py": "" };
    const first = await pith(["init", "--syntax", "localhost:1/p:2"], { files });
    expect(first.err).toMatchInlineSnapshot(`
      "pith.yaml: written for Python application; build it with docker build -f pith.yaml -t NAME .
      "
    `);
    expect(readFileSync(join(first.folder, "pith.yaml"), "utf8")).toContain("# syntax=localhost:1/p:2\n");
    const there = { files: { ...files, "pith.yaml": "mine" } };
    const second = await pith(["init"], there);
    expect(second).toMatchObject({ code: 2, out: "" });
    expect(second.err).toMatchInlineSnapshot(`
      "SPEC_EXISTS: cannot write pith.yaml: it is there already
      hint: name another file with -f, or add --force
      "
    `);
    expect(readFileSync(join(second.folder, "pith.yaml"), "utf8")).toBe("mine");
    expect(JSON.parse((await pith(["init", "--force", "--json"], there)).out)).toMatchObject({ file: "pith.yaml" });
  });
});

describe("explain and diff", () => {
  const input = { root: "//- /usr/bin/env 0755 elf=x86_64\n//- /etc/a\n", roots: [binary("/usr/bin/env")] };

  test("read manifests", async () => {
    const manifest = await manifestOf(input, someLocations);
    const other = await manifestOf({ ...input, roots: [binary("/etc/a")] }, someLocations);
    const files = { "manifest.json": JSON.stringify(manifest), "b.json": JSON.stringify(other), "no.json": "{}" };
    const explained = await pith(["explain", "/usr/bin/env"], { files });
    expect(explained).toMatchObject({ code: 0, err: "" });
    expect(explained.out).toMatchInlineSnapshot(`
      "/usr/bin/env is in the image: a file of 305 bytes, a program, in the layer system.

        pith.yaml:5 (binaries) names /usr/bin/env.
      "
    `);
    expect(await pith(["explain", "/bin/sh"], { files })).toMatchObject({ code: 1, err: "" });
    expect((await pith(["explain"], { files })).out).toContain("pith.yaml:5 (binaries) names /usr/bin/env\n");
    const json = await pith(["explain", "--json", "/usr/bin/env", "/x"], { files });
    expect(JSON.parse(json.out)).toMatchObject([
      { isIn: true, entries: [{ kind: "file" }] },
      { isIn: false, entries: [] },
    ]);
    const compared = await pith(["diff", "--exit-code", "manifest.json", "b.json"], { files });
    expect(compared).toMatchObject({ code: 1, err: "" });
    expect(await pith(["diff", "-q", "--exit-code", "b.json", "b.json"], { files })).toMatchObject({
      code: 0,
      out: "",
    });
    expect(JSON.parse((await pith(["diff", "--json", "b.json", "b.json"], { files })).out)).toMatchObject({
      isSame: true,
    });
    const wrong = await pith(["diff", "no.json", "none.json"], { files });
    expect(wrong.code).toBe(2);
    expect(wrong.err).toMatchInlineSnapshot(`
      "MANIFEST_INVALID: cannot read no.json: not a manifest of Pith
      hint: make one with docker build --target manifest -o .
      "
    `);
    expect((await pith(["explain", "-m", "none.json", "/x"], { files })).err).toContain("there is no such file");
  });
});
