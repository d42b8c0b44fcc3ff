import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runServer, runToEnd } from "../../scripts/lib/containers.ts";
import { dockerOutput, mustBuild } from "../support/engine.ts";
import { diffIds, imageTree, printTree } from "../support/image-tree.ts";

const folder = mkdtempSync(join(tmpdir(), "pith-harness-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function buildDockerfile(name: string, text: string): Promise<string> {
  const spec = join(folder, `Dockerfile.${name}`);
  writeFileSync(spec, text);
  const tag = `pith-test/harness-${name}`;
  await mustBuild({ spec, tag });
  return tag;
}

test("the engine installs Debian's packages, keeps what it builds, and lists it", async () => {
  const tag = await buildDockerfile(
    "tree",
    `FROM debian:trixie-slim AS builder
RUN apt-get update -qq && apt-get install -qq --no-install-recommends hello </dev/null >/dev/null 2>&1
RUN mkdir /kept && hello > /kept/text && chmod 640 /kept/text && ln -s text /kept/link && ln /kept/text /kept/twin
FROM scratch
COPY --from=builder --chown=7:8 /kept/ /kept/
`,
  );
  expect(printTree(await imageTree(tag))).toMatchInlineSnapshot(`
    "/kept  directory 755 7:8 0
    /kept/link  symlink 777 7:8 -> text
    /kept/text  file 640 7:8 14 d9014c46
    /kept/twin  link 640 7:8 -> kept/text
    "
  `);
  expect(await diffIds(tag)).toHaveLength(1);
});

test("a confined container's server is reached from inside its network namespace", async () => {
  const server = "require('http').createServer((q, s) => s.end(`uid ${process.getuid()} ${q.url}`)).listen(8080)";
  const tag = await buildDockerfile("server", `FROM node:24-slim\nCMD ["node", "-e", ${JSON.stringify(server)}]\n`);
  expect(await runServer(tag, { runArgs: [], args: [], probe: { port: 8080, path: "/x" } })).toEqual({
    status: 200,
    body: "uid 65532 /x",
  });
});

test("pip and python work offline from the base image", async () => {
  const tag = await buildDockerfile(
    "python",
    `FROM python:3.13-slim
RUN python3 -m venv --without-pip --system-site-packages /opt/venv && pip --python /opt/venv/bin/python install -q flask gunicorn
`,
  );
  const ran = await runToEnd(tag, { runArgs: [], args: ["/opt/venv/bin/gunicorn", "--version"] });
  expect(ran).toMatchObject({ code: 0, stdout: "gunicorn (version 23.0.0)\n" });
});

test("images of the base registry are found by their own names", async () => {
  expect(await dockerOutput(["run", "--rm", "--network=none", "node:24", "npm", "--version"])).toMatch(/^11\./);
});

test("the unpacked root of another machine is there to be copied from", async () => {
  const spec = join(folder, "Dockerfile.multi");
  writeFileSync(spec, "FROM debian:multi AS root\nFROM scratch\nCOPY --from=root /usr/bin/env /env\n");
  const out = join(folder, "arm64");
  await mustBuild({ spec, args: ["--platform=linux/arm64", `--output=type=local,dest=${out}`] });
  // ELF header: 64-bit, little-endian, e_machine 183 = EM_AARCH64.
  const head = readFileSync(join(out, "env")).subarray(0, 20);
  expect([head[4], head[5], head[18]]).toEqual([2, 1, 183]);
});
