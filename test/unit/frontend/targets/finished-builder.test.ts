import { expect, test } from "vitest";
import { build } from "../../../../src/frontend/build.ts";
import { findingsOf, recordingEngine } from "../../../support/fake-engine.ts";

const spec = {
  "pith.yaml": `builders:
  main: {from: base:1, env: {OWN: "1"}, build: [make]}
  tools: {from: other:1, build: [tool]}
  later: {from: tools, build: [more]}
interpreter: node
app: .
`,
};
const images = {
  "docker.io/library/base:1": JSON.stringify({
    config: { Env: ["PATH=/usr/bin", "HOME=/h"], WorkingDir: "/w", Cmd: ["x"] },
  }),
  "docker.io/library/other:1": JSON.stringify({ config: { User: "7" } }),
};

async function made(target: string, context: Readonly<Record<string, string>> = {}) {
  const { engine, solved } = recordingEngine({ spec, images, context, options: { target } });
  const { refs } = await build(engine, { files: [] });
  const [platform] = refs.values();
  const config: unknown = JSON.parse(new TextDecoder().decode(platform?.config));
  const graph = solved.at(-1) ?? "";
  return {
    config,
    runs: ["make", "tool", "more", "/pith/resolver.js", "npm"].filter((word) => graph.includes(`"${word}"`)),
  };
}

test.each([
  ["builder", ["make"], { Env: ["PATH=/usr/bin", "HOME=/h"], WorkingDir: "/w", Cmd: ["x"] }],
  ["builder:main", ["make"], { Env: ["PATH=/usr/bin", "HOME=/h"], WorkingDir: "/w", Cmd: ["x"] }],
  ["builder:tools", ["tool"], { User: "7", WorkingDir: "/" }],
])(
  "--target %s is the builder with its steps, and what it starts from says of itself",
  async (target, runs, config) => {
    const built = await made(target);
    expect(built.runs).toEqual(runs);
    expect(built.config).toMatchObject({ architecture: "amd64", os: "linux", config });
  },
);

test("--target builder of one that goes on from another has the steps of both", async () => {
  expect((await made("builder:later")).runs).toEqual(["tool", "more"]);
});

test("--target dependencies is what npm installs, and nothing else", async () => {
  const { runs } = await made("dependencies", { "package.json": "{}", "package-lock.json": "{}" });
  expect(runs).toEqual(["make", "npm"]);
});

test("builders and dependencies that are not there are told", async () => {
  expect([
    ...(await findingsOf({ spec, images, options: { target: "builder:tool" } })),
    ...(await findingsOf({ spec, images, options: { target: "dependencies" } })),
  ]).toMatchInlineSnapshot(`
    [
      "TARGET_UNKNOWN: cannot find target builder:tool: the spec has no such builder (pith.yaml:1; use one of builder:later, builder:main, builder:tools)",
      "DEPENDENCIES_MISSING: cannot make the target dependencies: nothing is installed for the application (pith.yaml:6; leave it out where the spec's builders are handed over)",
    ]
  `);
});
