import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Handlers, type Request, serveGateway } from "../../scripts/lib/gateway-server.ts";
import { createClient, type GatewayClient } from "../../src/adapters/buildkit/client.ts";
import { bridge } from "../../src/adapters/buildkit/stdio.ts";

export interface GatewayServer {
  readonly client: GatewayClient;
  /** Requests in the order they came. */
  readonly calls: readonly { readonly method: string; readonly request: Request }[];
  close(): void;
}

/** A gateway of our own, reached over the same bridge as BuildKit's. */
export async function startGateway(handlers: Handlers): Promise<GatewayServer> {
  const folder = mkdtempSync(join(tmpdir(), "pith-gateway-"));
  const calls: { method: string; request: Request }[] = [];
  const server = await serveGateway(join(folder, "server.sock"), handlers, (method, request) => {
    calls.push({ method, request });
  });
  const client = createClient(await bridge({ input: server.pipe, output: server.pipe }));
  return {
    client,
    calls,
    close: () => {
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
