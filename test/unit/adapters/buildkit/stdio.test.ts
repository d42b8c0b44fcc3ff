import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect as connectHttp2, createServer } from "node:http2";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { bridge } from "../../../../src/adapters/buildkit/stdio.ts";

const folder = mkdtempSync(join(tmpdir(), "pith-stdio-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const greeting = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", "latin1");

/** Asks a server of HTTP/2 over the two pipes of a frontend. */
async function ask(name: string, isGreeted: boolean): Promise<{ readonly status: number; readonly bytes: number }> {
  const path = join(folder, `${name}.sock`);
  const server = createServer((request, response) => {
    request.resume();
    request.on("end", () => response.end(Buffer.alloc(300_000)));
  });
  server.listen(path);
  await once(server, "listening");
  const pipe = connect(path);
  await once(pipe, "connect");
  if (isGreeted) {
    pipe.write(greeting);
    // The server's settings and its acknowledgement are in the pipe before anyone reads them.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const target = await bridge({ input: pipe, output: pipe, hasGreeted: isGreeted });
  const session = connectHttp2("http://localhost", {
    createConnection: () => connect(target.slice("unix:".length)),
    settings: { initialWindowSize: 8 * 1024 * 1024 },
  });
  try {
    const answers: number[] = [];
    let status = 0;
    for (let round = 0; round < 3; round++) {
      const stream = session.request({ ":method": "POST", ":path": "/" });
      stream.end(Buffer.alloc(200_000));
      let bytes = 0;
      stream.on("response", (headers) => (status = Number(headers[":status"])));
      stream.on("data", (chunk: Buffer) => (bytes += chunk.length));
      await once(stream, "end");
      answers.push(bytes);
    }
    return { status, bytes: Math.min(...answers) };
  } finally {
    session.destroy();
    pipe.destroy();
    server.close();
  }
}

test("a conversation that another program began goes on", async () => {
  expect(await ask("greeted", true)).toEqual({ status: 200, bytes: 300_000 });
});

test("a conversation that nobody began is begun", async () => {
  expect(await ask("plain", false)).toEqual({ status: 200, bytes: 300_000 });
});
