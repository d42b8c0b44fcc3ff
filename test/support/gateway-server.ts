import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Metadata, Server, ServerCredentials, status } from "@grpc/grpc-js";
import { fromJSON } from "@grpc/proto-loader";
import { createClient, type GatewayClient } from "../../src/adapters/buildkit/client.ts";
import gatewayJson from "../../src/adapters/buildkit/gateway.gen.json" with { type: "json" };
import type { GatewayMethods } from "../../src/adapters/buildkit/gateway.gen.ts";
import { bridge } from "../../src/adapters/buildkit/stdio.ts";

/** What a handler throws to fail a call. `status` is google.rpc.Status as bytes. */
export class CallFailure extends Error {
  readonly code: number;
  readonly status: Uint8Array | undefined;

  constructor(code: number, message: string, status?: Uint8Array) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/** Answers by method; what is absent fails as unimplemented. Requests come as protobufjs gives them. */
export type Handlers = {
  readonly [Name in keyof GatewayMethods]?: (request: Readonly<Record<string, unknown>>) => object;
};

export interface GatewayServer {
  readonly client: GatewayClient;
  /** Requests in the order they came. */
  readonly calls: readonly { readonly method: string; readonly request: Readonly<Record<string, unknown>> }[];
  close(): void;
}

/** A gateway of our own, reached over the same bridge as BuildKit's. */
export async function startGateway(handlers: Handlers): Promise<GatewayServer> {
  const folder = mkdtempSync(join(tmpdir(), "pith-gateway-"));
  const path = join(folder, "server.sock");
  const calls: { method: string; request: Readonly<Record<string, unknown>> }[] = [];
  const protos: object = gatewayJson;
  const service = fromJSON(protos, { keepCase: true, longs: String })["moby.buildkit.v1.frontend.LLBBridge"];
  if (service === undefined || "format" in service) throw new Error("no gateway service");
  const server = new Server({ "grpc.max_receive_message_length": -1 });
  for (const [method, definition] of Object.entries(service)) {
    const answers: Readonly<Record<string, ((request: Readonly<Record<string, unknown>>) => object) | undefined>> =
      handlers;
    server.addService(
      { [method]: definition },
      {
        [method]: (call: { readonly request: Readonly<Record<string, unknown>> }, reply: Reply) => {
          calls.push({ method, request: call.request });
          const answer = answers[method];
          try {
            if (answer === undefined) throw new CallFailure(status.UNIMPLEMENTED, `no handler for ${method}`);
            reply(null, answer(call.request));
          } catch (error) {
            reply(toFailure(error), null);
          }
        },
      },
    );
  }
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`unix:${path}`, ServerCredentials.createInsecure(), (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
  const pipe = connect(path);
  const client = createClient(await bridge({ input: pipe, output: pipe }));
  return {
    client,
    calls,
    close: () => {
      pipe.destroy();
      server.forceShutdown();
      rmSync(folder, { recursive: true, force: true });
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
