import type { Runtime, RuntimePlugin, Yield } from "../closure/model/closure.ts";
import { type AbsPath, baseName } from "../rootfs/rootfs.ts";

/**
 * A run-time that tells of a source which nobody can read, as its parts are nested without end. The build goes on, and
 * the level decides what becomes of what the source names.
 */
export function boundedRuntime(plugin: RuntimePlugin): RuntimePlugin {
  return { ...plugin, start: async (proc) => bounded(await plugin.start(proc), plugin.name) };
}

function bounded(runtime: Runtime, name: string): Runtime {
  const probe = runtime.probe?.bind(runtime);
  return {
    start: () => guarded(runtime.start(), `what ${name} starts with`),
    needs: (path: AbsPath) => guarded(runtime.needs(path), `the whole of ${baseName(path)}`),
    settle: () => guarded(runtime.settle(), `what sources of ${name} name together`),
    ...(probe === undefined ? {} : { probe }),
  };
}

async function* guarded(yields: AsyncIterable<Yield>, what: string): AsyncIterable<Yield> {
  try {
    yield* yields;
  } catch (error) {
    if (!isOverflow(error)) throw error;
    yield { unknown: { kind: "unread-file", what, bound: { kind: "anything" } } };
  }
}

/** True where calls are nested deeper than there is room for: V8 throws a RangeError with this text. */
function isOverflow(error: unknown): boolean {
  return error instanceof RangeError && error.message.includes("call stack");
}
