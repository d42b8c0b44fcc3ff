import { connect, createServer, type Socket } from "node:net";

/**
 * A socket that speaks BuildKit's own protocol, as buildkitd's does, and leads to the BuildKit inside a Docker engine,
 * which takes it after an HTTP upgrade only. Debian has no buildkitd.
 */
export async function bridgeBuildKit(socketPath: string, dockerHost: string): Promise<AsyncDisposable> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    return socket.on("close", () => sockets.delete(socket));
  };
  const server = createServer((client) => {
    const engine = keep(connect(dockerHost.replace(/^unix:\/\//u, "")));
    keep(client).on("close", () => engine.destroy());
    engine.on("close", () => client.destroy());
    engine.write(
      "POST /grpc HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 0\r\n\r\n",
    );
    let head = Buffer.alloc(0);
    const onHead = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf("\r\n\r\n");
      if (end === -1) return;
      engine.off("data", onHead);
      client.write(head.subarray(end + 4));
      client.pipe(engine);
      engine.pipe(client);
    };
    engine.on("data", onHead);
  });
  await new Promise<void>((resolve) => void server.listen(socketPath, resolve));
  return {
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => void server.close(() => resolve()));
    },
  };
}
