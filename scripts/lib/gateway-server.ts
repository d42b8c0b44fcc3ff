import { connect, type Socket } from "node:net";
import { Metadata, Server, ServerCredentials, status } from "@grpc/grpc-js";
import { fromJSON } from "@grpc/proto-loader";
import { serviceName } from "../../src/adapters/buildkit/client.ts";
import gatewayJson from "../../src/adapters/buildkit/gateway.gen.json" with { type: "json" };
import type { GatewayMethods } from "../../src/adapters/buildkit/gateway.gen.ts";

/** The error that a handler throws to fail a call. `status` is google.rpc.Status as bytes. */
export class CallFailure extends Error {
  readonly code: number;
  readonly status: Uint8Array | undefined;

  constructor(code: number, message: string, status?: Uint8Array) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** A request as protobufjs gives it. */
export type Request = Readonly<Record<string, unknown>>;

/** Answers by method; what is absent fails as unimplemented. */
export type Handlers = {
  readonly [Name in keyof GatewayMethods]?: (request: Request) => object;
};

export interface GatewayServer {
  /** A connection to it. */
  readonly pipe: Socket;
  close(): void;
}

/**
 * A gateway of our own at the Unix socket `path`, for a frontend to talk to where there is no engine. What it says is
 * only what its handlers say: nothing about BuildKit can be learned from it.
 */
export async function serveGateway(
  path: string,
  handlers: Handlers,
  onCall: (method: string, request: Request) => void = () => {},
): Promise<GatewayServer> {
  const protos: object = gatewayJson;
  const service = fromJSON(protos, { keepCase: true, longs: String })[serviceName];
  if (service === undefined || "format" in service) throw new Error("no gateway service");
  const server = new Server({ "grpc.max_receive_message_length": -1 });
  const answers: Readonly<Record<string, ((request: Request) => object) | undefined>> = handlers;
  for (const [method, definition] of Object.entries(service)) {
    const handle = (call: { readonly request: Request }, reply: Reply): void => {
      onCall(method, call.request);
      const answer = answers[method];
      try {
        if (answer === undefined) throw new CallFailure(status.UNIMPLEMENTED, `no handler for ${method}`);
        reply(null, answer(call.request));
      } catch (error) {
        reply(toFailure(error), null);
      }
    };
    server.addService({ [method]: definition }, { [method]: handle });
  }
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${path}`, ServerCredentials.createInsecure(), (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
  const pipe = connect(path);
  return {
    pipe,
    close: () => {
      pipe.destroy();
      server.forceShutdown();
    },
  };
}

type Reply = (
  error: { readonly code: number; readonly details: string; readonly metadata: Metadata } | null,
  value: object | null,
) => void;

function toFailure(error: unknown): NonNullable<Parameters<Reply>[0]> {
  const metadata = new Metadata();
  if (!(error instanceof CallFailure)) return { code: status.INTERNAL, details: String(error), metadata };
  if (error.status !== undefined) metadata.set("grpc-status-details-bin", Buffer.from(error.status));
  return { code: error.code, details: error.message, metadata };
}
