import { type AbsPath, baseName } from "../../rootfs/rootfs.ts";
import type { Worklist } from "./worklist.ts";

/** Says that a directory stays out because it has more than ships for a guess. `what`: "reads beside it". */
export function tellTooLarge(
  work: Worklist,
  { from, what, directory }: { readonly from: AbsPath; readonly what: string; readonly directory: AbsPath },
): void {
  const message = `cannot tell what ${from} ${what}: ${directory} has too much to ship it whole`;
  const hint = `add \`{path: "${directory}/**", because: "read by ${baseName(from)}"}\` to closure.include`;
  work.report({ finding: { severity: "warning", code: "NAME_COMPUTED", message, hint }, from, isMissing: false });
}
