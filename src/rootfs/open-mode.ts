import type { FileStat } from "./rootfs.ts";

/** Modes without the umask of whoever wrote the files: readable by all, programs and directories open to all. */
export function openMode(stat: FileStat): number {
  return stat.kind === "directory" || (stat.mode & 0o111) !== 0 ? 0o755 : 0o644;
}
