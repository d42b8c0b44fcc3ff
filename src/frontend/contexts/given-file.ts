import { BuildError, type Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { State } from "../../formats/llb/state.ts";
import type { PlatformBuild } from "../build-context.ts";

/** How a build is given a file that is not a part of it. */
export interface GivenFile {
  /** The build argument that has its path. */
  readonly argument: string;
  /** The named context that it may lie in. */
  readonly context: string;
  /** Its name in the named context when no argument says otherwise. */
  readonly usual: string;
}

export interface FoundFile {
  readonly path: string;
  readonly tree: State;
  /** Where the path is, as messages say it. */
  readonly where: string;
}

/**
 * Finds a file that a build is given: in its named context where there is one, else in the build context. Undefined
 * where neither the argument nor the context is there. Throws CONTEXT_INVALID.
 */
export async function findGivenFile(build: PlatformBuild, given: GivenFile): Promise<FoundFile | undefined> {
  const context = await build.contexts.named(given.context, build.platform);
  const named = build.engine.options.get(`build-arg:${given.argument}`);
  const path = named ?? (context === undefined ? undefined : given.usual);
  if (path === undefined) return undefined;
  if (context === undefined) {
    return { path, tree: build.contexts.contextState([path]), where: "the build context" };
  }
  if (context.kind === "tree") return { path, tree: context.state, where: `build context ${given.context}` };
  const found: Diagnostic = {
    severity: "error",
    code: "CONTEXT_INVALID",
    message: `cannot open build context ${given.context}: it holds no files of its own`,
    hint: `give it a directory: --build-context ${given.context}=DIRECTORY`,
  };
  throw new BuildError([found]);
}
