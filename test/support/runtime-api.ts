import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";

/** The result of one invocation. `timeout`: its deadline passed before the function answered. */
export type Outcome =
  | { readonly kind: "response"; readonly body: string }
  | { readonly kind: "error"; readonly type: string; readonly body: string }
  | { readonly kind: "timeout" };

export interface FailedStart {
  readonly type: string;
  readonly body: string;
}

/**
 * AWS Lambda's Runtime API (Developer Guide: Runtime API, version 2018-06-01) on loopback, for one function at a time.
 * Requests of a client against the protocol are answered with 400 or 404 and kept in `violations`.
 */
export interface RuntimeApi {
  /** `127.0.0.1:PORT`, what AWS_LAMBDA_RUNTIME_API holds. */
  readonly address: string;
  readonly violations: readonly string[];
  /** Hands an event to the next client that asks. The deadline counts from then on. */
  invoke(event: string, timeoutMilliseconds?: number): Promise<Outcome>;
  /** The error that the first client reported that could not start; waits for it. */
  failedStart(): Promise<FailedStart>;
  close(): Promise<void>;
}

interface Invocation {
  readonly id: string;
  readonly event: string;
  readonly timeoutMilliseconds: number;
  settle(outcome: Outcome): void;
}

const prefix = "/2018-06-01/runtime";
const payloadLimit = 6 * 1024 * 1024;

export async function startRuntimeApi(): Promise<RuntimeApi> {
  const waiting: Invocation[] = [];
  const requesters: ServerResponse[] = [];
  const violations: string[] = [];
  const start = Promise.withResolvers<FailedStart>();
  let running: Invocation | undefined;
  let count = 0;

  function hand(): void {
    const requester = requesters[0];
    const invocation = waiting[0];
    if (requester === undefined || invocation === undefined || running !== undefined) return;
    requesters.shift();
    waiting.shift();
    running = invocation;
    const deadline = Date.now() + invocation.timeoutMilliseconds;
    requester.writeHead(200, {
      "Content-Type": "application/json",
      "Lambda-Runtime-Aws-Request-Id": invocation.id,
      "Lambda-Runtime-Deadline-Ms": String(deadline),
      "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:123456789012:function:tested",
      "Lambda-Runtime-Trace-Id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=1",
    });
    requester.end(invocation.event);
    void delay(invocation.timeoutMilliseconds, undefined, { ref: false }).then(() => {
      finish(invocation, { kind: "timeout" });
    });
  }

  function finish(invocation: Invocation, outcome: Outcome): void {
    if (running !== invocation) return;
    running = undefined;
    invocation.settle(outcome);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    const body = await text(request);
    const type = String(request.headers["lambda-runtime-function-error-type"] ?? "");
    const answer = (status: number, said: string): void => {
      if (status !== 202) violations.push(`${String(request.method)} ${path}: ${said}`);
      response.writeHead(status, { "Content-Type": "application/json" });
      response.end(
        JSON.stringify(status === 202 ? { status: said } : { errorMessage: said, errorType: "InvalidRequest" }),
      );
    };
    if (request.method === "GET" && path === `${prefix}/invocation/next`) {
      if (running !== undefined) return answer(400, "the invocation before this one has no answer");
      requesters.push(response);
      response.on("close", () => {
        const at = requesters.indexOf(response);
        if (at !== -1) requesters.splice(at, 1);
      });
      return hand();
    }
    if (request.method !== "POST") return answer(404, "no such path");
    if (path === `${prefix}/init/error`) {
      start.resolve({ type, body });
      return answer(202, "OK");
    }
    const [, id, end] = /^\/2018-06-01\/runtime\/invocation\/([^/]+)\/(response|error)$/u.exec(path) ?? [];
    if (id === undefined) return answer(404, "no such path");
    if (running === undefined || running.id !== id) return answer(400, "no such invocation is running");
    if (Buffer.byteLength(body) > payloadLimit) {
      finish(running, { kind: "error", type: "Function.ResponseSizeTooLarge", body: "" });
      return answer(413, "the response is larger than 6 MiB");
    }
    finish(running, end === "response" ? { kind: "response", body } : { kind: "error", type, body });
    return answer(202, "OK");
  }

  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  // A client asks for the next invocation and waits, as long as it takes.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = z.object({ port: z.number() }).parse(server.address());

  return {
    address: `127.0.0.1:${String(port)}`,
    violations,
    async invoke(event, timeoutMilliseconds = 20_000) {
      const { promise, resolve } = Promise.withResolvers<Outcome>();
      count += 1;
      const id = `8476a536-e9f4-11e8-9739-${String(count).padStart(12, "0")}`;
      waiting.push({ id, event, timeoutMilliseconds, settle: resolve });
      hand();
      return promise;
    },
    failedStart: async () => start.promise,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
