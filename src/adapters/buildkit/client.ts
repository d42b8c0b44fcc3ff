import { Client, credentials } from "@grpc/grpc-js";
import { fromJSON } from "@grpc/proto-loader";
import { toEngineError } from "./errors.ts";
import gatewayJson from "./gateway.gen.json" with { type: "json" };
import type { GatewayMethods } from "./gateway.gen.ts";

/** The service that frontends call. */
export const serviceName = "moby.buildkit.v1.frontend.LLBBridge";

/** Calls of BuildKit's gateway. */
export interface GatewayClient {
  /** Failures are thrown as `EngineError`; nothing is retried. */
  call<Name extends keyof GatewayMethods>(
    name: Name,
    request: GatewayMethods[Name]["request"],
    options?: { readonly deadlineMilliseconds?: number },
  ): Promise<GatewayMethods[Name]["response"]>;
}

/** A client for the gateway at an address that `bridge` gave. It is never closed: closing it ends the build. */
export function createClient(target: string): GatewayClient {
  const service = readService();
  const channel = new Client(target, credentials.createInsecure(), {
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
    // A closed idle channel would kill the build; this is the longest that a timer takes.
    "grpc.client_idle_timeout_ms": 2 ** 31 - 1,
    "grpc.enable_retries": 0,
    "grpc.enable_http_proxy": 0,
    "grpc.enable_channelz": 0,
    "grpc.service_config_disable_resolution": 1,
    "grpc-node.flow_control_window": 8 * 1024 * 1024,
  });
  return {
    call: async (name, request, options) => {
      const method = service[name];
      if (method === undefined) throw new Error(`internal error: no method ${name}; please report it`);
      const { deadlineMilliseconds } = options ?? {};
      return new Promise((resolve, reject) => {
        channel.makeUnaryRequest(
          method.path,
          method.requestSerialize,
          method.responseDeserialize,
          request,
          deadlineMilliseconds === undefined ? {} : { deadline: Date.now() + deadlineMilliseconds },
          (error, response) => {
            if (error !== null) reject(toEngineError(error));
            // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- gateway.gen.ts types what the same protos decode to
            else resolve(response as GatewayMethods[typeof name]["response"]);
          },
        );
      });
    },
  };
}

type Service = Extract<ReturnType<typeof fromJSON>[string], { readonly [method: string]: { readonly path: string } }>;

function readService(): Service {
  // The inferred type of the JSON is narrower than protobufjs's own of the same shape.
  const protos: object = gatewayJson;
  const found = fromJSON(protos, { keepCase: true, longs: String, defaults: true })[serviceName];
  if (found === undefined || "format" in found) throw new Error("internal error: no gateway service; please report it");
  return found;
}
