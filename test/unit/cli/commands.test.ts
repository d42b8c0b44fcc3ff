import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
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
      "deploy/pith.yaml": "include: [base.yaml]\nargs: {BASE: }\nfrom: ${BASE}\n",
    };
    const fine = await pith(["lint", "-f", "deploy/pith.yaml", "--build-arg", "BASE=debian:trixie-slim"], { files });
    expect(fine).toMatchObject({ code: 0, out: "", err: "deploy/pith.yaml: fine\n" });
    expect(await pith(["lint", "deploy/pith.yaml"], { files })).toMatchObject({ code: 2 });
    expect((await pith(["lint", "--build-arg", "BASE"], { files })).err).toContain("USAGE_INVALID");
    expect((await pith(["lint", "none.yaml"], { files })).err).toContain("SPEC_MISSING: cannot read none.yaml");
  });

  test("finds every example fine", async () => {
    for (const { spec } of examples()) expect(await pith(["lint", spec])).toMatchObject({ code: 0 });
  });
});

test("schema prints the schema", async () => {
  const { out } = await pith(["schema"]);
  const kept = readFileSync(new URL("../../../schema/pith.schema.json", import.meta.url), "utf8");
  expect(JSON.parse(out)).toEqual(JSON.parse(kept));
});

describe("init", () => {
  const folders: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    "a Flask application": { "requirements.txt": "flask\ngunicorn>=23\n", "app.py": "", "tests.py": "" },
    "an ASGI application": { "requirements.txt": "fastapi\nuvicorn[standard]\n", "main.py": "" },
    "a Python script": { "tool.py": "" },
    "several Python files": { "a.py": "", "b.py": "" },
    "a Node application": { "package.json": '{"scripts":{"start":"node src/server.js"}}', Dockerfile: "" },
    "a Node application of pnpm": { "package.json": "{not json", "pnpm-lock.yaml": "" },
    "a Node script": { "hello.mjs": "", "vitest.config.js": "" },
    "a Dockerfile": { Dockerfile: "FROM scratch\n", "main.go": "" },
    nothing: {},
  };

  test.for(Object.entries(folders))("%s", async ([, files]) => {
    const printed = await pith(["init", "--print"], { files });
    expect(printed.code).toBe(0);
    expect(printed.out).toMatchSnapshot();
    expect(await pith(["lint"], { files: { ...files, "pith.yaml": printed.out } })).toMatchObject({ code: 0 });
  });

  test("writes once", async () => {
    const files = { "main.py": "" };
    const first = await pith(["init", "--syntax", "localhost:1/p:2"], { files });
    expect(first.err).toMatchInlineSnapshot(`
      "pith.yaml: written by its Python files; build it with docker build -f pith.yaml -t NAME .
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
