import { execFileSync } from "node:child_process";
import { encodeName } from "../../rootfs/names.ts";

const outputLimitBytes = 64 * 2 ** 20;

/**
 * Which files of the host have file capabilities, by a program that reads the attribute: Node cannot. Follows no link
 * in the last component.
 */
export function readFileCapabilities(program: string, hostPaths: readonly string[]): ReadonlySet<string> {
  const names = new Map(hostPaths.map((path) => [Buffer.from(encodeName(path)).toString("latin1"), path]));
  const input = Buffer.from([...names.keys()].map((name) => `${name}\0`).join(""), "latin1");
  const output = execFileSync(program, { input, maxBuffer: outputLimitBytes, encoding: "latin1" });
  return new Set(output.split("\0").flatMap((name) => names.get(name) ?? []));
}
