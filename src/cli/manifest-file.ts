import fs from "node:fs/promises";
import path from "node:path";
import { BuildError } from "../diagnostics/diagnostic.ts";
import { invalidManifest } from "../inspect/manifest/manifest-head.ts";
import type { PrintedManifest } from "../inspect/manifest/printed-manifest.ts";
import { readPrintedManifest } from "../inspect/manifest/read-manifest.ts";
import type { Call } from "./command.ts";

/** Reads a file that `--target manifest` made. Throws MANIFEST_INVALID. */
export async function readManifestFile({ hostFolder }: Call, file: string): Promise<PrintedManifest> {
  const text = await readText(path.resolve(hostFolder, file));
  if (text === undefined) throw new BuildError([invalidManifest(`cannot read ${file}: there is no such file`)]);
  const { value, diagnostics } = readPrintedManifest(text, file);
  if (value === undefined) throw new BuildError(diagnostics);
  return value;
}

async function readText(hostPath: string): Promise<string | undefined> {
  try {
    return await fs.readFile(hostPath, "utf8");
  } catch (failure) {
    const code = failure instanceof Error && "code" in failure ? failure.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return undefined;
    throw failure;
  }
}
