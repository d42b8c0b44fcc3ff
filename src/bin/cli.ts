import process from "node:process";
import v8 from "node:v8";
import { forgoSlowerCompiler } from "../adapters/layers/slower-compiler.ts";
import { runCommandLine } from "../cli/run.ts";
import { wantsColour } from "../cli/terminal.ts";
import { collectSooner } from "./collect-sooner.ts";
import { versionProblem } from "./node-version.ts";
import { withoutExperiments } from "./warnings.ts";

const problem = versionProblem(process.versions.node);
if (problem !== undefined) {
  process.stderr.write(problem);
  process.exit(1);
}
keepYoungGenerationSmall();
collectSooner();
// Half a minute of resolving takes no longer without it, and a tenth less of processors: a few seconds, a sixth less.
forgoSlowerCompiler();
withoutExperiments();

const interruption = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(name, () => {
    // The second time nobody wants to wait for order.
    if (interruption.signal.aborted) process.exit(130);
    interruption.abort();
  });
}
// Whoever reads the output may stop reading: `pith ... | head`.
process.stdout.on("error", (failure: NodeJS.ErrnoException) => {
  if (failure.code === "EPIPE") process.exit(0);
  throw failure;
});

void runCommandLine({
  args: process.argv.slice(2),
  streams: {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY && process.env["TERM"] !== "dumb",
    isColoured: wantsColour(process.stderr.isTTY, process.env),
  },
  hostFolder: process.cwd(),
  signal: interruption.signal,
}).then((code) => {
  process.exitCode = code;
});

/**
 * V8 gives what lives for a moment more and more room. All that is read and written here lives for a moment: with 4 MiB
 * for it, builds take up to 40 % less memory than with as much as V8 takes, and a fifth less time than with the 1 MiB
 * that V8 begins with.
 */
function keepYoungGenerationSmall(): void {
  v8.setFlagsFromString("--semi-space-growth-factor=4");
  const timer = setInterval(() => {
    const young = v8.getHeapSpaceStatistics().find(({ space_name: name }) => name === "new_space");
    if ((young?.space_size ?? 0) < 4 * 2 ** 20) return;
    v8.setFlagsFromString("--semi-space-growth-factor=1");
    clearInterval(timer);
  }, 20);
  timer.unref();
}
