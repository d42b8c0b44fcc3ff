import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { capture, output } from "../../scripts/lib/command.ts";
import { runServer } from "../../scripts/lib/containers.ts";
import { projectFolder } from "../../scripts/lib/project.ts";
import { dockerOutput } from "../support/engine.ts";
import { folderTree } from "../support/image-tree.ts";
import { examples } from "../support/run-json.ts";

const folder = mkdtempSync(join(tmpdir(), "pith-demo-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
// It counts the whole machine, which is enough once: one of the runs on several stores makes it, the others wait for
// it.
const made = join(process.env["PITH_SHARED_FOLDER"] ?? folder, "demo");
const archive = join(made, "demo.tar");
const report = join(made, "demo.json");
const reportSchema = z.object({ code: z.number(), stdout: z.string(), stderr: z.string() });
let shown: z.infer<typeof reportSchema>;
beforeAll(async () => {
  if (mkdirSync(made, { recursive: true }) !== undefined) {
    const demo = [join(projectFolder, "scripts/demo.ts"), "--no-engine", "--output", archive];
    // An engine that it asked for anything would be missed.
    const env = { DOCKER_HOST: "unix:///nowhere/docker.sock" };
    writeFileSync(`${report}.part`, JSON.stringify(await capture(process.execPath, demo, { env })));
    renameSync(`${report}.part`, report);
  }
  while (!existsSync(report)) await delay(200);
  shown = reportSchema.parse(JSON.parse(readFileSync(report, "utf8")));
});

test("the demo does without an engine: it runs what it made of this machine's Node, and counts what is left", () => {
  const { code, stdout, stderr } = shown;
  expect(code, stderr).toBe(0);
  expect(stderr).toContain("GET / -> 200, ");
  expect(stderr).toContain("what is compared: this machine, ");
  const rows = stdout
    .trim()
    .split("\n")
    .map((row) => row.trim().split(/ {2,}/u));
  expect(rows.map(([name]) => name)).toEqual(["this machine", "bytes", "files", "packages", "executables", "shells"]);
  for (const [name, before = "", after = ""] of rows.slice(1)) {
    const [all, left] = [before, after].map((text) => Number(text.replaceAll(",", "")));
    expect(left, name).toBeLessThan(all ?? 0);
  }
});

describe("the archive", () => {
  const tag = "node-express:pith";

  test("is loaded and run by Docker", async () => {
    await dockerOutput(["load", "--input", archive]);
    const { run } = examples().find(({ name }) => name === "node-express") ?? {};
    if (run?.probe === undefined) throw new Error("cannot find the example");
    const { status, body, ...probe } = run.probe;
    expect(await runServer(tag, { runArgs: run.run, args: run.args, probe })).toEqual({ status, body });
  });

  test("is copied by skopeo and unpacked by umoci", async () => {
    const layout = join(folder, "layout");
    await output("skopeo", ["--insecure-policy", "copy", `oci-archive:${archive}:${tag}`, `oci:${layout}:one`]);
    const bundle = join(folder, "bundle");
    await output("umoci", ["unpack", "--image", `${layout}:one`, bundle]);
    const paths = folderTree(join(bundle, "rootfs")).map(({ path }) => path);
    expect(paths).toContain("/app/server.js");
  });
});
