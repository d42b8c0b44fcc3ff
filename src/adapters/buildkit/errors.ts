import type { ServiceError } from "@grpc/grpc-js";
import { z } from "zod";
import { readFields, textOf } from "../../formats/llb/wire.ts";
import { EngineError } from "../../frontend/engine.ts";

/** gRPC's code for an unknown error, which clients print without a prefix. */
export const unknownCode = 2;

/** gRPC's code for what the server does not do. */
export const unimplementedCode = 12;

export const detailPrefix = "github.com/moby/buildkit/errdefs.";

/** The detail that names a file and lines of it. */
export const sourceType: string = `${detailPrefix}Source+json`;

/** Keeps the engine's code, message and details (google.rpc.Status in a trailer) as they came. */
export function toEngineError(error: ServiceError): EngineError {
  const [status] = error.metadata.get("grpc-status-details-bin");
  const details = status instanceof Buffer ? readDetails(status) : [];
  return new EngineError(error.details, {
    code: error.code,
    details,
    location: locationOf(details),
    // Only the text says so: a mount or a copy of a path that the tree does not have.
    exitCode: exitCodeOf(error.details),
    missingPath: /failed to calculate checksum of ref .*: "(.*)": not found$/su.exec(error.details)?.[1],
    cause: error,
  });
}

/** Only the text has it: `process "..." did not complete successfully: exit code: 1`. */
function exitCodeOf(message: string): number | undefined {
  const code = /^process ".*" did not complete successfully: exit code: (\d+)/su.exec(message)?.[1];
  return code === undefined ? undefined : Number(code);
}

/** True for a path that does not exist: the gateway has no code of its own for it, only the text. */
export function isMissingPath(error: unknown): boolean {
  return (
    error instanceof EngineError &&
    error.code === unknownCode &&
    /no such file or directory|not a directory/u.test(error.message)
  );
}

const sourceSchema = z.looseObject({
  info: z.looseObject({ filename: z.string() }),
  ranges: z.array(z.looseObject({ start: z.looseObject({ line: z.number().optional() }) })),
});

/** The first line that the engine blames. */
function locationOf(details: EngineError["details"]): EngineError["location"] {
  for (const { typeUrl, value } of details) {
    if (typeUrl !== sourceType) continue;
    const source = sourceSchema.safeParse(JSON.parse(new TextDecoder().decode(value)));
    const [first] = source.data?.ranges ?? [];
    if (source.success && first !== undefined) {
      return { file: source.data.info.filename, line: first.start.line ?? 1 };
    }
  }
  return undefined;
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
