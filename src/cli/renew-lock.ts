import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { putFile } from "../adapters/images/put-file.ts";
import { lockNameOf } from "../plan/lock.ts";
import { type ReadSpec, reportRefused } from "./assembly.ts";
import type { Call } from "./command.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { handOver } from "./hand-over.ts";

/** Has the lock of a spec made by an engine, and puts it beside the spec: whole, or the old one stays. */
export async function renewLock(call: Call, read: ReadSpec): Promise<ExitCode> {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "pith-"));
  try {
    const location = path.join(scratch, "made");
    const output = { kind: "dir", location } as const;
    const code = await handOver(call, read, { output, compression: "none", otherwise: reportRefused("lock") });
    if (code !== exitCodes.fine) return code;
    const name = lockNameOf(path.basename(read.file));
    const hostPath = path.join(path.resolve(call.hostFolder, path.dirname(read.file)), name);
    const bytes = fs.readFileSync(path.join(location, name));
    await putFile(hostPath, one(bytes), { signal: call.signal });
    call.terminal.say(`wrote ${hostPath}`);
    return code;
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
