import type { OutputFile, Step } from "./mounts.ts";

/** A command of the resolver: a step of the engine that reads mounts and gives files. */
export interface Command {
  /** True where findings about a file of the user's are left in `findings.json`, in place of the output. */
  readonly leavesFindings?: true;
  run(step: Step, args: readonly string[]): Promise<readonly OutputFile[]>;
}
