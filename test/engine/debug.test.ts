import { afterAll, describe, expect, test } from "vitest";
import { docker, dockerOutput, mustBuild } from "../support/engine.ts";
import { diffIds, inspectImage } from "../support/image-tree.ts";
import { buildFailure, makeProject } from "../support/project.ts";

const project = makeProject({
  "built-in.yaml": `
from: debian:trixie-slim
packages: [busybox]
binaries: [sleep, {path: env, as: /opt/env}]
policy: {forbid: [shell]}
verify: [{attacks: default}]
`,
  "own.yaml": `
from: python:3.13-slim
interpreter: {path: python3, stdlib: reachable}
cmd: [-c, "print('ok')"]
verify: [{attacks: default}, {run: [python3, -c, "print('ok')"]}]
targets:
  debug: {add: {packages: [busybox], binaries: [busybox, id]}, user: root, files: {/etc/motd: {content: "careful"}}}
`,
  "adopted.yaml": `
from: debian:trixie-slim
targets:
  debug: {binaries: [/usr/bin/id]}
`,
  "none.yaml": "from: debian:trixie-slim\nbinaries: [sleep]\n",
  "nothing/.keep": "",
});
const names = ["built-in", "own", "adopted"] as const;
const started: string[] = [];
afterAll(async () => {
  if (started.length > 0) await docker(["rm", "--force", ...started]);
});

async function buildBoth(name: string): Promise<string> {
  const options = { spec: project.path(`${name}.yaml`), context: project.path("nothing") };
  await mustBuild({ ...options, tag: `pith-debug:${name}` });
  return mustBuild({ ...options, tag: `pith-debug:${name}-tools`, args: ["--target=debug"] });
}

describe.for(names)("%s", (name) => {
  test("the image's layers bit for bit, and one of tools over them", async () => {
    const output = await buildBoth(name);
    const image = await diffIds(`pith-debug:${name}`);
    const debug = await diffIds(`pith-debug:${name}-tools`);
    expect(debug.slice(0, -1)).toEqual(image);
    expect(debug.length).toBe(image.length + 1);
    const tool = name === "adopted" ? "id" : "busybox";
    expect(output).toContain(`kubectl debug -it POD --image IMAGE --target CONTAINER -- ${tool}`);
    expect(output).toContain(
      `docker run -it --rm --pid container:NAME --network container:NAME --entrypoint ${tool} IMAGE`,
    );
    const [plain, tools] = await Promise.all(
      [`pith-debug:${name}`, `pith-debug:${name}-tools`].map(async (tag) => (await inspectImage(tag)).config),
    );
    expect({ ...tools, Env: [], User: "" }).toEqual({ ...plain, Env: [], User: "" });
  });
});

test("tools are in the debug image alone, and reach a container that runs", async () => {
  const run = async (tag: string, ...args: readonly string[]) =>
    docker(["run", "--rm", "--entrypoint=busybox", tag, ...args]);
  expect(await run("pith-debug:built-in-tools", "echo", "ok")).toMatchObject({ code: 0, stdout: "ok\n" });
  expect((await run("pith-debug:built-in", "echo", "ok")).code).toBe(127);
  expect((await run("pith-debug:own-tools", "id", "-u")).stdout).toBe("0\n");
  expect((await run("pith-debug:own-tools", "cat", "/etc/motd")).stdout).toBe("careful");
  const server = await dockerOutput(["run", "--detach", "pith-debug:built-in", "600"]);
  started.push(server);
  const beside = [`--pid=container:${server}`, `--network=container:${server}`, "--entrypoint=busybox"];
  const listed = await dockerOutput(["run", "--rm", ...beside, "pith-debug:built-in-tools", "ps"]);
  expect(listed).toMatch(/ 1 nonroot +\/usr\/bin\/sleep 600/u);
});

test("no busybox and no other tools is an error", async () => {
  expect(await buildFailure({ spec: project.path("none.yaml"), args: ["--target=debug"] })).toMatchInlineSnapshot(`
    "--------------------
       1 |     # syntax=FRONTEND
       2 | >>> from: debian:trixie-slim
       3 |     binaries: [sleep]
       4 |     
    --------------------
    ERROR: failed to solve: none.yaml:2: PROGRAM_MISSING: cannot make the target debug: the builder has no busybox, and the spec names no other tools
      hint: add busybox to \`packages\`, or name tools: \`targets: {debug: {add: {binaries: [...]}}}\`
    "
  `);
});
