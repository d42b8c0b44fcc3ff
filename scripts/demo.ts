import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { examples } from "../test/support/run-json.ts";
import { ensureBaseImages } from "./lib/base-images.ts";
import { confined, runServer } from "./lib/containers.ts";
import { demoWithoutEngine } from "./lib/demo-without-engine.ts";
import { reachableEngine, withEngine } from "./lib/engine.ts";
import { buildFrontendImage } from "./lib/frontend-image.ts";
import { imageStatistics } from "./lib/image-statistics.ts";
import { logFile, runLogged, step } from "./lib/progress.ts";
import { projectVersion, say } from "./lib/project.ts";
import { beforeAndAfter } from "./lib/table.ts";

/** The image that most people build today from the same sources. */
const usual = `FROM python:3.13-slim
WORKDIR /app
COPY . .
RUN python3 -m venv --system-site-packages /opt/venv && /opt/venv/bin/pip install -r requirements.txt
CMD ["/opt/venv/bin/gunicorn", "app:app"]
`;

const name = "python-flask";

async function demo(options: {
  readonly frontend: string;
  readonly push: boolean;
  readonly network: readonly string[];
}): Promise<void> {
  const example = examples().find((known) => known.name === name);
  if (example === undefined) throw new Error(`cannot find examples/${name}`);
  await step("demo: the frontend's image", "up to 90 s, later 5 s", async () =>
    buildFrontendImage({ tag: options.frontend, push: options.push, version: projectVersion() }),
  );

  const scratch = mkdtempSync(join(tmpdir(), "pith-demo-"));
  try {
    const dockerfile = join(scratch, "Dockerfile");
    writeFileSync(dockerfile, usual);
    const before = `pith-demo/${name}:dockerfile`;
    await step("demo: the usual image, from a Dockerfile", "up to 30 s", async () =>
      show(["build", ...options.network, "-q", "-f", dockerfile, "-t", before, example.folder]),
    );

    const after = `pith-demo/${name}:pith`;
    const syntax =
      options.frontend === "localhost:5000/pith:1" ? [] : ["--build-arg", `BUILDKIT_SYNTAX=${options.frontend}`];
    const args = [
      "build",
      ...options.network,
      ...syntax,
      ...example.run.build,
      "-f",
      example.spec,
      "-t",
      after,
      example.folder,
    ];
    await step("demo: the same sources, from examples/python-flask/pith.yaml", "up to 60 s", async () => show(args));

    const { probe } = example.run;
    if (probe !== undefined) {
      say(`demo: running it with ${confined.join(" ")}`);
      const { status, body } = await runServer(after, { runArgs: example.run.run, args: example.run.args, probe });
      say(`GET ${probe.path} -> ${status}, ${body.length} characters: ${JSON.stringify(body.slice(0, 72))}`);
      if (status !== probe.status || body !== probe.body)
        throw new Error("cannot show the demo: the server answered something else");
    }

    const old = await imageStatistics(before);
    const now = await imageStatistics(after, old.owners);
    console.log(`\n${beforeAndAfter(old.figures, now.figures)}`);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

async function show(args: readonly string[]): Promise<void> {
  await runLogged("docker", args, { env: { BUILDX_NO_DEFAULT_ATTESTATIONS: "1", BUILDKIT_PROGRESS: "plain" } });
}

const { values } = parseArgs({ options: { "no-engine": { type: "boolean" }, output: { type: "string" } } });

/** True when a private engine has shown the demo; false where none can be had. */
async function demoOnPrivateEngine(): Promise<boolean> {
  let hasStarted = false;
  try {
    await withEngine("classic", async (engine) => {
      hasStarted = true;
      Object.assign(process.env, engine.environment);
      await step("demo: base images, from Debian's packages", "up to 2 minutes, later nothing", async () =>
        ensureBaseImages(engine.registry, ["node:24-slim", "python:3.13-slim"]),
      );
      // A private engine leaves the host's packet rules alone, so its containers have no network of their own to the
      // outside.
      await demo({ frontend: `${engine.registry}/pith:1`, push: true, network: ["--network=host"] });
    });
  } catch (failure) {
    if (hasStarted || !(failure instanceof Error)) throw failure;
    say(`demo: ${failure.message}`);
  }
  return hasStarted;
}

say(`demo: what programs print goes to ${logFile()}`);
const reachable = values["no-engine"] === true ? undefined : await reachableEngine();
if (reachable !== undefined) {
  say(`demo: using the Docker at ${reachable.dockerHost}`);
  const registry = process.env["PITH_REGISTRY"];
  const network = registry === undefined ? [] : ["--network=host"];
  await demo({
    frontend: registry === undefined ? "pith-demo/frontend:1" : `${registry}/pith:1`,
    push: registry !== undefined,
    network,
  });
} else {
  if (values["no-engine"] !== true)
    say("demo: no Docker answers, so a private one is started for as long as this runs");
  if (values["no-engine"] === true || !(await demoOnPrivateEngine())) {
    say("demo: no engine is used; the command line makes the image by itself");
    await demoWithoutEngine(values.output);
  }
}
