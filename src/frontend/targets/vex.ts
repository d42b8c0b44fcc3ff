import { BuildError } from "../../diagnostics/diagnostic.ts";
import { redact } from "../../diagnostics/redact.ts";
import type { State } from "../../formats/llb/state.ts";
import { invalid } from "../../inspect/vex/findings.ts";
import { imageSubject } from "../../plan/image-subject.ts";
import type { PlatformBuild } from "../build-context.ts";
import { type ResolvedClosure, runOnClosure } from "../resolve/closure-step.ts";
import { throwFindings } from "../resolve/findings.ts";
import { findList, listMount } from "./vulnerability-list.ts";

/**
 * Makes the statements about a closure: a tree that holds `vex.json`. Undefined where the build is given no list of
 * vulnerabilities. Throws VULNERABILITIES_INVALID, CONTEXT_INVALID.
 */
export async function stateVulnerabilities(build: PlatformBuild, closure: ResolvedClosure): Promise<State> {
  const list = await findList(build);
  if (list === undefined) return undefined;
  const product = build.engine.options.get("build-arg:VEX_PRODUCT") ?? "";
  const subject = imageSubject(build.spec, build.options.labels);
  const output = await runOnClosure(build, closure, {
    call: ["vex", list.path, product, JSON.stringify(subject)],
    mounts: [listMount(list)],
    what: `state which vulnerabilities of ${redact(list.path)} the image cannot have`,
  });
  await throwFindings(build, output);
  return output;
}

/** The finding that `--target vex` was given no list. */
export function noList(): BuildError {
  const found = invalid("cannot make statements about vulnerabilities: nothing says which");
  return new BuildError([
    { ...found, hint: "add --build-arg VULNERABILITIES=FILE, a list in the build context, or its URL" },
  ]);
}
