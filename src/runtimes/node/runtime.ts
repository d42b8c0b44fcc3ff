import type { Need, ProcessContext, Runtime, Yield } from "../../closure/model/closure.ts";
import { readNodeCommand, splitNodeOptions } from "../../languages/javascript/arguments.ts";
import { nodeProbeArgs } from "../../languages/javascript/health-probe.ts";
import { startModules } from "../../languages/javascript/module-runtime.ts";
import { moduleTree } from "../../languages/javascript/module-tree.ts";
import { nodeDialect } from "../../languages/javascript/resolver.ts";
import { defaultNodeArgs } from "./default-args.ts";
import { distributionPaths, launchNeeds, searchPathsOf } from "./launch.ts";

/** Starts node in a process of the image. */
export async function startNode(proc: ProcessContext): Promise<Runtime> {
  const args = proc.args.length > 0 ? proc.args : await defaultNodeArgs(proc);
  return startModules(proc, moduleTree(proc.root), {
    resolution: nodeDialect,
    runsTypeScript: false,
    command: readNodeCommand([...splitNodeOptions(proc.env["NODE_OPTIONS"] ?? ""), ...args]),
    searchPaths: searchPathsOf(proc),
    packagePaths: distributionPaths(proc),
    start: () => wrap(launchNeeds(proc)),
    probe: async (probe, timeoutMilliseconds) =>
      Promise.resolve({ args: nodeProbeArgs(probe, timeoutMilliseconds), needs: [] }),
  });
}

async function* wrap(needs: AsyncIterable<Need>): AsyncIterable<Yield> {
  for await (const need of needs) yield { need };
}
