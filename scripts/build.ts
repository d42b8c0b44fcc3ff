import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mountPoints } from "../src/plan/resolver-mounts.ts";
import { bundle } from "./lib/bundle.ts";
import { compileHostTools } from "./lib/host-tools.ts";
import { printNotices } from "./lib/notices.ts";
import { projectFolder, say } from "./lib/project.ts";

const folder = join(projectFolder, "dist");
mkdirSync(folder, { recursive: true });
const packages = new Set<string>();
for (const name of ["frontend", "resolver", "layer-thread", "warm-up", "cli"] as const) {
  const made = await bundle(name, folder);
  const largest = made.parts.slice(0, 6).map((part) => `${part.name} ${kilobytes(part.bytes)}`);
  say(`build: ${name} ${kilobytes(made.bytes)} (${largest.join(", ")})`);
  for (const part of made.packages) packages.add(part);
}
writeFileSync(join(folder, "THIRD-PARTY-NOTICES.txt"), printNotices(packages));
writeFileSync(join(folder, "bundled-packages.json"), `${JSON.stringify([...packages].toSorted())}\n`);
// Folders of the image, a line each.
writeFileSync(join(folder, "mount-points"), mountPoints.map((path) => `${path}\n`).join(""));
// Compiled where the image is built, for its architecture.
rmSync(join(folder, "native"), { recursive: true, force: true });
cpSync(join(projectFolder, "native"), join(folder, "native"), { recursive: true });
// An engine makes the root of a run itself.
rmSync(join(folder, "native", "enter"), { recursive: true });
chmodSync(join(folder, "cli.js"), 0o755);

if (!compileHostTools()) say("build: without a C compiler and a static C library there is no pith try");

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}
