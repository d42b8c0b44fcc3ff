import { redact } from "../../diagnostics/redact.ts";
import type { State } from "../../formats/llb/state.ts";
import type { PlatformBuild } from "../build-context.ts";
import { type ResolvedClosure, runOnClosure } from "../resolve/closure-step.ts";
import { throwFindings } from "../resolve/findings.ts";
import { specLocations } from "../spec-locations.ts";
import { findList, listMount } from "./vulnerability-list.ts";

/**
 * Makes the report about a closure: a tree that holds `report.txt`, `report.json` and `report.html`, the builder beside
 * the image, with counts of vulnerabilities where the build is given a list. Throws VULNERABILITIES_INVALID,
 * CONTEXT_INVALID.
 */
export async function makeReport(build: PlatformBuild, closure: ResolvedClosure): Promise<State> {
  const list = await findList(build);
  const output = await runOnClosure(build, closure, {
    call: ["report", ...(list === undefined ? [] : [list.path])],
    mounts: list === undefined ? [] : [listMount(list)],
    locations: specLocations(build),
    what: `measure the builder and the image${list === undefined ? "" : ` by ${redact(list.path)}`}`,
  });
  if (list !== undefined) await throwFindings(build, output);
  return output;
}
