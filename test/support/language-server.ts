import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fieldsOf } from "./browser.ts";

/** An editor's session with yaml-language-server, over the Language Server Protocol. */
export interface LanguageServer {
  /** Opens a text as a file of the folder, and returns the findings that the server publishes of it. */
  open(name: string, text: string): Promise<readonly Finding[]>;
  /** The texts of the words that are offered at a place, from 0, with their explanations. */
  complete(name: string, place: Place): Promise<ReadonlyMap<string, string>>;
  hover(name: string, place: Place): Promise<string>;
  close(): Promise<void>;
}

export interface Place {
  readonly line: number;
  readonly character: number;
}

interface Finding {
  readonly line: number;
  readonly message: string;
}

/** Starts the server for a folder; schemas come from the modelines of its files. */
export async function startLanguageServer(folder: string): Promise<LanguageServer> {
  const require = createRequire(import.meta.url);
  const program = join(require.resolve("yaml-language-server/package.json"), "../bin/yaml-language-server");
  const child = spawn(process.execPath, [program, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
  const pending = new Map<unknown, (result: unknown) => void>();
  const published = new Map<string, (findings: readonly Finding[]) => void>();
  let calls = 0;
  let buffered = Buffer.alloc(0);

  const send = (message: object): void => {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    child.stdin.write(`Content-Length: ${String(Buffer.byteLength(body))}\r\n\r\n${body}`);
  };
  const receive = (message: Readonly<Record<string, unknown>>): void => {
    const { id, method } = message;
    if (method === undefined) {
      pending.get(id)?.(message["result"]);
      pending.delete(id);
      return;
    }
    const params = fieldsOf(message["params"]);
    if (method === "textDocument/publishDiagnostics") {
      published.get(String(params["uri"]))?.(listOf(params["diagnostics"]).map(toFinding));
    }
    if (id === undefined) return;
    // It asks for its settings by sections.
    const sections = listOf(params["items"]).map((one) => String(one["section"]));
    const settings = { validate: true, hover: true, completion: true, schemaStore: { enable: false } };
    send({ id, result: sections.length === 0 ? null : sections.map((one) => (one === "yaml" ? settings : null)) });
  };
  child.stdout.on("data", (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk]);
    for (;;) {
      const end = buffered.indexOf("\r\n\r\n");
      if (end === -1) return;
      const length = Number(/Content-Length: (\d+)/iu.exec(buffered.subarray(0, end).toString())?.[1]);
      if (buffered.length < end + 4 + length) return;
      const body = buffered.subarray(end + 4, end + 4 + length).toString();
      buffered = buffered.subarray(end + 4 + length);
      receive(fieldsOf(JSON.parse(body)));
    }
  });
  const ask = async (method: string, params: object): Promise<unknown> =>
    new Promise((resolve) => {
      const id = ++calls;
      pending.set(id, resolve);
      send({ id, method, params });
    });
  const uriOf = (name: string): string => pathToFileURL(join(folder, name)).href;
  await ask("initialize", {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    capabilities: { workspace: { configuration: true }, textDocument: { hover: { contentFormat: ["markdown"] } } },
  });
  send({ method: "initialized", params: {} });
  return {
    async open(name, text) {
      const found = new Promise<readonly Finding[]>((resolve) => published.set(uriOf(name), resolve));
      const textDocument = { uri: uriOf(name), languageId: "yaml", version: 1, text };
      send({ method: "textDocument/didOpen", params: { textDocument } });
      return found;
    },
    async complete(name, position) {
      const answer = await ask("textDocument/completion", { textDocument: { uri: uriOf(name) }, position });
      const items = Array.isArray(answer) ? listOf(answer) : listOf(fieldsOf(answer)["items"]);
      return new Map(items.map((one) => [String(one["label"]), textOf(one["documentation"])]));
    },
    async hover(name, position) {
      const answer = await ask("textDocument/hover", { textDocument: { uri: uriOf(name) }, position });
      return textOf(fieldsOf(answer)["contents"]);
    },
    async close() {
      const isOver = new Promise((resolve) => child.once("exit", resolve));
      await ask("shutdown", {});
      send({ method: "exit" });
      await isOver;
    },
  };
}

function listOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}

function textOf(value: unknown): string {
  const text = typeof value === "string" ? value : fieldsOf(value)["value"];
  return typeof text === "string" ? text : "";
}

function toFinding(one: Readonly<Record<string, unknown>>): Finding {
  const line = Number(fieldsOf(fieldsOf(one["range"])["start"])["line"]) + 1;
  return { line, message: String(one["message"]) };
}
