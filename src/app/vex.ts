import { z } from "zod";
import { BuildError } from "../diagnostics/diagnostic.ts";
import { redact } from "../diagnostics/redact.ts";
import type { Engine } from "../engine/engine.ts";
import { sourceHttp } from "../llb/ops/source.ts";
import type { State } from "../llb/state.ts";
import { invalid } from "../vex/findings.ts";
import type { PlatformBuild } from "./build-context.ts";
import { type ResolvedClosure, runOnClosure } from "./closure-step.ts";
import { type FoundFile, findGivenFile } from "./given-file.ts";
import { isHttpUrl } from "./remote-url.ts";
import { solveState } from "./solve.ts";

const findingsLimitBytes = 2 ** 20;
const findingsSchema = z.array(z.object({ message: z.string() }));

/**
 * Makes the statements about a closure: a tree that holds `vex.json`. Undefined where the build is given no list of vulnerabilities.
 * Throws VULNERABILITIES_INVALID, CONTEXT_INVALID.
 */
export async function stateVulnerabilities(build: PlatformBuild, closure: ResolvedClosure): Promise<State> {
  const list = await findList(build);
  if (list === undefined) return undefined;
  const product = build.engine.options.get("build-arg:VEX_PRODUCT");
  const output = await runOnClosure(build, closure, {
    args: ["--print", "vex", list.path, ...(product === undefined || product === "" ? [] : [product])],
    mounts: [{ type: "bind", dest: "/pith/vulnerabilities", state: list.tree, readonly: true, contentCache: "on" }],
    what: `state which vulnerabilities of ${redact(list.path)} the image cannot have`,
  });
  const ref = await solveState(build, output);
  const findings = await ref?.readFile("/findings.json", findingsLimitBytes);
  if (findings === undefined) return output;
  const found = findingsSchema.parse(JSON.parse(new TextDecoder().decode(findings)));
  throw new BuildError(found.map(({ message }) => invalid(message)));
}

/** True where the build is given a list of vulnerabilities, be it one or not. */
export function isGivenList(options: Engine["options"]): boolean {
  return options.has("build-arg:VULNERABILITIES") || options.has("context:vulnerabilities");
}

async function findList(build: PlatformBuild): Promise<FoundFile | undefined> {
  const named = build.engine.options.get("build-arg:VULNERABILITIES");
  if (named !== undefined && isHttpUrl(named)) {
    const filename = "vulnerabilities.json";
    const tree = sourceHttp(named, { name: `[internal] load ${redact(named)}`, filename });
    return { path: filename, tree, where: redact(named) };
  }
  const found = await findGivenFile(build, {
    argument: "VULNERABILITIES",
    context: "vulnerabilities",
    usual: "vulnerabilities.json",
  });
  if (found === undefined) return undefined;
  const head = await (await solveState(build, found.tree))?.readHead(found.path, 1);
  if (head !== undefined) return found;
  throw new BuildError([invalid(`cannot read ${found.path}: ${found.where} has no such file`)]);
}

/** The finding that `--target vex` was given no list. */
export function noList(): BuildError {
  const found = invalid("cannot make statements about vulnerabilities: nothing says which");
  return new BuildError([
    { ...found, hint: "add --build-arg VULNERABILITIES=FILE, a list in the build context, or its URL" },
  ]);
}
