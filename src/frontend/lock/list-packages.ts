import { z } from "zod";
import { invariant } from "../../diagnostics/invariant.ts";
import type { LockedPackages } from "../../plan/lock.ts";
import type { PlatformBuild } from "../build-context.ts";
import type { BuiltStage } from "../builders/stages.ts";
import { runResolver, treeMounts } from "../resolve/closure-step.ts";
import { solveState } from "../solve.ts";

const listLimitBytes = 16 * 1024 * 1024;
const texts = z.record(z.string(), z.string());
const listSchema = z.object({ versions: texts, digests: texts });

/** The packages in a builder, as a step of the engine lists them. */
export async function listPackages(build: PlatformBuild, stage: BuiltStage): Promise<LockedPackages> {
  if (stage.state === undefined) return { versions: {}, digests: {} };
  const mounts = treeMounts([{ state: stage.state, directory: "/", byContent: false }]);
  const output = await runResolver(build, ["packages"], mounts, `list packages of builder ${stage.name}`);
  const bytes = await (await solveState(build, output))?.readFile("/packages.json", listLimitBytes);
  invariant(bytes !== undefined, "listing packages left no list");
  return listSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
}
