import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Command } from "../../src/cli/command.ts";
import { runCommandLine } from "../../src/cli/run.ts";

export interface CommandLineCase {
  readonly files?: Readonly<Record<string, string>>;
  readonly isColoured?: boolean;
  readonly signal?: AbortSignal;
  readonly commands?: readonly Command[];
}

export interface CommandLineResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Where it ran. */
  readonly folder: string;
}

/** Runs `pith ARGS` in a folder of its own that holds the files. */
export async function pith(args: readonly string[], given: CommandLineCase = {}): Promise<CommandLineResult> {
  const folder = mkdtempSync(join(tmpdir(), "pith-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(given.files ?? {})) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  let out = "";
  let err = "";
  const code = await runCommandLine({
    args,
    streams: {
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      isColoured: given.isColoured ?? false,
    },
    hostFolder: folder,
    signal: given.signal ?? new AbortController().signal,
    ...(given.commands === undefined ? {} : { commands: given.commands }),
  });
  return { code, out, err, folder };
}
