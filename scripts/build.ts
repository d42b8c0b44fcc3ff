import { chmodSync, cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./lib/bundle.ts";
import { projectFolder, say } from "./lib/project.ts";

const folder = join(projectFolder, "dist");
mkdirSync(folder, { recursive: true });
for (const role of ["frontend", "resolve", "write-layers", "cli"] as const) {
  const made = await bundle(role, folder);
  if (made === undefined) {
    say(`build: src/bin/${role}.ts is not there`);
    continue;
  }
  const largest = made.parts.slice(0, 6).map((part) => `${part.name} ${kilobytes(part.bytes)}`);
  say(`build: dist/${role}.js ${kilobytes(made.bytes)} (${largest.join(", ")})`);
}
// Compiled where the image is built, for its architecture.
rmSync(join(folder, "native"), { recursive: true, force: true });
cpSync(join(projectFolder, "src/native"), join(folder, "native"), { recursive: true });
writeFileSync(join(folder, "package.json"), '{"type":"module"}\n');
chmodSync(join(folder, "cli.js"), 0o755);

function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1000)} kB`;
}
