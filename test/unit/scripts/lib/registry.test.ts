import { createServer, type RequestListener } from "node:http";
import { expect, test } from "vitest";
import { isRegistry } from "../../../../scripts/lib/registry.ts";

/** What `isRegistry` says of a server that answers so. */
async function ask(listener: RequestListener): Promise<boolean> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  try {
    return await isRegistry(`127.0.0.1:${String(port)}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test.each<[title: string, expected: boolean, listener: RequestListener]>([
  ["names its version", true, (_, answer) => answer.setHeader("docker-distribution-api-version", "registry/2.0").end()],
  ["answers with an empty object", true, (_, answer) => answer.end("{}")],
  ["answers any path with a page", false, (_, answer) => answer.end("<h1>another program</h1>")],
  ["lets nobody in", false, (_, answer) => answer.writeHead(401).end()],
  ["never answers", false, () => undefined],
])("a program on a port that %s: a registry to push to, %s", async (_title, expected, listener) => {
  expect(await ask(listener)).toBe(expected);
});
