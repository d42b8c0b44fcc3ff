import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { pith } from "../support/command-line.ts";
import { mustBuild } from "../support/engine.ts";
import { buildFailure, buildTree, makeProject } from "../support/project.ts";
import { examples } from "../support/run-json.ts";

const flask = examples().find((example) => example.name === "python-flask");
const project = makeProject({});
const manifestPath = project.path("manifest/manifest.json");

const manifestSchema = z.looseObject({
  entries: z.array(
    z.looseObject({ path: z.string(), kind: z.string(), reasons: z.array(z.looseObject({ from: z.string() })) }),
  ),
});

async function printReport(target: string, args: readonly string[] = []): Promise<string> {
  const folder = project.path(target);
  await mustBuild({
    spec: flask?.spec ?? "",
    args: [`--target=${target}`, `--output=type=local,dest=${folder}`, ...args],
  });
  return folder;
}

beforeAll(async () => {
  await printReport("manifest");
});

test("every path of the Flask example ends at a line of its spec", () => {
  const { entries } = manifestSchema.parse(JSON.parse(readFileSync(manifestPath, "utf8")));
  const lines = readFileSync(flask?.spec ?? "", "utf8").split("\n").length;
  const lost = entries.filter(({ reasons }) => {
    const line = /^pith\.yaml:(\d+)$/u.exec(reasons.at(-1)?.from ?? "")?.[1];
    return line === undefined || Number(line) > lines;
  });
  expect(lost).toEqual([]);
  expect(new Set(entries.map((entry) => entry.kind))).toEqual(new Set(["file", "directory", "symlink"]));
});

/** Sizes and versions are those of the packages of the day. */
function stable(text: string): string {
  return text
    .replaceAll(/(?<=[a-z\d][- ])\d+(?:\.\d+)+(?=,|\.dist-info)/gu, "N")
    .replaceAll(/(?<= )[\d,]+ (bytes|files|others|more)\b/gu, "N $1");
}

describe("reviewed prose", () => {
  test.for([
    "/app/app.py",
    "/opt/venv/bin/python3",
    "/lib64",
    "/usr/lib/x86_64-linux-gnu/libssl.so.3",
    "/usr/lib/x86_64-linux-gnu/libgcc_s.so.1",
    "/opt/venv/lib/python3.13/site-packages/jinja2/loaders.py",
    "/usr/lib/python3.13/__pycache__/os.cpython-313.pyc",
    "/etc/ssl/openssl.cnf",
    "/etc/passwd",
    "/usr/lib/locale/C.utf8/LC_CTYPE",
    "/app",
  ])("%s", async (path) => {
    const { code, out } = await pith(["explain", "-m", manifestPath, path]);
    expect(code).toBe(0);
    expect(stable(out)).toMatchSnapshot();
  });
});

describe("--target explain", () => {
  test.for([
    "/opt/venv/lib/python3.13/site-packages/markupsafe/_speedups.pyi",
    "/usr/bin/perl",
    "/usr/bin/pyhton3.13",
    "/app/pith.yaml",
  ])("%s", async (path) => {
    const folder = await printReport("explain", [`--build-arg=EXPLAIN=${path}`]);
    expect(stable(readFileSync(`${folder}/explain.txt`, "utf8"))).toMatchSnapshot();
  });
});

describe("--target diff", () => {
  test("compares with a manifest of a named context", async () => {
    const { entries, ...rest } = manifestSchema.parse(JSON.parse(readFileSync(manifestPath, "utf8")));
    const older = entries.filter((entry) => entry.path !== "/app/app.py");
    project.write({ "older/manifest.json": JSON.stringify({ ...rest, entries: older }, undefined, 2) });
    const folder = await printReport("diff", [`--build-context=diff=${project.path("older")}`]);
    expect(readFileSync(`${folder}/diff.txt`, "utf8")).toContain(
      "added:\n  + /app/app.py  212 bytes\n    pith.yaml:5 (app) takes /app/app.py with the application\n",
    );
    expect(JSON.parse(readFileSync(`${folder}/diff.json`, "utf8"))).toMatchObject({
      isSame: false,
      files: { removed: [] },
    });
  });

  test("of the build context, or says what is missing", async () => {
    const small = makeProject({
      "pith.yaml": "from: debian:trixie-slim\nbinaries: [/usr/bin/true]\n",
      "wrong.json": "{}",
    });
    const spec = small.path("pith.yaml");
    const first = await buildTree(small, { spec, args: ["--target=manifest"] });
    small.write({ "old.json": first.read("manifest.json") ?? "" });
    const same = await buildTree(small, { spec, args: ["--target=diff", "--build-arg=DIFF=old.json"] });
    expect(same.read("diff.txt")).toBe("The two images are the same.");
    const texts = await Promise.all(
      [[], ["--build-arg=DIFF=none.json"], ["--build-arg=DIFF=wrong.json"]].map((args) =>
        buildFailure({ spec, args: ["--target=diff", ...args] }),
      ),
    );
    expect(texts.map((text) => text.trimEnd())).toMatchInlineSnapshot(`
      [
        "ERROR: failed to solve: MANIFEST_INVALID: cannot compare images: nothing says what with
        hint: add --build-arg DIFF=FILE, a manifest in the build context",
        "ERROR: failed to solve: MANIFEST_INVALID: cannot read none.json: the build context has no such file
        hint: make one with docker build --target manifest -o .",
        "ERROR: failed to solve: MANIFEST_INVALID: cannot read wrong.json: not a manifest of Pith
        hint: make one with docker build --target manifest -o .",
      ]
    `);
  });
});
