import { BuildError } from "../../diagnostics/diagnostic.ts";
import { diffManifests, printDiff } from "../../inspect/explain/diff.ts";
import { readPrintedManifest } from "../../inspect/manifest/read-manifest.ts";
import type { Command } from "../command.ts";
import { readText, toJson } from "../mounts.ts";
import { digestedManifest } from "./manifest.ts";

/**
 * `diff FILE` reads `closure/` and the manifest `roots/0/FILE` of an older image, and writes `diff.json` and
 * `diff.txt`. Findings: MANIFEST_INVALID.
 */
export const diff: Command = {
  leavesFindings: true,
  async run(step, [path = ""]) {
    const { value: older, diagnostics } = readPrintedManifest(readText(step, `roots/0/${path}`), path);
    if (older === undefined) throw new BuildError(diagnostics);
    const found = diffManifests(older, await digestedManifest(step));
    return [
      { name: "diff.json", text: toJson(found) },
      { name: "diff.txt", text: printDiff(found, { isLong: true }) },
    ];
  },
};
