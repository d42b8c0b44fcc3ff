import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { docker, dockerOutput, mustBuild } from "../support/engine.ts";
import { inspectImage } from "../support/image-tree.ts";
import { makeProject } from "../support/project.ts";
import { examples } from "../support/run-json.ts";

const nodeExample = examples().find((example) => example.name === "node-express");

const project = makeProject({
  "python/pith.yaml": `
from: python:3.13-slim
interpreter: {path: python3, stdlib: reachable}
app: {src: ., prune: reachable}
cmd: [server.py]
healthcheck: {http: "http://localhost:8000/"}
`,
  "python/server.py": `
from http.server import HTTPServer, SimpleHTTPRequestHandler
HTTPServer(("127.0.0.1", 8000), SimpleHTTPRequestHandler).serve_forever()
`,
  "static/pith.yaml": `
from: debian:trixie-slim
packages: [busybox]
binaries: [busybox]
files: {/www/up: {content: "yes"}}
entrypoint: [busybox, httpd, -f, -p, "127.0.0.1:8000", -h, /www]
healthcheck: {http: "http://127.0.0.1:8000/up", interval: 30s, timeout: 2s, start-period: 5s, retries: 4}
targets:
  gone: {healthcheck: {http: "http://127.0.0.1:8000/nothing"}}
  port: {healthcheck: {tcp: 8000}}
`,
});

const started: string[] = [];
afterAll(async () => {
  if (started.length > 0) await docker(["rm", "--force", ...started]);
});

/** Starts an image with checks every second. */
async function start(image: string): Promise<string> {
  const times = ["--health-interval=1s", "--health-timeout=1s", "--health-retries=2", "--health-start-period=0s"];
  const id = await dockerOutput(["run", "--detach", "--read-only", "--cap-drop=ALL", ...times, image]);
  started.push(id);
  return id;
}

const healthSchema = z.looseObject({ Status: z.string(), Log: z.array(z.looseObject({ Output: z.string() })) });

/** Waits until a container's health is what it should be, and returns what the last check said. */
async function waitFor(id: string, status: string): Promise<string> {
  let seen = "";
  for (let left = 60; left > 0; left--) {
    const inspected = await dockerOutput(["inspect", "--format={{json .State.Health}}", id]);
    const health = healthSchema.parse(JSON.parse(inspected));
    const said = health.Log.at(-1)?.Output.trim() ?? "";
    if (health.Status === status) return said;
    seen = `${health.Status}: ${said}`;
    await sleep(500);
  }
  throw new Error(`the container did not become ${status}; it is ${seen}`);
}

const images = [
  { name: "the Node example, by node", spec: nodeExample?.spec ?? "", program: /^\/usr\/\S*\/node$/u },
  { name: "a Python server, by python", spec: project.path("python/pith.yaml"), program: /python3/u },
  {
    name: "busybox, by the static probe",
    spec: project.path("static/pith.yaml"),
    program: /^\/usr\/lib\/pith\/probe$/u,
  },
];

describe.for(images)("$name", ({ name, spec, program }) => {
  const tag = `pith-health:${name.replaceAll(/\W+/gu, "-").toLowerCase()}`;

  test("is healthy, and unhealthy once its server answers no more", async () => {
    await mustBuild({ spec, tag });
    const { Healthcheck } = z
      .looseObject({ Healthcheck: z.looseObject({ Test: z.array(z.string()) }) })
      .parse((await inspectImage(tag)).config);
    expect(Healthcheck.Test[0]).toBe("CMD");
    expect(Healthcheck.Test[1]).toMatch(program);
    const id = await start(tag);
    await waitFor(id, "healthy");
    await dockerOutput(["kill", "--signal=STOP", id]);
    await waitFor(id, "unhealthy");
  });
});

describe("the static probe", () => {
  const spec = project.path("static/pith.yaml");

  test("says what it got, and times go into the image", async () => {
    await mustBuild({ spec, tag: "pith-health:gone", args: ["--target=gone"] });
    await mustBuild({ spec, tag: "pith-health:port", args: ["--target=port"] });
    const gone = await start("pith-health:gone");
    const port = await start("pith-health:port");
    expect(await waitFor(gone, "unhealthy")).toBe("unhealthy: status 404");
    expect(await waitFor(port, "healthy")).toBe("healthy: connected");
    expect((await inspectImage("pith-health:busybox-by-the-static-probe")).config["Healthcheck"]).toEqual({
      Test: ["CMD", "/usr/lib/pith/probe", "http", "127.0.0.1", "8000", "/up", "2000"],
      Interval: 30e9,
      Timeout: 2e9,
      StartPeriod: 5e9,
      Retries: 4,
    });
  });

  test("is small, and asks nobody but its own machine", async () => {
    const run = async (...args: readonly string[]) =>
      docker(["run", "--rm", "--entrypoint=/usr/lib/pith/probe", "pith-health:gone", ...args]);
    const refused = [
      await run("http", "192.0.2.1", "80", "/", "1000"),
      await run("tcp", "example.org", "80", "1000"),
      await run("tcp", "::ffff:127.0.0.1", "80", "1000"),
      await run("http", "127.0.0.1", "80", "/\r\nX: y", "1000"),
    ];
    // Docker puts warnings of its own about the host's network before the program's words.
    const words = (stderr: string): string => /^probe: .*$/mu.exec(stderr)?.[0] ?? stderr;
    expect(refused.map(({ code, stderr }) => `${String(code)} ${words(stderr)}`)).toEqual([
      "64 probe: cannot use 192.0.2.1: not a loopback address",
      "64 probe: cannot use example.org: not a loopback address",
      "64 probe: cannot use ::ffff:127.0.0.1: not a loopback address",
      "64 probe: cannot use the path: not the path of an address",
    ]);
    expect(await run("tcp", "127.0.0.1", "1", "1000")).toMatchObject({
      code: 1,
      stdout: "unhealthy: Connection refused\n",
    });
    const stat = ["stat", "-c", "%s", "/usr/lib/pith/probe"];
    const size = await dockerOutput(["run", "--rm", "--entrypoint=busybox", "pith-health:gone", ...stat]);
    expect(Number(size)).toBeLessThanOrEqual(100_000);
  });
});
