import { type Candidate, type Evidence, evidenceAt } from "./candidate.ts";
import type { Project } from "./project.ts";

const local = `["'](?:localhost|127\\.0\\.0\\.1|::1)(?::\\d+)?["']`;

/** Calls that listen on the address of the container itself. */
const listening: readonly RegExp[] = [
  new RegExp(
    `\\b(?:listen|Listen\\w*|bind|run|serve\\w*|start\\w*|make_server|TCPServer\\.new)!?\\([^)\\n]*${local}[^)\\n]*\\)?`,
    "u",
  ),
  new RegExp(`\\b[sS]erver\\(\\s*\\{[^}]*\\bhost\\s*:\\s*${local}`, "u"),
];
const named = new RegExp(`\\b(?:hostname|host|HOST)\\s*(?::\\s*\\w+\\s*)?=\\s*${local}`, "u");
const withName = /\blisten\([^)]*\b(?:hostname|host|HOST)\b/u;
/** Fastify listens there where no host is named. */
const ofFastify = /\blisten\(\s*\{(?![^}]*\bhost\b)[^}]*\bport\b[^}]*\}/u;

/** So do servers of development of Python. */
const ofPython = /^[ \t]*(?:cherrypy\.quickstart\([^\n]*|(?:\w+\.)?run\(\s*(?:debug\s*=\s*\w+)?\s*\))/mu;
const isPython = /^(?:import|from) (?:bottle|cherrypy|flask|quart)\b(?![^]*\b(?:socket_host|host)\b)/mu;

/**
 * The line by which what is started listens on the loopback address, where nothing outside its container reaches it.
 */
export async function findLoopback(project: Project, { keys, evidence }: Candidate): Promise<Evidence | undefined> {
  const words = keys.find(({ key }) => key === "cmd")?.value;
  const started = Array.isArray(words) ? words.filter((word): word is string => typeof word === "string") : [];
  const isCompiled = keys.some(({ key, value }) => key === "binaries" && JSON.stringify(value).includes("/out/"));
  const files = [
    ...started.map((word) => word.replace(/^\.\//u, "")),
    ...(isCompiled ? [...evidence.map(({ file }) => file), "src/main.rs"] : []),
  ];
  for (const file of files.filter((path) => project.has(path))) {
    const text = await project.text(file);
    const code = text.replaceAll(/^[^\S\n]*(?:\/\/|#).*$/gmu, (line) => " ".repeat(line.length));
    const found =
      listening.map((pattern) => pattern.exec(code)).find((match) => match !== null) ??
      (withName.test(code) ? named.exec(code) : null) ??
      (/["']fastify["']/u.test(code) ? ofFastify.exec(code) : null) ??
      (isPython.test(code) ? ofPython.exec(code) : null);
    if (found !== null)
      return evidenceAt(file, found[0].replaceAll(/\s+/gu, " ").trim(), { text: code, shows: found[0] });
  }
  return undefined;
}
