import { mkdirSync, statfsSync } from "node:fs";
import { Lack } from "./failures.ts";

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
  return `${shortage(folder, free, needed)}: ${hintFor("PITH_ENGINE_DIR")}`;
}

/** Fails before anything is begun that the disk has no room for. `variable` moves the folder to another disk. */
export function checkSpace(folder: string, needed: number, variable: "PITH_ENGINE_DIR" | "TMPDIR"): void {
  const free = freeIn(folder) / gigabyte;
  if (free < needed) throw new Lack(shortage(folder, free, needed), hintFor(variable));
}

function shortage(folder: string, free: number, needed: number): string {
  return `cannot run: the disk of ${folder} has ${free.toFixed(1)} GB left, and this takes up to ${needed} GB`;
}

function hintFor(variable: string): string {
  return `free some, or let ${variable} name a folder of another disk`;
}

function freeIn(folder: string): number {
  mkdirSync(folder, { recursive: true });
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
