import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { output } from "../../scripts/lib/command.ts";
import { projectFolder } from "../../scripts/lib/project.ts";
import { testEngine } from "../support/engine.ts";
import { makeProject } from "../support/project.ts";

const bake = z.object({ target: z.record(z.string(), z.looseObject({ target: z.string() })) });

test("the bake file has an image for each program, and its reports", async () => {
  // Who has called npm run up has another one in the environment.
  const env = { REGISTRY: "localhost:5000" };
  const args = ["buildx", "bake", "-f", "integrations/docker-bake.hcl", "--print", "image", "report"];
  const { target } = bake.parse(JSON.parse(await output("docker", args, { cwd: projectFolder, env })));
  expect(Object.keys(target).toSorted()).toEqual([
    "image-web",
    "image-worker",
    "report-lock",
    "report-manifest",
    "report-report",
  ]);
  expect(target["image-web"]).toMatchObject({ tags: ["localhost:5000/web:dev"], dockerfile: "pith.yaml" });
});

// Debian's Docker 26 takes no context from its API with containerd's store, whatever the frontend.
const { frontend, store } = testEngine();
if (store === "classic")
  test("Testcontainers builds a spec, starts the image and asks it", { timeout: 300_000 }, async () => {
    const project = makeProject({
      "app/pith.yaml": `# syntax=${frontend}\nfrom: node:24-slim\ninterpreter: node\napp: .\ncmd: [server.js]\nports: [8080]\n`,
      "app/server.js": 'require("node:http").createServer((_, answer) => answer.end("hello")).listen(8080);\n',
      "package.json": '{"private": true, "type": "module"}',
      "image.test.mjs": readFileSync(join(projectFolder, "integrations/testcontainers/image.test.mjs"), "utf8"),
    });
    const cwd = project.path(".");
    await output("npm", ["install", "--silent", "--no-audit", "testcontainers@12"], { cwd });
    const env = { APPLICATION: project.path("app"), ANSWER: "hello", TESTCONTAINERS_RYUK_DISABLED: "true" };
    const told = await output(process.execPath, ["--test", "image.test.mjs"], { cwd, env });
    expect(told).toMatch(/pass 1\b/u);
  });
