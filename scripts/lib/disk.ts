import { mkdirSync, statfsSync } from "node:fs";

/** Bytes of a decimal gigabyte, in which people count disks. */
const gigabyte = 1e9;

/** Why a folder's disk is too full for what needs so many gigabytes; undefined where it is not. Makes the folder. */
export function lackOfSpace(
  folder: string,
  needed: number,
  freeBytes: (folder: string) => number = freeIn,
): string | undefined {
  const free = freeBytes(folder) / gigabyte;
  if (free >= needed) return undefined;
  const hint = "free some, or let PITH_ENGINE_DIR name a folder of another disk";
  return `cannot run: the disk of ${folder} has ${free.toFixed(1)} GB left, and this takes up to ${needed} GB: ${hint}`;
}

function freeIn(folder: string): number {
  mkdirSync(folder, { recursive: true });
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
