import { ensureBaseImages } from "./lib/base-images.ts";
import { startEngine, stopEngines } from "./lib/engine.ts";
import { buildFrontendImage } from "./lib/frontend-image.ts";
import { undoingFailures } from "./lib/interruption.ts";
import { loadBaseImages, officialNames } from "./lib/load-base-images.ts";
import { findDocker, type OwnDocker, unobtainable } from "./lib/own-docker.ts";
import { step } from "./lib/progress.ts";
import { logFile, projectVersion, say } from "./lib/project.ts";
import { registryBeside } from "./lib/registry-beside.ts";

/*
 * `npm run up`: all that the commands of README.md take. Prints what a shell has to know of it:
 * eval "$(npm run -s up)". `npm run -s engine -- down` ends what runs on.
 */

/** The base of the frontend, and that of README.md's command. */
const frontendBase = "node:24-slim";
const bases: readonly string[] = [frontendBase, "python:3.13-slim"];

interface Place {
  readonly registry: string;
  /** False where no registry can be had: the engine alone has the frontend. */
  readonly isPushed: boolean;
  readonly environment: Readonly<Record<string, string>>;
  /** For the shell, beside the registry. */
  readonly exported: Readonly<Record<string, string>>;
}

/** A Docker that is there gets a registry beside it, and the images that it cannot pull. */
async function besideDocker({ dockerHost, environment }: OwnDocker): Promise<Place> {
  say(`up: using the Docker at ${dockerHost}`);
  const lacking = await step(`up: ${bases.join(" and ")}`, "up to 20 s, more where they are pulled", async () =>
    unobtainable(bases, environment),
  );
  if (lacking.size > 0) {
    const names = [...lacking.keys()];
    say(`up: that Docker cannot pull ${names.join(" and ")}: ${[...lacking.values()][0] ?? ""}`);
    say("up: so they are made from Debian's packages and loaded there; npm run -s engine -- down removes them");
    await step("up: base images, from Debian's packages", "up to 3 minutes, later nothing", async () => {
      await loadBaseImages(names, environment);
      await officialNames(names, environment);
    });
  }
  const found = await step("up: a registry on localhost", "up to 10 s", async () => registryBeside(environment));
  if (found === undefined)
    say("up: no registry can be had; the frontend is in that Docker alone, which is enough for it");
  return { registry: found ?? "localhost:5000", isPushed: found !== undefined, environment, exported: {} };
}

async function onPrivateEngine(reason: string): Promise<Place> {
  say(`up: ${reason}; a private engine is started`);
  const engine = await step("up: an engine and a registry", "up to 90 s", async () =>
    startEngine("containerd", "kept"),
  );
  await step("up: base images, from Debian's packages", "up to 3 minutes, later nothing", async () =>
    ensureBaseImages(engine.registry, ["debian:trixie-slim", ...bases]),
  );
  const { registry, environment } = engine;
  return { registry, isPushed: true, environment, exported: environment };
}

await undoingFailures(stopEngines, async () => {
  const found = await findDocker();
  const place = "docker" in found ? await besideDocker(found.docker) : await onPrivateEngine(found.reason);
  const { registry, isPushed, environment, exported } = place;
  const tag = `${registry}/pith:1`;
  await step("up: the frontend's image", "up to 90 s, later 5 s", async () =>
    buildFrontendImage({ tag, push: isPushed, version: projectVersion(), environment }),
  );
  const names = { REGISTRY: registry, PITH_SYNTAX: tag };
  for (const [name, value] of Object.entries({ ...exported, ...names })) console.log(`export ${name}=${value}`);
  say(`up: ${tag} is there; what programs printed is in ${logFile()}`);
});
