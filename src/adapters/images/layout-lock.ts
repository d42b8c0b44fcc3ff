import fs from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { codeOf, naming, readFileHead } from "../directory/regular-file.ts";
import { refuse } from "./refuse.ts";
import { isOverFor, isOwn, ownerOf, removeQuietly, temporaryName } from "./temporary.ts";

const waitMilliseconds = 5 * 60 * 1000;
const longestPauseMilliseconds = 100;
const ownerLimitBytes = 4096;

/**
 * Runs `use` while no other process of this kind changes which images a layout has. The lock of a process that has
 * ended is taken over. Throws OUTPUT_INVALID where another keeps it for five minutes.
 */
export async function withLayoutLock<T>(hostPath: string, use: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const release = await takeLock(hostPath, signal);
  try {
    return await use();
  } finally {
    release();
  }
}

/** The owners that are runs of this process: a lock of it that is not among them could not be removed. */
const held = new Set<string>();

async function takeLock(hostPath: string, signal: AbortSignal | undefined): Promise<() => void> {
  const lock = lockOf(hostPath);
  const end = Date.now() + waitMilliseconds;
  for (let round = 1; ; round++) {
    signal?.throwIfAborted();
    const owner = tryLock(lock);
    if (owner !== undefined) {
      return () => {
        held.delete(owner);
        removeQuietly(lock);
      };
    }
    removeStale(lock);
    if (Date.now() > end) {
      throw refuse(
        "OUTPUT_INVALID",
        `cannot write ${hostPath}: another process changes it and does not end`,
        `end that process, or remove ${lock} where there is none`,
      );
    }
    await delay(Math.random() * Math.min(longestPauseMilliseconds, 5 * round));
  }
}

/** Beside the layout, which may not be there yet; inside it where nobody may write beside it. */
function lockOf(hostPath: string): string {
  const { dir, base } = path.parse(hostPath);
  try {
    fs.accessSync(dir === "" ? "." : dir, fs.constants.W_OK);
    return path.join(dir, `.${base}.pith-lock`);
  } catch {
    return path.join(hostPath, ".pith-lock");
  }
}

/** A link is made whole or not at all: a lock always says whose it is. Undefined where another has it. */
function tryLock(lock: string): string | undefined {
  const own = temporaryName(lock);
  const owner = ownerOf(own);
  try {
    naming(own, () => fs.writeFileSync(own, owner, { flag: "wx" }));
    held.add(owner);
    fs.linkSync(own, lock);
    return owner;
  } catch (failure) {
    held.delete(owner);
    if (codeOf(failure) === "EEXIST") return undefined;
    throw failure;
  } finally {
    removeQuietly(own);
  }
}

/** Takes the lock of an ended process away; one that another took in the meantime is put back. */
function removeStale(lock: string): void {
  const stale = readLock(lock);
  if (stale === undefined || held.has(stale.owner)) return;
  if (!isOwn(stale.owner) && !isOverFor(stale.owner, stale.mtimeMs)) return;
  const aside = temporaryName(lock);
  try {
    fs.renameSync(lock, aside);
    if (readLock(aside)?.owner !== stale.owner) fs.linkSync(aside, lock);
  } catch {
    // Another was faster.
  } finally {
    removeQuietly(aside);
  }
}

function readLock(lock: string): { readonly owner: string; readonly mtimeMs: number } | undefined {
  try {
    const owner = readFileHead(lock, ownerLimitBytes);
    return owner && { owner: owner.toString("utf8"), mtimeMs: fs.statSync(lock).mtimeMs };
  } catch {
    return undefined;
  }
}
