import { explainAll, explainPath, isExplained } from "../../inspect/explain/explain.ts";
import { parseManifest } from "../../inspect/manifest/manifest.ts";
import { toPrintedManifest } from "../../inspect/manifest/printed-manifest.ts";
import type { Command } from "../command.ts";
import { lookForPath } from "../look-for-path.ts";
import { openRequest, readClosureText, readSpecPlaces } from "../mounts.ts";

/**
 * `explain [PATH]` reads `closure/` and the places of the spec, and writes `explain.txt`: all paths where none is
 * given. A path that the image does not have is looked for in `roots/N`, by the request.
 */
export const explain: Command = {
  async run(step, [path]) {
    const locations = readSpecPlaces(step);
    const printed = toPrintedManifest(parseManifest(readClosureText(step)), { locations, digest: () => undefined });
    if (path === undefined) return [{ name: "explain.txt", text: explainAll(printed) }];
    const facts = isExplained(printed, path) ? [] : await lookForPath({ ...openRequest(step), locations }, path);
    return [{ name: "explain.txt", text: explainPath(printed, path, facts) }];
  },
};
