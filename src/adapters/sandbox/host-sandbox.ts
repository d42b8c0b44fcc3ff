import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import type { ObservedRun } from "../../resolver/commands/missing.ts";
import { readFileHead } from "../directory/regular-file.ts";

/** A program in a root on this machine, run as an engine would run it. */
export interface HostRun {
  /** The root. Nothing of it changes: what the program writes is dropped. */
  readonly root: string;
  /** Folders that are seen in the root, likewise unchanged. */
  readonly mounts: readonly { readonly dest: string; readonly folder: string }[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly owner: { readonly uid: number; readonly gid: number };
  readonly workdir: string;
  /** False where the image has directories to write. */
  readonly isReadonly: boolean;
  /** True for memory on `/tmp`. */
  readonly hasTmp: boolean;
  /** It is stopped after so long, and sooner where it waits for work. */
  readonly milliseconds: number;
  readonly signal: AbortSignal;
}

/** What a program did; `unable` where this machine cannot run it, with the reason. */
export type HostRunReport =
  | ({ readonly kind: "ran"; readonly status: string } & ObservedRun)
  | { readonly kind: "unable"; readonly reason: string };

/** Exit code of `native/enter` where it cannot make the root. */
const unableCode = 77;
const textLimitBytes = 1024 * 1024;
const traceLimitBytes = 64 * 1024 * 1024;
// Below `/dev`, as in an engine's run: it is memory of the run's own.
const toolsPath = "/dev/pith/bin";
const reportsPath = "/dev/pith/out";

/**
 * The folder of Pith's own tools for this machine, `enter` and `observe`. Undefined where this copy of Pith has none:
 * on another system than Linux, and where no C compiler was there when it was built.
 */
export function findHostTools(programFolder: string): string | undefined {
  const folder = path.join(programFolder, "tools", `${process.platform}-${process.arch}`);
  const isThere = ["enter", "observe"].every((name) => fs.existsSync(path.join(folder, name)));
  return isThere ? folder : undefined;
}

/** Runs a program in namespaces of its own, followed on its way. Takes no superuser. Throws when aborted. */
export async function runOnHost(run: HostRun, toolsFolder: string): Promise<HostRunReport> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-run-"));
  const inFolder = (name: string): string => path.join(folder, name);
  const [stage, reports, tools] = [inFolder("stage"), inFolder("reports"), inFolder("tools")] as const;
  try {
    for (const one of [stage, reports]) fs.mkdirSync(one, { mode: 0o755 });
    if (process.getuid?.() === 0) fs.chownSync(reports, run.owner.uid, run.owner.gid);
    // A folder that only its owner may enter would be closed to the image's user.
    fs.cpSync(toolsFolder, tools, { recursive: true });
    fs.chmodSync(folder, 0o755);
    const words = enterWords(run, { stage, reports, tools });
    const ended = await spawnTool(path.join(toolsFolder, "enter"), words, run);
    if (ended.code === unableCode || ended.code === undefined) {
      return { kind: "unable", reason: ended.stderr.trim().replace(/^enter: /u, "") || "namespaces cannot be made" };
    }
    return readReports(reports);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function enterWords(
  { root, mounts, args, owner, workdir, isReadonly, hasTmp, milliseconds }: HostRun,
  { stage, reports, tools }: Readonly<Record<"stage" | "reports" | "tools", string>>,
): readonly string[] {
  return [
    ...(isReadonly ? ["--readonly"] : []),
    ...(hasTmp ? ["--tmp"] : []),
    ...mounts.flatMap(({ dest, folder }) => ["--mount", dest, folder]),
    "--mount",
    toolsPath,
    tools,
    "--bind",
    reportsPath,
    reports,
    "--user",
    `${String(owner.uid)}:${String(owner.gid)}`,
    "--workdir",
    workdir,
    stage,
    root,
    `${toolsPath}/observe`,
    "--trace",
    "--for",
    String(milliseconds),
    reportsPath,
    ...args,
  ];
}

async function spawnTool(
  tool: string,
  words: readonly string[],
  { env, signal }: Pick<HostRun, "env" | "signal">,
): Promise<{ readonly code: number | undefined; readonly stderr: string }> {
  signal.throwIfAborted();
  // The image's variables mean nothing to the tool: it is static.
  const child = spawn(tool, words, { stdio: ["ignore", "ignore", "pipe"], env: { ...env }, cwd: "/" });
  // All of the namespace ends with it.
  const kill = (): void => void child.kill("SIGKILL");
  signal.addEventListener("abort", kill, { once: true });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    if (stderr.length < textLimitBytes) stderr += text;
  });
  try {
    const code = await new Promise<number | undefined>((resolve) => {
      child.once("error", (failure) => {
        stderr += failure.message;
        resolve(undefined);
      });
      child.once("close", (status) => resolve(status ?? undefined));
    });
    signal.throwIfAborted();
    return { code, stderr };
  } finally {
    signal.removeEventListener("abort", kill);
  }
}

/** The program could write there as well: links are not followed, and what is read is bounded. */
function readReports(folder: string): HostRunReport {
  const read = (name: string, limitBytes: number): Uint8Array => {
    const hostPath = path.join(folder, name);
    if (fs.lstatSync(hostPath, { throwIfNoEntry: false })?.isFile() !== true) return new Uint8Array();
    return readFileHead(hostPath, limitBytes)?.subarray(0, limitBytes) ?? new Uint8Array();
  };
  const text = (name: string): string => new TextDecoder().decode(read(name, textLimitBytes));
  const status = text("status");
  if (status === "") return { kind: "unable", reason: "the run left no report" };
  return { kind: "ran", status, trace: read("trace", traceLimitBytes), stdout: text("stdout"), stderr: text("stderr") };
}
