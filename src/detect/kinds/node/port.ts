import type { NodeProject } from "./manifest.ts";

const defaults = /\bPORT\b["'\])]*\s*(?:\|\||\?\?)\s*["']?(?<port>\d{2,5})/u;
const listens = /\blisten\(\s*(?:\{[^}]{0,80}?\bport\s*:\s*)?(?<port>\d{2,5})\b/u;
const named = /\b(?:port|PORT)\b\s*(?::\s*number\s*)?[:=]\s*(?<port>\d{2,5})\b/u;

/** The port that a start, or a file that is named like one, listens on; undefined where its text does not say. */
export async function findListenPort({ project }: NodeProject, start: string | undefined): Promise<number | undefined> {
  const usual = ["src/index.ts", "src/main.ts", "src/server.ts", "src/app.ts", "app.js", "bin/www"];
  for (const file of [...(start === undefined ? [] : [start]), ...usual]) {
    const text = await project.text(file);
    const port = Number((defaults.exec(text) ?? listens.exec(text) ?? named.exec(text))?.groups?.["port"] ?? 0);
    if (port > 0 && port < 65_536) return port;
  }
  return undefined;
}
