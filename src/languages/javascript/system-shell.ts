import { type AbsPath, toAbsPath } from "../../rootfs/rootfs.ts";
import type { NodeContext } from "./node-context.ts";

/** Node gives texts to this path, whatever the PATH finds (nodejs.org/api/child_process.html). */
export async function systemShell({ proc, tree }: Pick<NodeContext, "proc" | "tree">): Promise<AbsPath> {
  const path = toAbsPath("/bin/sh");
  return (await tree.kindOf(path)) === "file" ? path : ((await proc.findProgram("sh")) ?? path);
}
