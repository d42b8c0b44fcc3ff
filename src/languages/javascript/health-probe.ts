import type { ServerProbe } from "../../closure/model/closure.ts";
import { probeAddresses, probeRequest } from "../../spec/probe-address.ts";

/** Arguments of node that ask a server. Everything that they use is inside the program. */
export function nodeProbeArgs(probe: ServerProbe, timeoutMilliseconds: number): readonly string[] {
  const addresses = probeAddresses(probe.host).map(({ address }) => address);
  const code = `const { exit } = require("node:process");
const hosts = ${JSON.stringify(addresses)};
const fail = (why) => { console.error("unhealthy: " + why); exit(1); };
const check = (index) => {
  let got = "";
  const socket = require("node:net").connect({ host: hosts[index], port: ${String(probe.port)} });
  socket.setTimeout(${String(timeoutMilliseconds)}, () => fail("no answer in time"));
  socket.on("error", (error) => (index + 1 < hosts.length ? check(index + 1) : fail(error.message)));
${probe.kind === "http" ? readStatus(probeRequest(probe)) : '  socket.on("connect", () => exit(0));'}
};
check(0);
`;
  return ["-e", code];
}

function readStatus(request: string): string {
  return `  socket.on("connect", () => socket.write(${JSON.stringify(request)}));
  socket.on("end", () => fail("the answer is not HTTP"));
  socket.on("data", (bytes) => {
    got += bytes.toString("latin1");
    if (got.length < 12) return;
    if (/^HTTP\\/1\\.. [23]/.test(got)) exit(0);
    fail(got.startsWith("HTTP/1.") ? "status " + got.slice(9, 12) : "the answer is not HTTP");
  });`;
}
