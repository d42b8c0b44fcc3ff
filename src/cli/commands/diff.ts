import { diffManifests, printDiff } from "../../inspect/explain/diff.ts";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { readManifestFile } from "../manifest-file.ts";

/** `pith diff`: what changed between two images. */
export const diff: Command = {
  name: "diff",
  summary: "Compare two images by their manifests",
  description: `Shows which files, packages, bytes, settings and reasons differ between two manifests, the older first. Manifests come
from "docker build --target manifest".`,
  operands: { usage: "OLD NEW", least: 2, most: 2 },
  options: [
    { name: "reasons", description: "Show paths that are in both for another reason." },
    { name: "exit-code", description: "Exit with 1 when there is a difference." },
  ],
  examples: [
    { line: "pith diff before.json after.json", does: "What changed?" },
    { line: "pith diff --json before.json after.json | jq .files.added", does: "The same for programs." },
    { line: "pith diff -q --exit-code before.json after.json", does: "Let a script decide." },
  ],
  async run(call) {
    const { words, terminal } = call;
    const [oldFile = "", newFile = ""] = words.operands;
    const before = await readManifestFile(call, oldFile);
    const after = await readManifestFile(call, newFile);
    const found = diffManifests(before, after);
    if (terminal.isJson) terminal.print(`${JSON.stringify(found, undefined, 2)}\n`);
    else if (!terminal.isQuiet) terminal.print(printDiff(found, { isLong: words.has("reasons") }));
    return words.has("exit-code") && !found.isSame ? exitCodes.failed : exitCodes.fine;
  },
};
