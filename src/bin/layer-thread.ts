import process from "node:process";
import { parentPort, workerData } from "node:worker_threads";
import { serveLayerWriter } from "../adapters/layers/layer-writer.ts";
import { allowSlowerCompilerLater } from "../adapters/layers/slower-compiler.ts";
import { invariant } from "../diagnostics/invariant.ts";

/* The program of the thread that the resolver has beside its own. */
invariant(parentPort !== null, "this program runs in a thread of another one");
// oxlint-disable-next-line typescript/no-unsafe-argument -- the resolver of the same image started it
serveLayerWriter(parentPort, workerData);

// Where code is kept, start.ts says what is compiled.
if (process.env["PITH_KEEP_CODE"] !== "1") allowSlowerCompilerLater();
