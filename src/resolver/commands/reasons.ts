import { parseManifest } from "../../inspect/manifest/manifest.ts";
import { printReasons } from "../../inspect/manifest/reasons.ts";
import type { Command } from "../command.ts";
import { readClosureText, readSpecPlaces } from "../mounts.ts";

/**
 * `reasons` reads `closure/` and the places of the spec, and writes `reasons.json`, the predicate of an attestation.
 */
export const reasons: Command = {
  async run(step) {
    const { entries } = parseManifest(readClosureText(step));
    return Promise.resolve([{ name: "reasons.json", text: printReasons(entries, readSpecPlaces(step)) }]);
  },
};
