import { ensureBaseImages } from "./lib/base-images.ts";
import { startEngine, stopEngines, stores } from "./lib/engine.ts";
import { say } from "./lib/project.ts";

const usage = "usage: npm run -s engine -- up [classic|containerd] | down";

async function main(args: readonly string[]): Promise<number> {
  const [verb, name = "classic"] = args;
  if (verb === "down") {
    await stopEngines();
    return 0;
  }
  const store = stores.find((known) => known === name);
  if (verb !== "up" || store === undefined) {
    say(usage);
    return 2;
  }
  const engine = await startEngine(store, "kept");
  await ensureBaseImages(engine.registry);
  for (const [key, value] of Object.entries(engine.environment)) console.log(`export ${key}=${value}`);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
