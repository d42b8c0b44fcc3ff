import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Transform } from "node:stream";

/** Where the engine's bytes come in and ours go out; in a frontend's container fd 0 and fd 1. */
export interface EngineStreams {
  readonly input: Socket;
  readonly output: Socket;
  /** True where `native/begin` has sent the preface of HTTP/2 and settings on the output already. */
  readonly hasGreeted?: boolean;
}

/**
 * The two pipes that BuildKit gives a frontend. Not `process.stdout`: on a pipe it writes synchronously and would block
 * on a full pipe.
 */
export function openStdio(): EngineStreams {
  return {
    input: new Socket({ fd: 0, writable: false }),
    output: new Socket({ fd: 1, readable: false }),
    hasGreeted: process.env["PITH_HAS_GREETED"] === "1",
  };
}

/**
 * Makes the pipes reachable for grpc-js, which only dials addresses: a Unix socket that takes one connection and joins
 * it to them. Returns the target to dial. There is no second connection, since an HTTP/2 session cannot start again on
 * the same pipes: once they end, every call fails.
 */
export async function bridge({ input, output, hasGreeted = false }: EngineStreams): Promise<string> {
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
    if (hasGreeted) {
      input.pipe(withoutFirstAcknowledgement()).pipe(connection);
      connection.pipe(withoutPreface()).pipe(output);
      return;
    }
    input.pipe(connection);
    connection.pipe(output);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, resolve);
  });
  return `unix:${path}`;
}

const prefaceBytes = 24;

/** The bytes of a client that begins, without the preface. */
function withoutPreface(): Transform {
  let left = prefaceBytes;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      const dropped = Math.min(left, chunk.length);
      left -= dropped;
      done(null, chunk.subarray(dropped));
    },
  });
}

const frameHeaderBytes = 9;
const settingsType = 4;
const acknowledged = 1;

/** The frames of a server without the first that acknowledges settings: those were sent by another than who reads. */
function withoutFirstAcknowledgement(): Transform {
  let pending: Buffer | undefined = Buffer.alloc(0);
  return new Transform({
    transform(chunk: Buffer, _, done) {
      if (pending === undefined) return done(null, chunk);
      pending = Buffer.concat([pending, chunk]);
      let at = 0;
      while (at + frameHeaderBytes <= pending.length) {
        const end = at + frameHeaderBytes + pending.readUIntBE(at, 3);
        if (end > pending.length) break;
        if (pending[at + 3] === settingsType && pending[at + 4] === acknowledged) {
          this.push(pending.subarray(0, at));
          const rest = pending.subarray(end);
          pending = undefined;
          return done(null, rest);
        }
        at = end;
      }
      const whole = pending.subarray(0, at);
      pending = pending.subarray(at);
      done(null, whole);
    },
  });
}
