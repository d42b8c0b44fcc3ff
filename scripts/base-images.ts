import { ensureBaseImages } from "./lib/base-images.ts";
import { installEngineTools } from "./lib/packages.ts";
import { say, stateFolder } from "./lib/project.ts";
import { startRegistry } from "./lib/registry.ts";

await installEngineTools();
const registry = await startRegistry(`${stateFolder()}/registry`, "with-us");
try {
  await ensureBaseImages(registry.host);
  say(`base images: ready on ${registry.host}`);
} finally {
  await registry.stop();
}
