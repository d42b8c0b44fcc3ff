import type { ServiceError } from "@grpc/grpc-js";
import { EngineError } from "../../engine/engine.ts";
import { readFields, textOf } from "../../llb/wire.ts";

/** gRPC's code for an unknown error, which clients print without a prefix. */
export const unknownCode = 2;

/** gRPC's code for what the server does not do. */
export const unimplementedCode = 12;

/** Keeps the engine's code, message and details (google.rpc.Status in a trailer) as they came. */
export function toEngineError(error: ServiceError): EngineError {
  const [status] = error.metadata.get("grpc-status-details-bin");
  return new EngineError(error.details, {
    code: error.code,
    details: status instanceof Buffer ? readDetails(status) : [],
    cause: error,
  });
}

/** True for a path that does not exist: the gateway has no code of its own for it, only the text. */
export function isMissingPath(error: unknown): boolean {
  return (
    error instanceof EngineError &&
    error.code === unknownCode &&
    /no such file or directory|not a directory/u.test(error.message)
  );
}

function readDetails(status: Uint8Array): EngineError["details"] {
  return readFields(status)
    .filter((field) => field.number === 3)
    .map((field) => {
      const any = readFields(field.bytes);
      const part = (number: number): Uint8Array => any.find((one) => one.number === number)?.bytes ?? new Uint8Array();
      return { typeUrl: textOf(part(1)), value: part(2) };
    });
}
