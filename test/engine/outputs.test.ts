import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { z } from "zod";
import { runToEnd } from "../../scripts/lib/containers.ts";
import { projectFolder } from "../../scripts/lib/project.ts";
import { docker, dockerOutput, syntaxArguments, testEngine } from "../support/engine.ts";

const folder = mkdtempSync(join(tmpdir(), "pith-outputs-"));
afterAll(() => rmSync(folder, { recursive: true }));

const spec = join(projectFolder, "examples/static/pith.yaml");

test("-o type=oci writes a layout where the store can", async () => {
  const file = join(folder, "image.tar");
  const built = docker([
    "build",
    "--network=host",
    ...syntaxArguments(spec),
    "--file",
    spec,
    `--output=type=oci,dest=${file}`,
    join(spec, ".."),
  ]);
  const { code, stderr } = await built;
  // Graph drivers have no OCI exporter; that is Docker's own limit and message.
  if (testEngine().store === "classic") expect(stderr).toContain("OCI exporter is not supported for the docker driver");
  else {
    expect(code, stderr).toBe(0);
    expect(readFileSync(file).includes("application/vnd.oci.image.manifest.v1+json")).toBe(true);
  }
});

// forms.test.ts bakes every example from a Compose file; a bake file of buildx 0.13 gives steps no network, so this
// spec has none.
const plain = { context: "plain", dockerfile: "pith.yaml" };

function writePlainSpec(): void {
  mkdirSync(join(folder, "plain"), { recursive: true });
  const text = `# syntax=${testEngine().frontend}\nfrom: debian:trixie-slim\nbinaries: [/usr/bin/env]\n`;
  writeFileSync(join(folder, "plain/pith.yaml"), text);
}

test("buildx bake builds a target", async () => {
  writePlainSpec();
  const target = { plain: { ...plain, tags: ["pith-test/bake"] } };
  writeFileSync(join(folder, "bake.json"), JSON.stringify({ target }));
  await dockerOutput(["buildx", "bake", "--file", "bake.json", "plain"], { cwd: folder });
  const { code, stdout } = await runToEnd("pith-test/bake", { runArgs: ["--env=ANSWER=42"], args: [] });
  expect({ code, answer: /^ANSWER=.*$/m.exec(stdout)?.[0] }).toEqual({ code: 0, answer: "ANSWER=42" });
});

test("a service of the Compose file beside the spec runs in the image", async () => {
  writePlainSpec();
  const build = { context: ".", dockerfile: "pith.yaml" };
  const worker = { image: "pith-test/services", entrypoint: ["sort", "--reverse"], healthcheck: { test: "test -e /" } };
  const services = { web: { build, image: "pith-test/services" }, worker };
  writeFileSync(join(folder, "plain/compose.yaml"), JSON.stringify({ services }));
  const file = join(folder, "plain/pith.yaml");
  await dockerOutput(["build", "--file", file, "--tag", "pith-test/services", join(folder, "plain")]);
  rmSync(join(folder, "plain/compose.yaml"));
  for (const entrypoint of ["sort", "/bin/sh"]) {
    const runArgs = [`--entrypoint=${entrypoint}`];
    const args = entrypoint === "sort" ? ["--version"] : ["-c", "test -e /"];
    expect((await runToEnd("pith-test/services", { runArgs, args })).code, entrypoint).toBe(0);
  }
});

test("the examples' bake and compose files name specs that are there", async () => {
  const cwd = join(projectFolder, "examples");
  const baked = await dockerOutput(["buildx", "bake", "--file", "docker-bake.hcl", "--print"], { cwd });
  const composed = await dockerOutput(["compose", "config", "--format=json"], { cwd });
  const targets = z
    .object({ target: z.record(z.string(), z.looseObject({ context: z.string() })) })
    .parse(JSON.parse(baked));
  const services = z
    .looseObject({ services: z.record(z.string(), z.looseObject({ build: z.looseObject({ context: z.string() }) })) })
    .parse(JSON.parse(composed));
  const contexts = [
    ...Object.values(targets.target).map(({ context }) => join(cwd, context)),
    ...Object.values(services.services).map(({ build }) => build.context),
  ];
  expect(contexts.filter((context) => !existsSync(join(context, "pith.yaml")))).toEqual([]);
  expect(contexts).toHaveLength(4);
});
