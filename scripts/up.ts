import { ensureBaseImages } from "./lib/base-images.ts";
import { capture, isInstalled } from "./lib/command.ts";
import { reachableEngine, registryFolder, startEngine } from "./lib/engine.ts";
import { buildFrontendImage } from "./lib/frontend-image.ts";
import { logFile, runLogged, step } from "./lib/progress.ts";
import { projectVersion, say } from "./lib/project.ts";
import { answers, startRegistry } from "./lib/registry.ts";

/*
 * `npm run up`: all that the commands of README.md take. Prints what a shell has to know of it:
 * eval "$(npm run -s up)". `npm run -s engine -- down` ends what runs on.
 */

/** The registry of a Docker that is there: one that answers, else Debian's program, else a container. */
async function registryBeside(): Promise<string> {
  const given = process.env["PITH_REGISTRY"] ?? "localhost:5000";
  if (await answers(given)) return given;
  if (await isInstalled("docker-registry")) return (await startRegistry(registryFolder(), "kept")).host;
  await capture("docker", ["rm", "--force", "pith-registry"]);
  await runLogged("docker", ["run", "-d", "--name", "pith-registry", "-p", "127.0.0.1:5000:5000", "registry:3"]);
  return "localhost:5000";
}

interface Place {
  readonly registry: string;
  readonly environment: Readonly<Record<string, string>>;
}

async function prepare(): Promise<Place> {
  if ((await reachableEngine()) !== undefined) {
    return { registry: await step("up: a registry on localhost", "up to 10 s", registryBeside), environment: {} };
  }
  say("up: no Docker answers, so a private one is started");
  const engine = await step("up: an engine and a registry", "up to 90 s", async () =>
    startEngine("containerd", "kept"),
  );
  await step("up: base images, from Debian's packages", "up to 3 minutes, later nothing", async () =>
    ensureBaseImages(engine.registry, ["debian:trixie-slim", "node:24-slim", "python:3.13-slim"]),
  );
  return engine;
}

try {
  const { registry, environment } = await prepare();
  await step("up: the frontend's image", "up to 90 s, later 5 s", async () =>
    buildFrontendImage({ tag: `${registry}/pith:1`, push: true, version: projectVersion(), environment }),
  );
  const names = { REGISTRY: registry, PITH_SYNTAX: `${registry}/pith:1` };
  for (const [name, value] of Object.entries({ ...environment, ...names })) console.log(`export ${name}=${value}`);
  say(`up: ${registry}/pith:1 is there; what programs printed is in ${logFile()}`);
} catch (failure) {
  say(failure instanceof Error ? failure.message : String(failure));
  process.exitCode = 1;
}
