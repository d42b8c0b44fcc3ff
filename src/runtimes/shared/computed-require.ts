import type { Finding } from "../../closure/model/closure.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";

/**
 * The warning `REQUIRE_COMPUTED`: the source at `path` loads something at `line`, counted from 1, whose name no text
 * shows.
 */
export function computedRequire(path: AbsPath, line: number): Finding {
  return {
    severity: "warning",
    code: "REQUIRE_COMPUTED",
    path,
    message: `cannot tell what line ${line} of ${path} requires: the name is known only when it runs`,
    hint: "name the files that it can be under `closure.include`",
  };
}
