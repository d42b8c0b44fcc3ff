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
    await returnError(engine, failure, seen.files);
  }
  // Closing the connection ends the build early on some engines; leaving does not.
  process.exit(0);
}

void main();
