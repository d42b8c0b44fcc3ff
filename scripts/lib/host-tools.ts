import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "./project.ts";

/** The programs of `native/` that `pith try` runs on this machine. */
const names = ["enter", "observe"] as const;

/** Where they lie beside the bundles. */
export const hostToolsFolder: string = join(projectFolder, "dist", "tools", `${process.platform}-${process.arch}`);

/** Compiles the tools that run on this machine. False, and nothing is left, where it has no C compiler. */
export function compileHostTools(): boolean {
  rmSync(hostToolsFolder, { recursive: true, force: true });
  mkdirSync(hostToolsFolder, { recursive: true });
  const isCompiled = names.every(compile);
  if (!isCompiled) rmSync(hostToolsFolder, { recursive: true, force: true });
  return isCompiled;
}

/** One folder of C is one static program: it runs in any root. */
function compile(name: string): boolean {
  const source = join(projectFolder, "native", name);
  const files = readdirSync(source).filter((file) => file.endsWith(".c"));
  const words = ["-static", "-Os", "-s", "-o", join(hostToolsFolder, name), ...files.map((file) => join(source, file))];
  return ["musl-gcc", "cc"].some((compiler) => spawnSync(compiler, words, { stdio: "ignore" }).status === 0);
}
