import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where the engine's bytes come in and ours go out; in a frontend's container fd 0 and fd 1. */
export interface EngineStreams {
  readonly input: Socket;
  readonly output: Socket;
}

/**
 * The two pipes that BuildKit gives a frontend. Not `process.stdout`: on a pipe it writes synchronously and would block
 * on a full pipe.
 */
export function openStdio(): EngineStreams {
  return { input: new Socket({ fd: 0, writable: false }), output: new Socket({ fd: 1, readable: false }) };
}

/**
 * Makes the pipes reachable for grpc-js, which only dials addresses: a Unix socket that takes one connection and joins
 * it to them. Returns the target to dial. There is no second connection, since an HTTP/2 session cannot start again on
 * the same pipes: once they end, every call fails.
 */
export async function bridge({ input, output }: EngineStreams): Promise<string> {
  // An image from scratch may have no directory for temporary files.
  mkdirSync(tmpdir(), { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), "pith-stdio-"));
  const path = join(folder, "engine.sock");
  const server = createServer((connection) => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
    const stop = (): void => void connection.destroy();
    input.on("error", stop).on("close", stop);
    output.on("error", stop);
    connection.on("error", stop);
    input.pipe(connection);
    connection.pipe(output);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  return `unix:${path}`;
}
