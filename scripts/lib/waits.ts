/** What a process waits for while a command that it started runs. */
export type WaitKind = "builds" | "containers" | "registries" | "programs";

interface Wait {
  readonly kind: WaitKind;
  readonly start: number;
  readonly end: number;
}

const waits: Wait[] = [];

/** Runs a command and notes for how long. */
export async function noteWait<T>(program: string, args: readonly string[], work: () => Promise<T>): Promise<T> {
  const kind = kindOf(program, args);
  const start = performance.now();
  try {
    return await work();
  } finally {
    waits.push({ kind, start, end: performance.now() });
  }
}

/** Seconds since `from` (of `performance.now()`) in which some command of a kind ran: two at once count once. */
export function waitedSeconds(from: number): Readonly<Record<WaitKind, number>> {
  const secondsOf = (kind: WaitKind): number =>
    lengthOf(waits.filter((wait) => wait.kind === kind && wait.start >= from)) / 1000;
  return {
    builds: secondsOf("builds"),
    containers: secondsOf("containers"),
    registries: secondsOf("registries"),
    programs: secondsOf("programs"),
  };
}

function kindOf(program: string, args: readonly string[]): WaitKind {
  if (["skopeo", "oras", "cosign"].includes(program)) return "registries";
  if (program !== "docker") return "programs";
  const command = args.find((argument) => !argument.startsWith("-"));
  if (command === "build" || command === "buildx" || command === "compose") return "builds";
  return command === "push" || command === "pull" ? "registries" : "containers";
}

/** The length of the union of intervals. */
function lengthOf(intervals: readonly Wait[]): number {
  let length = 0;
  let reached = 0;
  for (const { start, end } of intervals.toSorted((left, right) => left.start - right.start)) {
    length += Math.max(0, end - Math.max(start, reached));
    reached = Math.max(reached, end);
  }
  return length;
}
