import type { ClientStart, Finding, Interpreter, ProcessContext } from "../model/closure.ts";
import { pointerReason } from "../model/graph.ts";
import type { ClosureRequest } from "../model/request.ts";
import type { Worklist } from "./worklist.ts";

/** The platform's client that the image is to start, with what is wrong with it reported. */
export async function callFunction(
  work: Worklist,
  interpreter: Interpreter | undefined,
  process: ProcessContext,
): Promise<ClientStart | undefined> {
  const { call } = work.request.process;
  if (call === undefined) return undefined;
  const client = await interpreter?.callFunction?.(process, call);
  const known = work.plugins.interpreters.filter((one) => one.callFunction !== undefined).map(({ name }) => name);
  const unknown: Finding = {
    severity: "error",
    code: "CLIENT_UNKNOWN",
    message: `cannot call ${call.handler}: no client of ${call.platform} is known for ${process.program}, only for ${known.join(", ")}`,
    hint: `use one of them, or write a program called bootstrap that speaks the platform's protocol and name it in binaries`,
  };
  for (const finding of client?.findings ?? [unknown]) {
    work.report({ finding, from: pointerReason("/serverless/handler"), isMissing: false });
  }
  return client;
}

/** The process with the client's arguments and the function's name after them; without a client, tracing starts at the function. */
export function withClient(
  process: ProcessContext,
  client: ClientStart,
  { process: { call } }: ClosureRequest,
): ProcessContext {
  const args = call === undefined || client.args.length === 0 ? client.args : [...client.args, call.handler];
  return { ...process, args, entries: [...process.entries, ...client.entries] };
}
