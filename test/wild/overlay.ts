import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { output } from "../../scripts/lib/command.ts";

/**
 * Mounts directories over each other, the lowest last, at a new directory for as long as `use` takes; `upper` gets what
 * is written.
 */
export async function withOverlay<T>(
  location: { readonly lower: readonly string[]; readonly upper: string; readonly folder: string },
  use: (merged: string) => Promise<T>,
): Promise<T> {
  const merged = join(location.folder, "merged");
  const work = join(location.folder, "work");
  for (const made of [location.upper, merged, work]) mkdirSync(made, { recursive: true });
  const options = `lowerdir=${location.lower.join(":")},upperdir=${location.upper},workdir=${work}`;
  await output("mount", ["-t", "overlay", "overlay", "-o", options, merged]);
  try {
    return await use(merged);
  } finally {
    await output("umount", ["--lazy", merged]);
  }
}

const beingMade = new Map<string, Promise<string>>();

/** The directory of a layer that is made once: what `make` writes into a root of the layers below it. */
export async function ensureLayer(
  folder: string,
  lower: readonly string[],
  make: (root: string) => Promise<void>,
): Promise<string> {
  const made = beingMade.get(folder) ?? makeLayer(folder, lower, make);
  beingMade.set(folder, made);
  return made;
}

async function makeLayer(
  folder: string,
  lower: readonly string[],
  make: (root: string) => Promise<void>,
): Promise<string> {
  const upper = join(folder, "upper");
  if (existsSync(upper)) return upper;
  mkdirSync(dirname(folder), { recursive: true });
  const unfinished = mkdtempSync(`${folder}.unfinished-`);
  try {
    await withOverlay({ lower, upper: join(unfinished, "upper"), folder: unfinished }, make);
    // Another run may have made it meanwhile.
    if (!existsSync(upper)) renameSync(unfinished, folder);
    return upper;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}
