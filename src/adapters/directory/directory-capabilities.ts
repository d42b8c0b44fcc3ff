import { spawn } from "node:child_process";
import { nameBytes } from "../../rootfs/names.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";

/**
 * Which files of a directory of the host have file capabilities. Node reads no extended attributes, so GNU tar is
 * asked, which every distribution for servers has. It lists what it would put into an archive, in the order of the
 * names, and marks what has the attribute. It opens no file, since the archive is `/dev/null`. Undefined where there
 * is no GNU tar, or where it has something to say.
 */
export async function findDirectoryCapabilities(
  hostPath: string,
  paths: readonly AbsPath[],
): Promise<ReadonlySet<AbsPath> | undefined> {
  if (paths.length === 0) return new Set();
  const listing = await askTar(hostPath, Buffer.concat(paths.flatMap((path) => [nameBytes(`.${path}`), Buffer.of(0)])));
  const lines = listing?.split("\n").slice(0, -1);
  if (lines === undefined || lines.length !== paths.length) return undefined;
  return new Set(paths.filter((_, index) => lines[index]?.charAt(modeLength) === marked));
}

/** The letters of a mode in a listing, such as `-rwxr-xr-x`; the mark of extended attributes follows them. */
const modeLength = 10;
const marked = "*";

const options = [
  "--create",
  "--file=/dev/null",
  "--xattrs",
  // The attribute that a file's capabilities are kept in (capabilities(7)).
  "--xattrs-include=security.capability",
  "--verbose",
  "--verbose",
  // One line for each name, whatever is in it.
  "--quoting-style=c",
  // A second name of a file gets a line of its own.
  "--hard-dereference",
  "--no-recursion",
  "--null",
  "--verbatim-files-from",
  "--files-from=-",
];

/** What tar lists of these names; undefined where it fails or complains. */
async function askTar(hostPath: string, names: Uint8Array): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn("tar", options, { cwd: hostPath, env: { ...process.env, LC_ALL: "C" } });
    const listed: Buffer[] = [];
    let hasComplained = false;
    child.stderr.on("data", () => {
      hasComplained = true;
    });
    child.stdout.on("data", (chunk: Buffer) => {
      listed.push(chunk);
    });
    // One that is not there, or ends before it has read all names, says so by its end.
    child.stdin.on("error", () => {});
    child.on("error", () => resolve(undefined));
    child.on("close", (code) => {
      resolve(code === 0 && !hasComplained ? Buffer.concat(listed).toString("latin1") : undefined);
    });
    child.stdin.end(names);
  });
}
