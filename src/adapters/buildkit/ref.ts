import { BuildError } from "../../diagnostics/diagnostic.ts";
import type { Ref as EngineRef } from "../../frontend/engine.ts";
import type { GatewayClient } from "./client.ts";
import { isMissingPath } from "./errors.ts";
import type { Ref } from "./gateway.gen.ts";
import { isDirectory, isRegular } from "./go-mode.ts";
import { readTree } from "./read-tree.ts";

/** Below the 4 MiB that BuildKit v0.13 and the 16 MiB that later ones send in one message. */
const pieceBytes = 3 * 1024 * 1024;

/** A solved file system; undefined where the gateway answers with an empty one. */
export function toRef(client: GatewayClient, ref: Ref | undefined): EngineRef | undefined {
  if (ref === undefined || ref.id === "") return undefined;
  const { id } = ref;
  return {
    id,
    definition: ref.def.length === 0 ? undefined : { bytes: ref.def },
    readFile: async (path, limitBytes) => readFile(client, id, path, limitBytes),
    readHead: async (path, lengthBytes) => {
      const size = await sizeOf(client, id, path);
      if (size === undefined) return undefined;
      return readPieces(client, { ref: id, path, size: Math.min(size, lengthBytes) });
    },
    readDirectory: async (path) => {
      const reply = await orMissing(client.call("ReadDir", { Ref: id, DirPath: path }));
      return reply?.entries.map((entry) => `${entry.path}${isDirectory(entry.mode) ? "/" : ""}`);
    },
    readTree: async (path, limits) => readTree({ client, ref: id, readPieces }, path, limits),
    evaluate: async () => void (await client.call("Evaluate", { Ref: id })),
  };
}

async function readFile(
  client: GatewayClient,
  ref: string,
  path: string,
  limitBytes: number,
): Promise<Uint8Array | undefined> {
  const size = await sizeOf(client, ref, path);
  if (size === undefined) return undefined;
  if (size > limitBytes) {
    throw new BuildError([
      {
        severity: "error",
        code: "SPEC_TOO_LARGE",
        message: `cannot read ${path}: its ${size} bytes are more than ${limitBytes}`,
        hint: "make the file smaller",
      },
    ]);
  }
  return readPieces(client, { ref, path, size });
}

/** Looks at the type: reading a fifo would hang the daemon. */
async function sizeOf(client: GatewayClient, ref: string, path: string): Promise<number | undefined> {
  const found = await orMissing(client.call("StatFile", { Ref: ref, Path: path }));
  return found === undefined || found.stat === null || !isRegular(found.stat.mode)
    ? undefined
    : Number(found.stat.size);
}

async function readPieces(
  client: GatewayClient,
  { ref, path, size }: { readonly ref: string; readonly path: string; readonly size: number },
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for (let offset = 0; offset < size; offset += pieceBytes) {
    const range = { Offset: offset, Length: Math.min(pieceBytes, size - offset) };
    const { Data: piece } = await client.call("ReadFile", { Ref: ref, FilePath: path, Range: range });
    if (piece.length !== range.Length) throw new Error(`cannot read ${path}: it ends before its ${size} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

async function orMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (isMissingPath(error)) return undefined;
    throw error;
  }
}
