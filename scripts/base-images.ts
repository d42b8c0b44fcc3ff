import { ensureBaseImages } from "./lib/base-images.ts";
import { installMissingTools } from "./lib/packages.ts";
import { say, stateFolder } from "./lib/project.ts";
import { startRegistry } from "./lib/registry.ts";

await installMissingTools();
const registry = await startRegistry(`${stateFolder()}/registry`, "with-us");
try {
  await ensureBaseImages(registry.host);
  say(`base images: ready on ${registry.host}`);
} finally {
  await registry.stop();
}
