import { connectEngine } from "../adapters/buildkit/engine.ts";
import { returnError, returnResult, returnUnknownRequest } from "../adapters/buildkit/return.ts";
import { build, type SpecFiles } from "../app/build.ts";

// The transport is standard output: a stray line on it would end the build.
for (const method of ["log", "info", "debug"] as const) console[method] = console.error;

const seen: SpecFiles = { files: [] };
const engine = await connectEngine();
try {
  const request = engine.options.get("requestid");
  if (request === undefined || request === "") await returnResult(engine, await build(engine, seen));
  else await returnUnknownRequest(engine, request);
} catch (failure) {
  await returnError(engine, failure, seen.files);
}
// Closing the connection ends the build early on some engines; leaving does not.
process.exit(0);
