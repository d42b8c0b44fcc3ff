import { connectEngine } from "../adapters/buildkit/engine.ts";
import { returnError, returnMetadata, returnResult, returnUnknownRequest } from "../adapters/buildkit/return.ts";
import { build } from "../frontend/build.ts";
import type { SpecFiles } from "../frontend/read-spec.ts";
import { withoutExperiments } from "./warnings.ts";

// The transport is standard output: a stray line on it would end the build.
for (const method of ["log", "info", "debug"] as const) console[method] = console.error;

withoutExperiments();

async function main(): Promise<void> {
  const seen: SpecFiles = { files: [] };
  const engine = await connectEngine();
  // What fails beside the build ends it as well, with its reason: the engine would say "exit code: 1" alone.
  process.once("uncaughtException", (failure) => void endWith(failure));
  try {
    const request = engine.options.get("requestid");
    if (request === undefined || request === "") await returnResult(engine, await build(engine, seen));
    else {
      // Loaded for those who ask: it has the whole schema.
      const { answerSubrequest } = await import("../frontend/subrequests/answer.ts");
      const answer = await answerSubrequest(engine, request, seen);
      await (answer === undefined ? returnUnknownRequest(engine, request) : returnMetadata(engine, answer));
    }
  } catch (failure) {
    await endWith(failure);
  }
  // Closing the connection ends the build early on some engines; leaving does not.
  process.exit(0);

  async function endWith(failure: unknown): Promise<void> {
    try {
      await returnError(engine, failure, seen.files);
      process.exit(0);
    } catch {
      console.error(failure);
      process.exit(1);
    }
  }
}

void main();
