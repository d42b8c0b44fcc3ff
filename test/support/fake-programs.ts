import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Runs a program where just these programs are, each a shell script of its own; the empty script prints how it was
 * called. Gives what the run printed, or its messages and its exit code where it failed.
 */
export function runAmong(folder: string, programs: Readonly<Record<string, string>>, args: readonly string[]): string {
  const path = mkdtempSync(join(folder, "bin-"));
  for (const [name, script] of Object.entries(programs)) {
    writeProgram(join(path, name), script === "" ? `echo ${name} "$@"` : script);
  }
  const [program = "", ...words] = args;
  const { stdout, stderr, status } = spawnSync(program, words, { env: { PATH: path }, encoding: "utf8", cwd: path });
  return status === 0 ? stdout : `${stderr}${String(status)}`;
}

/** Puts a shell script where a program would be. */
export function writeProgram(path: string, script: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}
