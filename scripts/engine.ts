import { ensureBaseImages } from "./lib/base-images.ts";
import { startEngine, stopEngines, stores } from "./lib/engine.ts";
import { undoingFailures } from "./lib/interruption.ts";
import { removeMadeImages } from "./lib/load-base-images.ts";
import { findDocker } from "./lib/own-docker.ts";
import { say } from "./lib/project.ts";
import { removeRegistryContainer } from "./lib/registry-beside.ts";

const usage = "usage: npm run -s engine -- up [classic|containerd] | down";

async function main(args: readonly string[]): Promise<number> {
  const [verb, name = "classic"] = args;
  if (verb === "down") return down();
  const store = stores.find((known) => known === name);
  if (verb !== "up" || store === undefined) {
    say(usage);
    return 2;
  }
  await undoingFailures(stopEngines, async () => {
    const engine = await startEngine(store, "kept");
    await ensureBaseImages(engine.registry);
    for (const [key, value] of Object.entries(engine.environment)) console.log(`export ${key}=${value}`);
  });
  return 0;
}

/** Ends engines and registries, and takes away what `npm run up` has put into a Docker of somebody's own. */
async function down(): Promise<number> {
  await stopEngines();
  const found = await findDocker();
  if (!("docker" in found)) return 0;
  await removeRegistryContainer(found.docker.environment);
  await removeMadeImages(found.docker.environment);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
