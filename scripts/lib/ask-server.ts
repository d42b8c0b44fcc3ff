import { Resolver } from "node:dns/promises";
import { connect } from "node:net";
import { z } from "zod";

/*
 * Asks one question of a server on loopback and prints the answer as JSON; run inside the server's network namespace.
 * The question is the only argument: {http, method, headers}, {tcp, send, answer} or {dns, port}.
 */
const question = z
  .object({
    http: z.string().optional(),
    method: z.string().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    tcp: z.number().optional(),
    send: z.string().optional(),
    answer: z.string().optional(),
    dns: z.string().optional(),
    port: z.number().optional(),
  })
  .parse(JSON.parse(process.argv[2] ?? "{}"));
process.stdout.write(JSON.stringify(await ask(question)));

async function ask({ http, method, headers, tcp, send, answer, dns, port }: typeof question): Promise<object> {
  if (http !== undefined) {
    // Certificates of tests are signed by nobody; what is tested is the server's side of the handshake.
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    const response = await fetch(http, {
      ...(method === undefined ? {} : { method }),
      ...(headers === undefined ? {} : { headers }),
      redirect: "manual",
      signal: AbortSignal.timeout(20_000),
    });
    const type = response.headers.get("content-type");
    return { status: response.status, ...(type === null ? {} : { type }), text: await response.text() };
  }
  if (tcp !== undefined) return { text: await converse(tcp, send ?? "", answer ?? "") };
  const resolver = new Resolver({ timeout: 2000, tries: 2 });
  resolver.setServers([`127.0.0.1:${port ?? 53}`]);
  return { text: (await resolver.resolve4(dns ?? "")).join(" ") };
}

/** Sends bytes (one a character) and reads until the answer is there, the server hangs up, or a while has passed. */
async function converse(port: number, send: string, wanted: string): Promise<string> {
  const pattern = new RegExp(wanted, "u");
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(Buffer.from(send, "latin1")));
    let text = "";
    socket.setTimeout(10_000, () => socket.destroy());
    socket.on("error", reject);
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      if (pattern.test(text)) socket.destroy();
    });
    socket.on("close", () => resolve(text));
  });
}
