/** The output of a failed `docker build --progress=plain`. */
export interface FailureOutput {
  /** Lines marked with `>>>`, by file. */
  readonly marked: Readonly<Record<string, readonly number[]>>;
  /** Codes of the findings, in their order. */
  readonly codes: readonly string[];
  readonly hints: number;
  /** The message, whole. */
  readonly message: string;
}

const messageStart = "ERROR: failed to solve: ";

export function readFailure(output: string): FailureOutput {
  const start = output.lastIndexOf(messageStart);
  const message = start === -1 ? "" : output.slice(start + messageStart.length).trimEnd();
  const marked: Record<string, number[]> = {};
  let file = "";
  for (const line of output.slice(0, Math.max(start, 0)).split("\n")) {
    file = /^(\S+):\d+$/u.exec(line)?.[1] ?? file;
    const number = /^ *(\d+) \| >>> /u.exec(line)?.[1];
    if (number !== undefined) marked[file] = [...(marked[file] ?? []), Number(number)];
  }
  const lines = message.split("\n");
  return {
    marked,
    codes: lines.flatMap((line) => /^(?:\S+:\d+: )?([A-Z]+(?:_[A-Z]+)+): cannot /u.exec(line)?.[1] ?? []),
    hints: lines.filter((line) => line.startsWith("  hint: ")).length,
    message,
  };
}

/** Seconds that steps of the build ran, at least: the latest time stamp of what each printed. */
export function engineSeconds(output: string): number {
  const latest = new Map<string, number>();
  for (const [, step = "", seconds = ""] of output.matchAll(/^(#\d+) (\d+\.\d+) /gmu)) {
    latest.set(step, Math.max(latest.get(step) ?? 0, Number(seconds)));
  }
  return [...latest.values()].reduce((sum, seconds) => sum + seconds, 0);
}
