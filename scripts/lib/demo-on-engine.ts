import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { examples } from "../../test/support/run-json.ts";
import { output } from "./command.ts";
import { askFrom, confined, runServer } from "./containers.ts";
import { buildFrontendImage } from "./frontend-image.ts";
import { undoing } from "./interruption.ts";
import { runLogged, step } from "./progress.ts";
import { projectFolder, projectVersion, say } from "./project.ts";

/** The example that is shown. */
export const demoExample = "python-flask";

/** The image that most people build today from the sources of the example. `BASE` names the same base as the spec's. */
export const usualDockerfile = `ARG BASE=python:3.13-slim
FROM \${BASE}
WORKDIR /app
COPY . .
RUN python3 -m venv --system-site-packages /opt/venv && /opt/venv/bin/pip install -r requirements.txt
CMD ["/opt/venv/bin/gunicorn", "app:app"]
`;

/** The names of the images that are built and compared. */
export const demoImages = { usual: "pith-demo/python-flask:dockerfile", pith: "pith-demo/python-flask:pith" } as const;

/** Where the demo builds. */
export interface DemoEngine {
  /** The frontend's name there, and whether it is pushed to a registry. */
  readonly frontend: string;
  readonly push: boolean;
  readonly environment: Readonly<Record<string, string>>;
  /** Options of each build for the network of its steps. */
  readonly network: readonly string[];
  /** Names of the bases there, each as soon as it is ready. */
  readonly node: Promise<string>;
  readonly python: Promise<string>;
}

/** Why the bases are not there, which is nothing that a build could do about. */
export class NoBases extends Error {}

/** Builds the example twice, from a Dockerfile and from its spec, runs the second, and compares both. */
export async function demoOnEngine(engine: DemoEngine): Promise<void> {
  const example = examples().find((known) => known.name === demoExample);
  if (example === undefined) throw new Error(`cannot find examples/${demoExample}`);
  const { environment, network } = engine;
  const scratch = mkdtempSync(join(tmpdir(), "pith-demo-"));
  const build = async (args: readonly string[]): Promise<void> =>
    runLogged("docker", ["build", ...network, ...args, example.folder], {
      env: { ...environment, BUILDX_NO_DEFAULT_ATTESTATIONS: "1", BUILDKIT_PROGRESS: "plain" },
    });
  await undoing(
    () => rmSync(scratch, { recursive: true, force: true }),
    async () => {
      const dockerfile = join(scratch, "Dockerfile");
      writeFileSync(dockerfile, usualDockerfile);
      // Both begin as soon as their base is there, while the other base is still made.
      const frontend = engine.node.then(async (base) =>
        buildFrontendImage({
          tag: engine.frontend,
          push: engine.push,
          version: projectVersion(),
          base,
          environment,
        }),
      );
      const usual = engine.python.then(async (base) =>
        build(["-f", dockerfile, `--build-arg=BASE=${base}`, "-t", demoImages.usual]),
      );
      const all = Promise.allSettled([frontend, usual]);
      try {
        await step("demo: the base images", "at once where they are there, else up to 2 minutes", async () =>
          Promise.all([engine.node, engine.python]),
        ).catch((failure: unknown) => {
          throw new NoBases(failure instanceof Error ? failure.message : String(failure), { cause: failure });
        });
        await step("demo: the frontend's image", "up to 90 s, later 5 s", async () => frontend);
        await step("demo: the usual image, from a Dockerfile", "up to 30 s", async () => usual);
      } finally {
        await all;
      }
      await step(`demo: the same sources, from examples/${demoExample}/pith.yaml`, "up to 60 s", async () =>
        build([
          `--build-arg=BUILDKIT_SYNTAX=${engine.frontend}`,
          `--build-arg=BASE=${await engine.python}`,
          ...example.run.build,
          "-f",
          example.spec,
          "-t",
          demoImages.pith,
        ]),
      );

      const { probe } = example.run;
      if (probe !== undefined) {
        say(`demo: running it with ${confined.join(" ")}`);
        const run = { runArgs: example.run.run, args: example.run.args, probe };
        const { status, body } = await runServer(demoImages.pith, run, askFrom(engine.frontend));
        say(`GET ${probe.path} -> ${status}, ${body.length} characters: ${JSON.stringify(body.slice(0, 72))}`);
        if (status !== probe.status || body !== probe.body)
          throw new Error("cannot show the demo: the server answered something else");
      }
      await compare(environment);
    },
  );
}

/** Prints what README.md shows: the table at the head of the report. */
async function compare(env: Readonly<Record<string, string>>): Promise<void> {
  const { usual, pith } = demoImages;
  const report = await output(process.execPath, [join(projectFolder, "dist/cli.js"), "audit", usual, pith], { env });
  say("\nwhat is compared: the image from the Dockerfile, and the image from the spec, of the same sources and base.");
  say(`npx pith audit ${usual} ${pith} prints this table, and all that is behind it\n`);
  const [, table = report] = report.trimEnd().split("\n\n");
  console.log(table);
}
