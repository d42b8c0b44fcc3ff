import { setFlagsFromString } from "node:v8";

/** A run that takes no longer ends before optimized code has paid for itself. */
const shortMilliseconds = 3000;

/** Does without V8's slower compiler, in all threads of the process. */
export function forgoSlowerCompiler(): void {
  setFlagsFromString("--no-opt");
}

/**
 * Allows it to a run that lasts. To be called in a thread that waits, as a busy one hears of no time; not where code is
 * kept, which depends on no clock.
 */
export function allowSlowerCompilerLater(): void {
  setTimeout(() => setFlagsFromString("--opt"), shortMilliseconds).unref();
}
