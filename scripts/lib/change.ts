import { capture } from "./command.ts";
import { projectFolder } from "./project.ts";

/** Folders that decide which files ship, and the corpus that shows it. */
const closureFolders = [
  "src/closure/",
  "src/runtimes/",
  "src/languages/",
  "src/packages/",
  "src/loader/",
  "src/dlopen/",
  "src/system/",
  "src/rootfs/",
  "src/formats/",
  "test/corpus/",
] as const;

/** True for a list of changed paths of which one decides which files ship. */
export function touchesClosures(paths: readonly string[]): boolean {
  return paths.some((path) => closureFolders.some((folder) => path.startsWith(folder)));
}

/** What a release is made of, beside the programs, which every other test runs as well. */
const releasePaths = [
  "scripts/release",
  "scripts/build.ts",
  "native/",
  "test/release/",
  "package.json",
  "package-lock.json",
  "Dockerfile.frontend",
] as const;

/** True for a list of changed paths of which one decides what a release holds. */
export function touchesReleases(paths: readonly string[]): boolean {
  return paths.some((path) => releasePaths.some((start) => path.startsWith(start)));
}

/**
 * The paths that differ from the commit that PITH_BASE names, else from the branch `main` of the origin, else from the
 * commit before; with what is not committed. Undefined where git cannot tell.
 */
export async function changedPaths(): Promise<readonly string[] | undefined> {
  const base = await baseCommit();
  if (base === undefined) return undefined;
  const changed = await git("diff", "--name-only", base);
  const untracked = await git("ls-files", "--others", "--exclude-standard");
  if (changed === undefined || untracked === undefined) return undefined;
  return [...new Set(`${changed}\n${untracked}`.split("\n").filter((path) => path !== ""))].sort();
}

/** 0 or 1, by the hash of the commit: which half of the corpus it runs. Undefined where git cannot tell. */
export async function turnOfCommit(): Promise<string | undefined> {
  const head = await git("rev-parse", "HEAD");
  return head === undefined ? undefined : String(Number.parseInt(head.slice(-1), 16) % 2);
}

async function baseCommit(): Promise<string | undefined> {
  const head = await git("rev-parse", "HEAD");
  const given = process.env["PITH_BASE"];
  if (given !== undefined) return git("merge-base", "HEAD", given);
  const ofMain = await git("merge-base", "HEAD", "origin/main");
  if (ofMain !== undefined && ofMain !== head) return ofMain;
  return git("rev-parse", "--verify", "--quiet", "HEAD~1");
}

/** The output of git, without the last line break; undefined where it fails. */
async function git(...args: readonly string[]): Promise<string | undefined> {
  try {
    const { code, stdout } = await capture("git", args, { cwd: projectFolder });
    return code === 0 ? stdout.trimEnd() : undefined;
  } catch {
    return undefined;
  }
}
