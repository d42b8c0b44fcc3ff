import net from "node:net";
import { registryFailure } from "./failure.ts";

type Reach = "loopback" | "private" | "link-local" | "unspecified" | "public";

/** True for this machine itself, by its name or address. */
export function isLoopback(hostname: string): boolean {
  return reachOf(hostname) === "loopback";
}

/**
 * Where an address leads, by its own text; names are public but for `localhost`. `hostname` is a URL's, with brackets
 * for IPv6.
 */
function reachOf(hostname: string): Reach {
  // A name that ends in a dot is the same name, without the domains that a resolver would try.
  const host = hostname.replace(/^\[|[\].]$/gu, "").toLowerCase();
  if (host === "localhost" || host.endsWith(".localhost")) return "loopback";
  if (net.isIPv4(host)) return reachOfIPv4(host);
  if (!net.isIPv6(host)) return "public";
  if (host === "::") return "unspecified";
  if (host === "::1") return "loopback";
  // ::ffff:7f00:1 is 127.0.0.1, and 64:ff9b::7f00:1 leads there too.
  const mapped = /^(?:::ffff:|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/u.exec(host);
  if (mapped !== null) {
    const bits = Number.parseInt(mapped[1] ?? "", 16) * 65_536 + Number.parseInt(mapped[2] ?? "", 16);
    return reachOfIPv4([24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join("."));
  }
  if (/^fe[89ab]/u.test(host)) return "link-local";
  return /^f[cd]/u.test(host) ? "private" : "public";
}

function reachOfIPv4(address: string): Reach {
  const [first = 0, second = 0] = address.split(".").map(Number);
  if (first === 0) return "unspecified";
  if (first === 127) return "loopback";
  if (first === 169 && second === 254) return "link-local";
  const isPrivate = first === 10 || (first === 172 && second >= 16 && second < 32) || (first === 192 && second === 168);
  return isPrivate || (first === 100 && second >= 64 && second < 128) ? "private" : "public";
}

/**
 * Refuses to go where an answer of `from` leads, if that is not an address for it to lead to: out of TLS, to what is no
 * HTTP, or to an address of this machine or network that a registry elsewhere has no business with. Throws
 * REGISTRY_REDIRECT.
 */
export function checkHop(from: URL, to: URL, what: string): void {
  const refuse = (why: string): Error =>
    registryFailure("REGISTRY_REDIRECT", `cannot follow ${what} of ${from.host} to ${showUrl(to)}: ${why}`, {
      hint: "ask the registry's owner: nothing was sent there",
    });
  if (to.protocol !== "https:" && to.protocol !== "http:") throw refuse("not an address of a web server");
  if (from.protocol === "https:" && to.protocol === "http:") throw refuse("it leads out of TLS");
  const reach = reachOf(to.hostname);
  if (reach === "public" || to.hostname === from.hostname) return;
  if (reach === reachOf(from.hostname) && reach !== "link-local") return;
  throw refuse("that is an address that no registry elsewhere may lead to");
}

/** A URL as messages show it: without user, password and query, which may be secrets. */
export function showUrl(url: URL): string {
  return `${url.protocol}//${url.host}${url.pathname}`;
}
