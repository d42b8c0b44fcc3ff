import { BuildError } from "../../diagnostics/diagnostic.ts";
import type { State } from "../../formats/llb/state.ts";
import { invalidManifest, manifestHead } from "../../inspect/manifest/manifest-head.ts";
import type { PlatformBuild } from "../build-context.ts";
import { findGivenFile } from "../contexts/given-file.ts";
import { solveState } from "../solve.ts";

const headBytes = 128;

/**
 * Finds the manifest that `--target diff` compares with: the file that `--build-arg DIFF` names, in the named context
 * `diff` where there is one, else in the build context. Throws MANIFEST_INVALID, CONTEXT_INVALID.
 */
export async function findOlderManifest(
  build: PlatformBuild,
): Promise<{ readonly path: string; readonly older: State }> {
  const given = await findGivenFile(build, { argument: "DIFF", context: "diff", usual: "manifest.json" });
  if (given === undefined) {
    const hint = "add --build-arg DIFF=FILE, a manifest in the build context";
    throw new BuildError([invalidManifest("cannot compare images: nothing says what with", hint)]);
  }
  const { path, tree: older, where } = given;
  const head = await (await solveState(build, older))?.readHead(path, headBytes);
  if (head === undefined) throw new BuildError([invalidManifest(`cannot read ${path}: ${where} has no such file`)]);
  if (!manifestHead.test(new TextDecoder().decode(head))) {
    throw new BuildError([invalidManifest(`cannot read ${path}: not a manifest of Pith`)]);
  }
  return { path, older };
}
