import { z } from "zod";
import { diagnosticCodes } from "../../diagnostics/codes.ts";
import { BuildError } from "../../diagnostics/diagnostic.ts";
import type { State } from "../../formats/llb/state.ts";
import type { PlatformBuild } from "../build-context.ts";
import { solveState } from "../solve.ts";

const findingsLimitBytes = 2 ** 20;
const findingsSchema = z.array(
  z.object({
    severity: z.enum(["error", "warning"]),
    code: z.enum(diagnosticCodes),
    message: z.string(),
    hint: z.string().exactOptional(),
  }),
);

/** Throws the findings about a file of the user's that a command of the resolver left in place of its output. */
export async function throwFindings(build: PlatformBuild, output: State): Promise<void> {
  const ref = await solveState(build, output);
  const findings = await ref?.readFile("/findings.json", findingsLimitBytes);
  if (findings === undefined) return;
  throw new BuildError(findingsSchema.parse(JSON.parse(new TextDecoder().decode(findings))));
}
