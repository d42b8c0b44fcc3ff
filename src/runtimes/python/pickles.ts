import { latin1 } from "../../formats/text/latin1.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";

const sizeLimit = 2 ** 24;
const protocolMark = 0x80;
const lastProtocol = 5;
/** The opcode GLOBAL with a module and a name in it. */
const global_ = /c((?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*)\n[A-Za-z_][\w.]*\n/gu;
/** A short text that may be the module of STACK_GLOBAL. */
const dotted = /\b[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+/gu;

/** True for a file that begins as pickle writes it from protocol 2 on. */
export async function isPickle(path: AbsPath, files: ProcessFiles): Promise<boolean> {
  const head = await files.readBytes(path, { offset: 0, length: 2 });
  const [mark, protocol = 0] = head ?? [];
  return mark === protocolMark && protocol >= 2 && protocol <= lastProtocol;
}

/** Names of modules whose objects a pickle may hold; undefined where it is too large to be read. */
export async function modulesInPickle(path: AbsPath, files: ProcessFiles): Promise<readonly string[] | undefined> {
  const bytes = await files.readBytes(path, { offset: 0, length: sizeLimit + 1 });
  if (bytes === undefined) return [];
  if (bytes.length > sizeLimit) return undefined;
  const text = latin1(bytes);
  const globals = Array.from(text.matchAll(global_), ([, module = ""]) => module);
  return [...new Set([...globals, ...(text.match(dotted) ?? [])])];
}
