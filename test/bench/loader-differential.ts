import { spawnSync } from "node:child_process";
import fs from "node:fs";
import { openDirectory } from "../../src/adapters/directory/open-directory.ts";
import { openProcess } from "../../src/closure/loader/process.ts";
import { elfReader } from "../../src/closure/loader/read-elf.ts";
import { rootPath, toAbsPath } from "../../src/rootfs/rootfs.ts";
import { walk } from "../../src/rootfs/walk.ts";

/**
 * Compares the simulated loader with the real one of this machine, object by object: which files, in which order. Usage:
 * `node test/bench/loader-differential.ts [DIRECTORY...] [--sample=N]`.
 */
const realLoader = "/lib64/ld-linux-x86-64.so.2";
const directories = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const sample = Number(
  process.argv.find((argument) => argument.startsWith("--sample="))?.slice(9) ?? Number.POSITIVE_INFINITY,
);

const root = openDirectory("/");
const reader = elfReader(root);
const environment = { PATH: "/usr/bin:/bin" };

const found: string[] = [];
for (const directory of directories.length > 0
  ? directories
  : ["/usr/bin", "/usr/sbin", "/usr/lib", "/opt", "/usr/local"]) {
  for await (const { path, stat } of walk(root, toAbsPath(directory))) {
    if (stat.kind !== "file" || path.startsWith("/usr/lib/debug/")) continue;
    const elf = await reader.readElf(path);
    if (elf?.isDynamic === true && elf.machine === 62 && elf.class === 64 && elf.type !== 1) found.push(path);
  }
}
const step = Math.max(1, found.length / sample);
const chosen = found.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step));

let different = 0;
for (const path of chosen) {
  const expected = listReally(path);
  const actual = await listBySimulation(path);
  if (expected.join("\n") === actual.join("\n")) continue;
  different++;
  console.log(`${path}\n  loader:     ${expected.join(" ")}\n  simulation: ${actual.join(" ")}`);
}
console.log(`${chosen.length} objects of ${found.length}, ${different} differ`);

function listReally(path: string): readonly string[] {
  const { stdout, stderr } = spawnSync(realLoader, ["--list", path], { env: environment, encoding: "utf8", cwd: "/" });
  const missing = [...stderr.matchAll(/libraries: ([^:]+): cannot open/gu)].map(([, name]) => `missing:${name ?? ""}`);
  if (missing.length > 0) return missing.slice(0, 1);
  // So it calls what needs nothing but itself.
  if (stdout.includes("statically linked")) return [fs.realpathSync(realLoader)];
  const lines = stdout.split("\n").filter((line) => line !== "" && !line.includes("linux-vdso"));
  return lines.map((line) => {
    const text = /=> (\/\S+)/u.exec(line)?.[1] ?? /^\t(\/\S+)/u.exec(line)?.[1] ?? line.trim();
    return text.startsWith("/") ? fs.realpathSync(text) : `missing:${text.split(" ")[0] ?? ""}`;
  });
}

async function listBySimulation(path: string): Promise<readonly string[]> {
  const loading = openProcess({
    root,
    program: toAbsPath(path),
    env: environment,
    workdir: rootPath,
    loader: toAbsPath(realLoader),
    readElf: (at) => reader.readElf(at),
  });
  const yields = await loading.startUp();
  // The real loader stops at the first library that it misses.
  for (const step of yields) {
    if (!("finding" in step) || step.finding.code !== "LIBRARY_MISSING") continue;
    return [`missing:${/cannot find (\S+):/u.exec(step.finding.message)?.[1] ?? ""}`];
  }
  return loading
    .loaded()
    .slice(1)
    .map((object) => fs.realpathSync(object));
}
