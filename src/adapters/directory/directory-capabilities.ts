import { spawn } from "node:child_process";
import { readTar } from "../../formats/tar/read.ts";
import { decodeName, nameBytes } from "../../rootfs/names.ts";
import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";

/** The attribute that a file's capabilities are kept in (capabilities(7)). */
const attribute = "security.capability";

/**
 * Which files of a directory of the host have file capabilities. Node reads no extended attributes, so GNU tar is
 * asked, which every distribution for servers has: it writes them into the headers of an archive that is thrown away.
 * Undefined where there is no GNU tar, or a file is not its to read.
 */
export async function findDirectoryCapabilities(
  hostPath: string,
  paths: readonly AbsPath[],
): Promise<ReadonlySet<AbsPath> | undefined> {
  if (paths.length === 0) return new Set();
  const found = new Set<AbsPath>();
  const reader = readTar(({ name, xattrs }) => {
    if (xattrs.has(attribute)) found.add(toAbsPath(decodeName(Buffer.from(name))));
  });
  const hasEnded = await pipeTar(hostPath, {
    names: Buffer.concat(paths.flatMap((path) => [nameBytes(`.${path}`), Buffer.of(0)])),
    take: (chunk) => reader.push(chunk),
  });
  if (!hasEnded) return undefined;
  reader.end();
  return found;
}

const options = [
  "--create",
  "--file=-",
  "--format=posix",
  "--xattrs",
  `--xattrs-include=${attribute}`,
  // A second name of a file gets a header of its own.
  "--hard-dereference",
  "--no-recursion",
  "--null",
  "--verbatim-files-from",
  "--files-from=-",
];

/** True when tar wrote the archive and had nothing to say. */
async function pipeTar(
  hostPath: string,
  { names, take }: { readonly names: Uint8Array; readonly take: (chunk: Buffer) => void },
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn("tar", options, { cwd: hostPath, env: { ...process.env, LC_ALL: "C" } });
    let hasComplained = false;
    child.stderr.on("data", () => {
      hasComplained = true;
    });
    child.stdout.on("data", (chunk: Buffer) => {
      try {
        take(chunk);
      } catch (failure) {
        child.kill();
        reject(failure instanceof Error ? failure : new Error("cannot read what tar writes", { cause: failure }));
      }
    });
    // One that is not there, or ends before it has read all names, says so by its end.
    child.stdin.on("error", () => {});
    child.on("error", () => resolve(false));
    child.on("close", (code) => resolve(code === 0 && !hasComplained));
    child.stdin.end(names);
  });
}
