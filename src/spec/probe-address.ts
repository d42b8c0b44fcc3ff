import type { ProbeSpec } from "./spec.ts";

/** The error of a health check's address. */
export interface AddressProblem {
  readonly reason: string;
  readonly hint: string;
}

type Parsed<Kind extends ProbeSpec["kind"]> = Extract<ProbeSpec, { readonly kind: Kind }> | AddressProblem;

const httpHint = "write it as http://127.0.0.1:PORT/PATH";
const tcpHint = "write a port, or 127.0.0.1:PORT";

/** The parts of `http://HOST[:PORT][/PATH]`. Only loopback addresses are taken: a check asks its own container. */
export function parseHttpProbe(text: string): Parsed<"http"> {
  const parts = /^http:\/\/(?<host>\[[^\]]*\]|[^/:?#@[\]]*)(?::(?<port>\d{1,5}))?(?<path>[/?][!-~]*)?$/u.exec(
    text,
  )?.groups;
  if (text.startsWith("https:")) return { reason: "a check speaks no TLS", hint: "ask a plain http port, or use tcp" };
  if (parts === undefined || text.includes("#")) return { reason: "not an http address", hint: httpHint };
  const host = loopbackOf(parts["host"] ?? "");
  if (host === undefined) return notLoopback(httpHint);
  const port = Number(parts["port"] ?? 80);
  if (!isPort(port)) return { reason: "it has no port from 1 to 65535", hint: httpHint };
  const path = parts["path"] ?? "/";
  return { kind: "http", host, port, path: path.startsWith("/") ? path : `/${path}` };
}

/** A port, `HOST:PORT` or `[::1]:PORT`. */
export function parseTcpProbe(value: string | number): Parsed<"tcp"> {
  const parts = /^(?:(?<host>\[[^\]]*\]|[^:[\]]+):)?(?<port>\d{1,5})$/u.exec(String(value))?.groups;
  if (parts === undefined) return { reason: "not a port", hint: tcpHint };
  const host = loopbackOf(parts["host"] ?? "localhost");
  if (host === undefined) return notLoopback(tcpHint);
  const port = Number(parts["port"]);
  return isPort(port) ? { kind: "tcp", host, port } : { reason: "it has no port from 1 to 65535", hint: tcpHint };
}

/** The addresses that a host of a probe stands for, and their families by Linux's numbers (AF_INET, AF_INET6). */
export function probeAddresses(host: string): readonly { readonly address: string; readonly family: 2 | 10 }[] {
  if (host === "localhost") return [...probeAddresses("127.0.0.1"), ...probeAddresses("::1")];
  return [{ address: host, family: host.includes(":") ? 10 : 2 }];
}

/** The bytes that an http probe sends, as text. */
export function probeRequest({ host, port, path }: Extract<ProbeSpec, { readonly kind: "http" }>): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return `GET ${path} HTTP/1.1\r\nHost: ${name}:${String(port)}\r\nUser-Agent: pith-probe\r\nConnection: close\r\n\r\n`;
}

function loopbackOf(text: string): string | undefined {
  if (text === "localhost" || text === "127.0.0.1") return text;
  if (text === "[::1]") return "::1";
  const bytes = /^127((?:\.\d{1,3}){3})$/u.exec(text)?.[1]?.slice(1).split(".") ?? [];
  return bytes.length === 3 && bytes.every((byte) => Number(byte) <= 255) ? text : undefined;
}

function notLoopback(hint: string): AddressProblem {
  return { reason: "not a loopback address: a check connects to its own container only", hint };
}

function isPort(port: number): boolean {
  return port >= 1 && port <= 65_535;
}
