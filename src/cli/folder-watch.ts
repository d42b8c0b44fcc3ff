import fs from "node:fs";
import path from "node:path";
import { BuildError } from "../diagnostics/diagnostic.ts";
import { groupDigits } from "../diagnostics/numbers.ts";

/** What a watch looks at. */
export interface Watched {
  /** Files and directories of this machine, with all below them. */
  readonly hostPaths: readonly string[];
  /** True for paths that no build reads. */
  readonly isLeftOut: (hostPath: string, kind: "directory" | "file") => boolean;
  /** More are refused. Default: 100,000. */
  readonly mostFiles?: number;
}

/** The state of watched files, and a wait for its change. */
export interface FolderWatch {
  /**
   * The paths that differ since the watch was opened, once nothing has changed for a moment. Throws the signal's
   * reason.
   */
  changed(signal: AbortSignal): Promise<readonly string[]>;
  close(): void;
}

/** How long nothing may change before a change counts as whole, in milliseconds: editors write in several steps. */
const quietMilliseconds = 80;
/** The longest that changes without a pause are waited for. */
const longestMilliseconds = 2000;
/** How often to look without an event: where the system watches no more directories, and for links that lead away. */
const pollMilliseconds = { unwatched: 700, watched: 3000 };
/** Looking may take this part of the time. */
const busyPart = 1 / 20;
/** More files than these are no source of one program. */
const defaultMostFiles = 100_000;

/**
 * Watches files and directories. Events of the system only say when to look: the size, the time and the inode of each
 * file decide. Throws WATCH_TOO_LARGE.
 */
export function openFolderWatch(watched: Watched): FolderWatch {
  const first = takeState(watched);
  const watchers = new Map<string, fs.FSWatcher>();
  let wake: (() => void) | undefined;
  const follow = (directories: ReadonlySet<string>): void => {
    for (const [directory, watcher] of watchers) {
      if (directories.has(directory)) continue;
      watcher.close();
      watchers.delete(directory);
    }
    for (const directory of directories) {
      if (watchers.has(directory)) continue;
      const watcher = watchOne(directory, () => wake?.());
      if (watcher !== undefined) watchers.set(directory, watcher);
    }
  };
  follow(first.directories);

  /** Resolves at the next event, or after a time. */
  async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        wake = undefined;
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      wake = end;
      signal.addEventListener("abort", end, { once: true });
    });
    signal.throwIfAborted();
  }

  return {
    async changed(signal) {
      for (;;) {
        const looked = performance.now();
        let state = takeState(watched);
        const rest = (performance.now() - looked) / busyPart;
        let different = differences(first.files, state.files);
        if (different.length > 0) {
          const begun = performance.now();
          for (;;) {
            await pause(quietMilliseconds, signal);
            const next = takeState(watched);
            const isQuiet = differences(state.files, next.files).length === 0;
            state = next;
            if (isQuiet || performance.now() - begun > longestMilliseconds) break;
          }
          different = differences(first.files, state.files);
          if (different.length > 0) return different;
        }
        follow(state.directories);
        const isWatched = watchers.size === state.directories.size;
        await pause(Math.max(rest, isWatched ? pollMilliseconds.watched : pollMilliseconds.unwatched), signal);
      }
    },
    close() {
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
}

/** A watcher of a directory; undefined where the system has none left, or the directory is gone. */
function watchOne(directory: string, tell: () => void): fs.FSWatcher | undefined {
  try {
    return fs.watch(directory, { persistent: false }, tell).on("error", tell);
  } catch {
    return undefined;
  }
}

interface State {
  readonly files: ReadonlyMap<string, string>;
  readonly directories: ReadonlySet<string>;
}

function takeState({ hostPaths, isLeftOut, mostFiles = defaultMostFiles }: Watched): State {
  const files = new Map<string, string>();
  const directories = new Set<string>();
  const pending = [...hostPaths];
  const given = new Set(hostPaths);
  for (let hostPath = pending.pop(); hostPath !== undefined; hostPath = pending.pop()) {
    const stat = fs.lstatSync(hostPath, { throwIfNoEntry: false });
    if (!given.has(hostPath) && isLeftOut(hostPath, stat?.isDirectory() === true ? "directory" : "file")) continue;
    if (stat === undefined || !stat.isDirectory()) {
      files.set(hostPath, stat === undefined ? "" : `${stat.mtimeMs} ${stat.size} ${stat.ino} ${stat.mode}`);
      // The name may be given to another file, of which only the directory is told.
      if (given.has(hostPath)) directories.add(path.dirname(hostPath));
      if (files.size > mostFiles) throw tooLarge(mostFiles);
      continue;
    }
    directories.add(hostPath);
    for (const name of readNames(hostPath)) pending.push(path.join(hostPath, name));
  }
  return { files, directories };
}

/** A directory that is gone, or may not be read, has no names. */
function readNames(directory: string): readonly string[] {
  try {
    return fs.readdirSync(directory);
  } catch {
    return [];
  }
}

function differences(before: State["files"], after: State["files"]): readonly string[] {
  const changed = [...after].filter(([hostPath, state]) => before.get(hostPath) !== state).map(([name]) => name);
  const gone = [...before.keys()].filter((hostPath) => !after.has(hostPath));
  return [...changed, ...gone].toSorted();
}

function tooLarge(mostFiles: number): BuildError {
  return new BuildError([
    {
      severity: "error",
      code: "WATCH_TOO_LARGE",
      message: `cannot watch the build context: it has more than ${groupDigits(mostFiles)} files`,
      hint: "leave out what the program does not need in .dockerignore",
    },
  ]);
}
