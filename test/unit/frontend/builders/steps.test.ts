import { expect, it } from "vitest";
import { z } from "zod";
import { build } from "../../../../src/frontend/build.ts";
import { recordingEngine } from "../../../support/fake-engine.ts";

const start = `from: base:1
build:
  - run: make one
`;

/** The graph of a build whose first step runs `make one`. */
async function graphOf(steps: string): Promise<string> {
  const text = `${start}${steps}binaries: [/bin/x]\n`;
  const { engine, solved } = recordingEngine({ spec: { "pith.yaml": text } });
  await build(engine, { files: [] });
  return solved.find((dump) => dump.includes("/pith/resolver.js")) ?? "";
}

const secretSchema = z.object({ dest: z.string(), secretOpt: z.record(z.string(), z.unknown()) });
const mountSchema = z.union([secretSchema, z.looseObject({}).transform(() => undefined)]);
const runSchema = z.object({
  exec: z.object({
    mounts: z.array(mountSchema),
    secretenv: z.unknown().optional(),
    meta: z.object({ user: z.string() }),
    network: z.string().optional(),
  }),
});

/** The operation of the graph that runs a command. */
function runOf(graph: string, command: string): z.infer<typeof runSchema>["exec"] {
  const [op = ""] = graph.split(/^#\d+ (?=\{)|^metadata /mu).filter((one) => one.includes(`"${command}"`));
  return runSchema.parse(JSON.parse(op)).exec;
}

it.each([
  ["", { ID: "key", mode: 0o400, optional: true }, "/run/secrets/key"],
  [", required: true", { ID: "key", mode: 0o400 }, "/run/secrets/key"],
  [', target: /k, mode: "0444"', { ID: "key", mode: 0o444, optional: true }, "/k"],
])("a secret%s is a file of the step that asks for it, and of no other", async (more, secretOpt, dest) => {
  const graph = await graphOf(`  - run: make two\n    mounts: [{type: secret, id: key${more}}]\n  - run: make three\n`);
  const { mounts, secretenv } = runOf(graph, "make two");
  expect(mounts.filter(Boolean)).toEqual([{ dest, secretOpt }]);
  expect(secretenv).toBeUndefined();
  for (const other of ["make one", "make three"]) expect(runOf(graph, other).mounts.filter(Boolean)).toEqual([]);
});

it.each([
  ["", { ID: "key", name: "KEY", optional: true }, []],
  [", required: true", { ID: "key", name: "KEY" }, []],
  [", target: /k", { ID: "key", name: "KEY", optional: true }, ["/k"]],
])("a secret%s is a variable of the step, and a file only where a path is named", async (more, variable, files) => {
  const graph = await graphOf(`  - run: make two\n    mounts: [{type: secret, id: key, env: KEY${more}}]\n`);
  const { mounts, secretenv } = runOf(graph, "make two");
  expect(secretenv).toEqual([variable]);
  expect(mounts.flatMap((mount) => mount?.dest ?? [])).toEqual(files);
});

it("each step points to its own place in the spec", async () => {
  const graph = await graphOf("  - copy: {src: a, dest: /a}\n\n  - run: make two\n");
  const names = new Map(
    Array.from(
      graph.matchAll(/"(#\d+)": \{\s+"description": \{\s+"llb.customname": "([^"]*)"/gu),
      ([, id = "", name = ""]) => [id, name] as const,
    ),
  );
  const locations = Array.from(
    graph
      .slice(graph.lastIndexOf("\nsource "))
      .matchAll(/"(#\d+)": \{\s+"locations": \[\s+\{\s+"ranges": \[\s+\{\s+"start": \{\s+"line": (\d+)/gu),
    ([, id = "", line = ""]) => [names.get(id), Number(line)] as const,
  );
  expect(Object.fromEntries(locations)).toMatchObject({
    "[main] from base:1": 1,
    "[main] make one": 3,
    "[main] copy a to /a": 4,
    "[main] make two": 6,
  });
});

it("a step runs as the user that it names, or as that of its builder", async () => {
  const text =
    'builders:\n  main:\n    from: base:1\n    user: "1:2"\n    build:\n      - {run: make one, user: "3:4"}\n      - run: make two\nbinaries: [/bin/x]\n';
  const { engine, solved } = recordingEngine({ spec: { "pith.yaml": text } });
  await build(engine, { files: [] });
  const graph = solved.find((dump) => dump.includes("/pith/resolver.js")) ?? "";
  expect([runOf(graph, "make one").meta.user, runOf(graph, "make two").meta.user]).toEqual(["3:4", "1:2"]);
});

it("a step has the network that it names, or that of the build", async () => {
  const { engine, solved } = recordingEngine({
    spec: {
      "pith.yaml": `${start}  - {run: make two, network: none}\n  - {run: make three, network: host}\nbinaries: [/bin/x]\n`,
    },
    options: { "force-network-mode": "host" },
  });
  await build(engine, { files: [] });
  const graph = solved.find((dump) => dump.includes("/pith/resolver.js")) ?? "";
  const networks = ["make one", "make two", "make three"].map((command) => runOf(graph, command).network);
  expect(networks).toEqual(["HOST", "NONE", "HOST"]);
});
