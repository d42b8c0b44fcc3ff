import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { BuildError } from "../../diagnostics/diagnostic.ts";
import type { State } from "../../formats/llb/state.ts";
import { manifestHead } from "../../inspect/manifest/printed-manifest.ts";
import type { PlatformBuild } from "../build-context.ts";
import { findGivenFile } from "../contexts/given-file.ts";
import { solveState } from "../solve.ts";

const headBytes = 128;

/**
 * Finds the manifest that `--target diff` compares with: the file that `--build-arg DIFF` names, in the named context `diff` where there
 * is one, else in the build context. Throws MANIFEST_INVALID, CONTEXT_INVALID.
 */
export async function findOlderManifest(
  build: PlatformBuild,
): Promise<{ readonly path: string; readonly older: State }> {
  const given = await findGivenFile(build, { argument: "DIFF", context: "diff", usual: "manifest.json" });
  if (given === undefined) {
    throw refused(
      "cannot compare images: nothing says what with",
      "add --build-arg DIFF=FILE, a manifest in the build context",
    );
  }
  const { path, tree: older, where } = given;
  const head = await (await solveState(build, older))?.readHead(path, headBytes);
  const hint = "make it with --target manifest";
  if (head === undefined) throw refused(`cannot read ${path}: ${where} has no such file`, hint);
  if (!manifestHead.test(new TextDecoder().decode(head))) {
    throw refused(`cannot read ${path}: it is no manifest of Pith`, hint);
  }
  return { path, older };
}

function refused(message: string, hint: string): BuildError {
  const found: Diagnostic = { severity: "error", code: "MANIFEST_INVALID", message, hint };
  return new BuildError([found]);
}
