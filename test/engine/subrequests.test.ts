import { join } from "node:path";
import { expect, test } from "vitest";
import { projectFolder } from "../../scripts/lib/project.ts";
import { docker, syntaxArguments } from "../support/engine.ts";

const spec = join(projectFolder, "examples/python-flask/pith.yaml");

/** Asks in place of a build. buildx calls it `--print`, and has it among its experiments, before 0.15. */
async function ask(request: string) {
  const args = ["buildx", "build", `--print=${request}`, ...syntaxArguments(spec), "--file", spec, join(spec, "..")];
  return docker(args, { env: { BUILDX_EXPERIMENTAL: "1" } });
}

test.for([
  ["subrequests.describe", /^schema +1\.0\.0 +Print the JSON Schema/mu],
  ["outline", /^BASE +python:3\.13-slim/mu],
  ["targets", /^\(default\) +the image/mu],
  ["lint", /^pith\.yaml: fine$/mu],
  ["schema", /"\$schema": "/u],
  ["init", /^interpreter: python3$/mu],
] as const)("a client shows the answer to %s", async ([request, expected]) => {
  const { code, stdout, stderr } = await ask(request);
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(expected);
});

test("a request that the frontend does not know is told as such", async () => {
  const { code, stderr } = await ask("nonsense");
  expect(code).not.toBe(0);
  expect(stderr).toContain("unsupported request frontend.nonsense");
});
