import { describe, expect, it } from "vitest";
import { openKnownClosure } from "../../../src/cli/known-closure.ts";
import type { ClosureEntry } from "../../../src/closure/model/closure.ts";
import { type ClosureRequest } from "../../../src/closure/model/request.ts";
import { refusedAnswer } from "../../../src/plan/closure-exchange.ts";
import { memoryRootFs } from "../../../src/rootfs/memory.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";

const fields = {
  version: 1,
  trees: [{ id: "app", prefix: "/app", kind: "app" }],
  roots: [{ kind: "interpreter", path: "/usr/bin/python3", pointer: "/interpreter", view: "main" }],
  process: { appRoot: "/app", workdir: "/app", stdlib: "safe", prune: "safe" },
};
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the fields that are asked for
const request = fields as unknown as ClosureRequest;

const before = { "main.py": "import json\n\ndef one():\n    return 1\n", "page.html": "<p>", "names.txt": "a" };

/** What is known of an application after it was edited; its main file's size in the layer, where it is known still. */
async function sizeAfter(
  files: Readonly<Record<string, string>>,
  { live = ["app"], asked = request }: { readonly live?: readonly string[]; readonly asked?: ClosureRequest } = {},
): Promise<number | undefined> {
  const known = openKnownClosure(new Set(live));
  const rootsOf = (texts: Readonly<Record<string, string>>) =>
    new Map([
      ["app", memoryRootFs(Object.entries(texts).map(([name, content]) => [`/${name}`, { content }]))],
      ["builder:main", memoryRootFs([])],
    ]);
  expect(await known.find(request, rootsOf(before))).toBeUndefined();
  const entry = {
    path: toAbsPath("/app/main.py"),
    kind: "file",
    sizeBytes: before["main.py"].length,
    tree: { id: "app", path: toAbsPath("/main.py") },
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the fields that are read
  const entries = [entry as unknown as ClosureEntry];
  const answer = refusedAnswer([]);
  const { figures, config } = answer;
  const folder = { folder: "app" };
  known.keep({
    answer,
    manifest: {
      version: 1,
      architecture: "amd64",
      epochSeconds: 0,
      figures,
      config,
      layers: ["app"],
      packages: [],
      entries: entries.map((one) => ({ ...one, ...folder })),
    },
    plans: [{ name: "app", entries }],
  });
  const found = await known.find(asked, rootsOf(files));
  expect(found?.answer.figures.bytes).toBe(found?.manifest.figures.bytes);
  return found?.plans[0]?.entries[0]?.sizeBytes;
}

describe("a closure that is known already", () => {
  it("is that of a source that refers to the same, with the new size", async () => {
    const text = "import json\n\ndef one():\n    return 1_000\n";
    expect(await sizeAfter({ ...before, "main.py": text })).toBe(text.length);
  });

  it("is that of other pictures and pages", async () => {
    expect(await sizeAfter({ ...before, "page.html": "<p>more</p>" })).toBe(before["main.py"].length);
  });

  it.each([
    ["a source that refers to something else", { ...before, "main.py": `${before["main.py"]}import csv\n` }],
    ["a text that may name files", { ...before, "names.txt": "b" }],
    ["a new file", { ...before, "more.py": "" }],
    ["a missing file", { "main.py": before["main.py"], "names.txt": "a" }],
    ["a page that the kernel would run", { ...before, "page.html": "#!/bin/sh\n" }],
    ["a source with a secret", { ...before, "main.py": `${before["main.py"]}key = "AKIAQWERTYUIOPASDFGH"\n` }],
    ["bytecode", { ...before, "__pycache__/main.cpython-313.pyc": "x" }],
  ])("is not that of %s", async (_, files) => {
    expect(await sizeAfter(files)).toBeUndefined();
  });

  it("is not that of another request, or of builders that may change", async () => {
    expect(await sizeAfter(before, { asked: { ...request, architecture: "arm64" } })).toBeUndefined();
    expect(await sizeAfter(before, { live: ["app", "builder:main"] })).toBeUndefined();
    expect(await sizeAfter(before)).toBe(before["main.py"].length);
  });
});
