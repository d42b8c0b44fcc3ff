import type { Finding, ProcessContext, RuntimeInterfaceClient, RuntimePlugin } from "../model/closure.ts";
import { pointerReason } from "../model/graph.ts";
import type { ClosureRequest } from "../model/request.ts";
import type { Worklist } from "./worklist.ts";

/** The platform's client that the image is to start, with what is wrong with it reported. */
export async function callFunction(
  work: Worklist,
  plugin: RuntimePlugin | undefined,
  proc: ProcessContext,
): Promise<RuntimeInterfaceClient | undefined> {
  const { call } = work.request.process;
  if (call === undefined) return undefined;
  const runtimeInterfaceClient = await plugin?.callFunction?.(proc, call);
  const known = work.plugins.runtimes.filter((one) => one.callFunction !== undefined).map(({ name }) => name);
  const unknown: Finding = {
    severity: "error",
    code: "CLIENT_UNKNOWN",
    message: `cannot call ${call.handler}: no client of ${call.platform} is known for ${proc.program}, only for ${known.join(", ")}`,
    hint: `use one of them, or write a program called bootstrap that speaks the platform's protocol and name it in binaries`,
  };
  for (const finding of runtimeInterfaceClient?.findings ?? [unknown]) {
    work.report({ finding, from: pointerReason("/serverless/handler") });
  }
  return runtimeInterfaceClient;
}

/** The process with the client's arguments and the function's name; without a client, it starts at the function. */
export function withRuntimeInterfaceClient(
  proc: ProcessContext,
  runtimeInterfaceClient: RuntimeInterfaceClient,
  { process: { call } }: ClosureRequest,
): ProcessContext {
  const args =
    call === undefined || runtimeInterfaceClient.args.length === 0
      ? runtimeInterfaceClient.args
      : [...runtimeInterfaceClient.args, call.handler];
  return { ...proc, args, entries: [...proc.entries, ...runtimeInterfaceClient.entries] };
}
