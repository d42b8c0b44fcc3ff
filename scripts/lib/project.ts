import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder that holds package.json. */
export const projectFolder: string = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Where engines, registries and base images are kept between runs; PITH_ENGINE_DIR moves it. */
export function stateFolder(): string {
  return process.env["PITH_ENGINE_DIR"] ?? join(projectFolder, ".cache", "engine");
}

/** Where the output of programs goes that nobody wants to read unless one fails. */
export function logFile(): string {
  return join(stateFolder(), "log.txt");
}

/** The version in package.json. */
export function projectVersion(): string {
  const found = /"version":\s*"([^"]+)"/.exec(readFileSync(join(projectFolder, "package.json"), "utf8"));
  return found?.[1] ?? "0.0.0";
}

/** Tells a person what happens; standard output stays for results. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
