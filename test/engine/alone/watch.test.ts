import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import process from "node:process";
import { afterAll, describe, expect, test } from "vitest";
import { savedImageConfig } from "../../../scripts/lib/saved-image.ts";
import { runCommandLine } from "../../../src/cli/run.ts";
import { docker, dockerOutput, mustBuild, testEngine } from "../../support/engine.ts";
import { makeProject } from "../../support/project.ts";

const { dockerHost, frontend, registry } = testEngine();
process.env["DOCKER_HOST"] = dockerHost;
const project = makeProject({
  "pith.yaml": `# syntax=${frontend}
from: python:3.13-slim
build: [{copy: {src: tool.txt, dest: /opt/tool.txt}}]
interpreter: python3
app: app
closure: {include: [/opt/tool.txt]}
cmd: [main.py]
`,
  "tool.txt": "tool 1",
  "app/main.py": `import pathlib, time
print(pathlib.Path("/app/word.txt").read_text(), pathlib.Path("/opt/tool.txt").read_text(), "here", flush=True)
time.sleep(600)
`,
  "app/word.txt": "word 1",
});
const tag = "pith-test/watched:1";

/** `pith watch` of the project, and waits for what it and its program say. */
function watch() {
  const interruption = new AbortController();
  let said = "";
  const take = (text: string): void => void (said += text);
  const ended = runCommandLine({
    args: ["watch", "-v", "-t", tag, project.folder],
    streams: { out: take, err: take, isColoured: false },
    hostFolder: project.folder,
    signal: interruption.signal,
  });
  return {
    said: () => said,
    /** The line is the program's own: the engine's progress, which shows it too, begins lines with a number. */
    async until(text: string) {
      for (let tries = 0; !said.split("\n").includes(text); tries += 1) {
        if (tries > 6000) throw new Error(`it never said ${text}: ${said}`);
        await new Promise((done) => setTimeout(done, 20));
      }
    },
    async stop() {
      interruption.abort();
      return ended;
    },
  };
}

describe("docker compose watch", () => {
  test("builds and starts a spec again at an edit", async () => {
    const composed = makeProject({
      "pith.yaml": `# syntax=${frontend}\nfrom: python:3.13-slim\ninterpreter: python3\napp: .\ncmd: [main.py]\n`,
      "main.py": 'import time\nprint("one", flush=True)\ntime.sleep(600)\n',
      "compose.yaml": `services:
  web:
    build: {context: ., dockerfile: pith.yaml}
    network_mode: host
    stop_grace_period: 1s
    develop: {watch: [{action: rebuild, path: .}]}
`,
    });
    const compose = ["compose", "--project-directory", composed.folder, "--file", composed.path("compose.yaml")];
    const watching = spawn("docker", [...compose, "watch"], { stdio: "ignore" });
    const logs = async (word: string): Promise<void> => {
      for (let tries = 0; !(await docker([...compose, "logs"])).stdout.includes(`| ${word}`); tries += 1) {
        if (tries > 300) throw new Error(`the program never said ${word}`);
        await new Promise((done) => setTimeout(done, 200));
      }
    };
    try {
      await logs("one");
      // Compose looks for edits once everything runs.
      await new Promise((done) => setTimeout(done, 2000));
      composed.write({ "main.py": 'import time\nprint("two", flush=True)\ntime.sleep(600)\n' });
      await logs("two");
    } finally {
      watching.kill("SIGINT");
      await new Promise((done) => watching.once("close", done));
      await dockerOutput([...compose, "down", "--timeout", "1"]);
    }
  });
});

const handOvers = (text: string): number => text.split("handing the build over").length - 1;

describe("pith watch with an engine", () => {
  const watching = watch();
  afterAll(async () => watching.stop());

  test("runs the image that the engine makes, and builds edits of the application without it", async () => {
    await watching.until("word 1 tool 1 here");
    await watching.until("edits of the application take no engine from now");
    const before = handOvers(watching.said());
    project.write({ "app/word.txt": "word 2" });
    await watching.until("word 2 tool 1 here");
    project.write({ "app/main.py": readFileSync(project.path("app/main.py"), "utf8").replace('"here"', '"there"') });
    await watching.until("word 2 tool 1 there");
    expect(handOvers(watching.said())).toBe(before);
  });

  test("gives what a step reads to the engine again", async () => {
    const before = handOvers(watching.said());
    project.write({ "tool.txt": "tool 2" });
    await watching.until("word 2 tool 2 there");
    expect(handOvers(watching.said())).toBeGreaterThan(before);
    project.write({ "app/word.txt": "word 3" });
    await watching.until("word 3 tool 2 there");
  });

  test("leaves the whole image that docker build makes, and no container", async () => {
    project.write({ "app/word.txt": "word 4" });
    await watching.until("word 4 tool 2 there");
    expect(await watching.stop()).toBe(130);
    const built = `${registry}/pith-test/watched:2`;
    await mustBuild({ spec: project.path("pith.yaml"), tag: built });
    expect(await savedImageConfig(tag)).toBe(await savedImageConfig(built));
    expect(await dockerOutput(["ps", "--all", "--quiet", "--filter", `name=pith-${String(process.pid)}-`])).toBe("");
  });
});
