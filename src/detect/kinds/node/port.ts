import type { NodeProject } from "./manifest.ts";

const defaults = /\bPORT\b["'\])]*\s*(?:\|\||\?\?)\s*["']?(?<port>\d{2,5})/u;
const listens = /\blisten\(\s*(?:\{[^}]{0,80}?\bport\s*:\s*)?(?<port>\d{2,5})\b/u;
const named = /\b(?:port|PORT)\b\s*(?::\s*number\s*)?[:=]\s*(?<port>\d{2,5})\b/u;

const reads = /\bprocess\.env(?:\.PORT\b|\[["']PORT["']\])|\bPORT\b[^\n;]*\}\s*=\s*process\.env\b/u;

/** Where a program listens. */
export interface Listening {
  /** Undefined where its text does not say. */
  readonly port: number | undefined;
  /** What it has to be told: a server whose port is in PORT alone listens on any without it. */
  readonly env: Readonly<Record<string, string>>;
}

/** The port that a start, or a file that is named like one, listens on. */
export async function findListening(
  { project }: Pick<NodeProject, "project">,
  start: string | undefined,
): Promise<Listening> {
  const names = ["index", "main", "server", "app"].flatMap((name) => [
    `src/${name}.ts`,
    `server/${name}.ts`,
    `${name}.ts`,
  ]);
  const usual = [...names, "app.js", "bin/www"];
  let isRead = false;
  for (const file of [...(start === undefined ? [] : [start]), ...usual]) {
    const text = await project.text(file);
    const port = Number((defaults.exec(text) ?? listens.exec(text) ?? named.exec(text))?.groups?.["port"] ?? 0);
    if (port > 0 && port < 65_536) return { port, env: {} };
    // What Bun listens on where the program does not say.
    if (/\bBun\.serve\(|\bserve\b[^\n]*from "bun"/u.test(text)) return { port: 3000, env: {} };
    isRead ||= reads.test(text);
  }
  return isRead ? usualOfPlatforms : { port: undefined, env: {} };
}

/**
 * What platforms tell each start, and Pith a program of a package whose start names no port. It listens there where it
 * is a server; to any other it means nothing.
 */
export const usualOfPlatforms: Listening = { port: 3000, env: { PORT: "3000" } };

/** Where servers of packages listen that a start names no port to. */
const servers: Readonly<Record<string, number>> = { "json-server": 3000, verdaccio: 4873 };

/** The port that the words of a start name, or the usual one of the server that they start. */
export function portOfStart(words: readonly string[]): number | undefined {
  const text = words.join(" ");
  const named = /(?:^|\s)(?:--port[= ]|-p[= ]?)(?<port>\d{2,5})(?:\s|$)/u.exec(text)?.groups?.["port"];
  const port = Number(named ?? 0);
  if (port > 0 && port < 65_536) return port;
  return servers[/^node_modules\/\.bin\/(?<name>[\w-]+)$/u.exec(words[0] ?? "")?.groups?.["name"] ?? ""];
}
