import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Gives a new folder to `use`, and removes it at the end. */
export function inFolder<T>(use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "pith-files-"));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
