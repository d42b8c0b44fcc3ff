import { expect, it } from "vitest";
import type { ClosureRequest } from "../../../../src/closure/model/request.ts";
import { build } from "../../../../src/frontend/build.ts";
import type { TreeEntry } from "../../../../src/frontend/engine.ts";
import { answerRequest } from "../../../../src/resolver/answer.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { bare, type ClosureCase, lineRuntime, openCase } from "../../../support/closure.ts";
import { answer, recordingEngine } from "../../../support/fake-engine.ts";
import { fixtureRoot } from "../../../support/fixture.ts";

const spec = "from: base:1\ninterpreter: python3\napp: {src: ., dependencies: none}\ncmd: [main.py]\n";
const token = ["npm", "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA1bC2"].join("_");
const ruby = { spec: "targets: {other: {interpreter: ruby}}\n", options: { target: "other" } };
let time = 0;

function file(path: string, text: string, more: Partial<TreeEntry> = {}): TreeEntry {
  time += 1;
  const content = new TextEncoder().encode(text);
  const sizeBytes = content.length;
  return { path, kind: "file", mode: 0o644, modificationTime: String(time), sizeBytes, content, ...more };
}

const main = file("main.py", "import json\n# words\nprint(1)\n");

/** The graphs of a build of an application, as text. */
async function graphsOf(
  application: readonly TreeEntry[],
  more: {
    readonly spec?: string;
    readonly answer?: Partial<typeof answer>;
    readonly options?: Readonly<Record<string, string>>;
  } = {},
): Promise<readonly string[]> {
  const recording = recordingEngine({
    spec: { "pith.yaml": spec + (more.spec ?? "") },
    application,
    ...(more.options === undefined ? {} : { options: more.options }),
    outputs: { "/pith/resolver.js": { "answer.json": JSON.stringify({ ...answer, ...more.answer }) } },
  });
  await build(recording.engine, { files: [] });
  return recording.solved;
}

const runsResolver = (graph: string): boolean => graph.includes("/pith/resolver.js");
const standsIn = "tell what the application refers to";

it("gives the resolver skeletons of sources, names of data, and everything else as it is", async () => {
  const link: TreeEntry = {
    path: "link",
    kind: "symlink",
    mode: 0o777,
    modificationTime: "1",
    sizeBytes: 0,
    target: "main.py",
  };
  const folder: TreeEntry = { path: "static", kind: "directory", mode: 0o755, modificationTime: "1", sizeBytes: 0 };
  const page = file("static/page.html", "<p>words</p>");
  const graphs = await graphsOf([main, link, folder, page, file("conf.yaml", "words: 1"), file("pith.yaml", spec)]);
  const [graph = ""] = graphs.filter(runsResolver);
  expect(graph).toContain(standsIn);
  expect(graph).toContain(JSON.stringify("bytes import json\n"));
  expect(graph).not.toContain("words");
  for (const copied of ["/conf.yaml", "/link"]) expect(graph).toContain(`"src": "${copied}"`);
  for (const made of ["/main.py", "/static/page.html"]) expect(graph).toContain(`"path": "${made}"`);
  expect(graph).not.toContain('"/pith.yaml"');
});

it.each<[string, readonly TreeEntry[], Parameters<typeof graphsOf>[1]?]>([
  ["bytecode", [main, file("main.pyc", "x")]],
  ["a file that runs as its owner", [main, file("tool", "x", { mode: 0o4755 })]],
  [
    "what may be two names of one file",
    [main, file("a", "x", { modificationTime: "1" }), file("b", "x", { modificationTime: "1" })],
  ],
  ["a name that is not text", [main, file("\u{fffd}", "x")]],
  ["a secret, which is warned of at its line", [main, file("settings.py", `TOKEN = "${token}"\n`)]],
  ["nothing at all", []],
  ["a policy, which looks into files", [main], { spec: "policy: {max: {files: 10}}\n" }],
  ["a report, for which the files are read", [main], { options: { target: "manifest" } }],
  ["attestations that are made of the files", [main], { options: { "attest:sbom": "" } }],
  ["a language that no skeletons are told of", [main], ruby],
])("takes the files for %s", async (_, application, more) => {
  const graphs = await graphsOf(application, more);
  expect(graphs.filter(runsResolver).length).toBeGreaterThan(0);
  expect(graphs.join("")).not.toContain(standsIn);
});

it("writes the application's layer from the files, and counts their bytes", async () => {
  const unwritten = {
    name: "app",
    hasRest: false,
    entries: [
      { path: toAbsPath("/app"), kind: "directory", mode: 0o755, uid: 0, gid: 0, sizeBytes: 0 },
      {
        path: toAbsPath("/app/main.py"),
        kind: "file",
        mode: 0o644,
        uid: 0,
        gid: 0,
        sizeBytes: 3,
        tree: { id: "app", path: toAbsPath("/main.py") },
      },
    ],
  } as const;
  const large = file("main.py", `import json\n${"# more\n".repeat(300_000)}`);
  const graphs = await graphsOf([large], { answer: { layers: ["system", "app"], unwritten: [unwritten] } });
  const last = graphs.at(-1) ?? "";
  expect(last.includes('"attemptUnpackDockerCompatibility": true')).toBe(true);
  expect(last.includes("import json\\n# more")).toBe(true);
  expect(/closure of [^:]+/u.exec(last)?.[0]).toBe("closure of 1 files, 2.1 MB, 1 of 1 packages");
});

it("copies a large picture, of which it has read the first bytes", async () => {
  const { content: head = new Uint8Array(), ...picture } = file("photo.jpg", "\u00ff\u00d8");
  const unread: TreeEntry = { ...picture, head, sizeBytes: 2_500_000 };
  const entry = {
    path: toAbsPath("/app/photo.jpg"),
    kind: "file",
    mode: 0o644,
    uid: 7,
    gid: 8,
    sizeBytes: 0,
    tree: { id: "app", path: toAbsPath("/photo.jpg") },
  } as const;
  const unwritten = [{ name: "app", hasRest: true, entries: [entry] }];
  const graphs = await graphsOf([main, unread], { answer: { layers: ["app"], unwritten } });
  const [resolved = ""] = graphs.filter(runsResolver);
  expect(resolved).toContain('"path": "/photo.jpg"');
  const last = graphs.at(-1) ?? "";
  expect(last).toContain('"dest": "/app/photo.jpg"');
  expect(last).toContain('"src": "/layers/app.tar"');
  expect(/closure of [^:]+/u.exec(last)?.[0]).toBe("closure of 1 files, 2.5 MB, 1 of 1 packages");
});

const app = "\n//- /main.txt\nimport /app/other.txt\n//- /other.txt\n";
const input: ClosureCase = {
  root: "\n//- /usr/bin/line 0755 elf=x86_64\n",
  trees: [{ id: "app", prefix: "/app", kind: "app", tree: app, owner: { uid: 1, gid: 1 }, skeletons: true }],
  roots: [
    { kind: "interpreter", pointer: "/interpreter", view: "main", path: "/usr/bin/line" },
    { kind: "app", pointer: "/app", view: "main" },
  ],
  process: { cmd: ["/app/main.txt"] },
};

async function resolve(more: Partial<ClosureRequest>): Promise<{ answer: typeof answer; written: readonly string[] }> {
  const { request } = openCase(input);
  const written: string[] = [];
  const resolved = await answerRequest({
    request: { ...request, ...more },
    roots: [fixtureRoot(input.root), fixtureRoot(app)],
    plugins: { ...bare, runtimes: [lineRuntime] },
    async writeLayers(plans) {
      written.push(...plans.map(({ name, entries }) => `${name}: ${entries.map(({ path }) => path).join(" ")}`));
      return Promise.resolve();
    },
    countTrees: () => [],
  });
  return { answer: resolved.answer, written };
}

it("tells a layer of skeletons instead of writing it", async () => {
  const { answer: told, written } = await resolve({});
  expect(told.layers).toContain("app");
  expect(written.map((plan) => plan.replace(/:.*/u, ""))).toEqual(told.layers.filter((name) => name !== "app"));
  expect(told.unwritten?.map(({ name }) => name)).toEqual(["app"]);
  expect(told.unwritten?.[0]?.entries.map(({ path }) => path)).toEqual(["/app", "/app/main.txt", "/app/other.txt"]);
});

it("writes the rest of a layer that holds other things too", async () => {
  const { answer: told, written } = await resolve({ layers: "single" });
  expect(written).toEqual(["image: /app /usr /usr/bin /usr/bin/line"]);
  expect(told.unwritten).toMatchObject([{ name: "image", hasRest: true }]);
});
