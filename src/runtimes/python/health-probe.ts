import type { ServerProbe } from "../../closure/model/closure.ts";
import { probeAddresses, probeRequest } from "../../spec/probe-address.ts";

/** The module that the check imports: the lowest there is for sockets, so that nothing else is needed. */
export const probeModule = "_socket";

/** Arguments of python that ask a server, isolated from the environment and without site-packages. */
export function pythonProbeArgs(probe: ServerProbe, timeoutMilliseconds: number): readonly string[] {
  const addresses = probeAddresses(probe.host).map(({ address, family }) => `(${family}, "${address}")`);
  const code = `import ${probeModule} as net, sys
def check(family, host):
  s = net.socket(family, 1)
  s.settimeout(${String(timeoutMilliseconds / 1000)})
  s.connect((host, ${String(probe.port)}))
${probe.kind === "http" ? readStatus(probeRequest(probe)) : "  return None"}
why = None
for family, host in [${addresses.join(", ")}]:
  try:
    why = check(family, host)
    if why is None: sys.exit(0)
  except OSError as error:
    why = error
sys.exit("unhealthy: %s" % why)
`;
  return ["-I", "-S", "-c", code];
}

function readStatus(request: string): string {
  return `  s.sendall(b${JSON.stringify(request)})
  got = b""
  while len(got) < 12:
    more = s.recv(256)
    if not more: break
    got += more
  if got[:7] == b"HTTP/1." and b"200" <= got[9:12] < b"400": return None
  return "status %s" % got[9:12].decode("latin-1") if got[:7] == b"HTTP/1." else "the answer is not HTTP"`;
}
