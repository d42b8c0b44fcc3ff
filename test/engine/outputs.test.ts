import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runToEnd } from "../../scripts/lib/containers.ts";
import { projectFolder } from "../../scripts/lib/project.ts";
import { docker, dockerOutput, mustBuild, syntaxArguments, testEngine } from "../support/engine.ts";

const folder = mkdtempSync(join(tmpdir(), "pith-outputs-"));
afterAll(() => rmSync(folder, { recursive: true }));

const spec = join(projectFolder, "examples/static/pith.yaml");
const answer = "Hello from a static program\n";

test("-o type=local writes the image's tree", async () => {
  const out = join(folder, "local");
  await mustBuild({ spec, args: [`--output=type=local,dest=${out}`] });
  expect(existsSync(join(out, "usr/local/bin/hello"))).toBe(true);
});

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

test("buildx build --push sends it to a registry, from where it runs", async () => {
  const tag = `${testEngine().registry}/pith-test/pushed:1`;
  await mustBuild({ spec, tag, args: ["--push"] });
  await docker(["image", "rm", "--force", tag]);
  expect(await runToEnd(tag, { runArgs: [], args: [] })).toMatchObject({ code: 0, stdout: answer });
});

test("buildx bake builds both of its targets", async () => {
  const overlay = join(folder, "bake.json");
  const target = { network: "host", args: { BUILDKIT_SYNTAX: testEngine().frontend } };
  writeFileSync(overlay, JSON.stringify({ target: { "node-express": target, static: target } }));
  await dockerOutput(["buildx", "bake", "--file", "docker-bake.hcl", "--file", overlay], {
    cwd: join(projectFolder, "examples"),
    env: { BUILDX_NO_DEFAULT_ATTESTATIONS: "1" },
  });
  expect(await runToEnd("pith-example/static", { runArgs: [], args: [] })).toMatchObject({ code: 0, stdout: answer });
});

test("docker compose builds its services", async () => {
  const { frontend } = testEngine();
  await docker(["image", "rm", "--force", "pith-example/static"]);
  const overlay = JSON.stringify({
    services: Object.fromEntries(
      ["web", "hello"].map((name) => [name, { build: { network: "host", args: { BUILDKIT_SYNTAX: frontend } } }]),
    ),
  });
  await dockerOutput(["compose", "--file", "compose.yaml", "--file", "-", "build"], {
    cwd: join(projectFolder, "examples"),
    input: overlay,
  });
  expect(await runToEnd("pith-example/static", { runArgs: [], args: [] })).toMatchObject({ code: 0, stdout: answer });
});
