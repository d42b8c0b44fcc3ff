import { capture } from "./command.ts";
import { projectFolder } from "./project.ts";

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

/** The hash of the commit: programs of the corpus have their turn by it. Undefined where git cannot tell. */
export async function turnOfCommit(): Promise<string | undefined> {
  return (await git("rev-parse", "HEAD"))?.slice(0, 12);
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
