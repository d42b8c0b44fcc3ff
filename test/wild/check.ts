import { setTimeout as delay } from "node:timers/promises";
import { capture } from "../../scripts/lib/command.ts";
import { type Box, type Command, type Started, start } from "../support/box.ts";
import { answers, type CorpusRun, type Question } from "../support/corpus.ts";
import { askInside } from "../support/questions.ts";
import type { ClientQuestion, WildProgram } from "./program.ts";

/** How long a server may take to each answer after its first. */
const answerMilliseconds = 10_000;

const runMilliseconds = 120_000;

export interface Checking {
  readonly program: WildProgram;
  readonly command: Command;
  /** How many of the image's arguments its entrypoint is: runs with arguments of their own keep those. */
  readonly entrypointLength: number;
  readonly box: Box;
  /** How long a server may take to its first answer. */
  readonly startMilliseconds: number;
  /** The root of the clients. */
  readonly clients: string;
}

/** Does all that a program's file asks of it in a box; answers what went wrong, in words. */
export async function failuresOf(checking: Checking): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const run of checking.program.runs) failures.push(...(await failuresOfRun(checking, run)));
  if (checking.program.ask.length > 0) failures.push(...(await failuresOfServer(checking)));
  return failures;
}

async function failuresOfRun({ command, entrypointLength, box }: Checking, run: CorpusRun): Promise<readonly string[]> {
  const entrypoint = run.entrypoint === undefined ? command.argv.slice(0, entrypointLength) : [run.entrypoint];
  const isWhole = run.entrypoint === undefined && run.args.length === 0;
  const argv = isWhole ? command.argv : [...entrypoint, ...run.args];
  const started = await start(ownFolder(box), { ...command, argv }, run.stdin);
  const label = argv.join(" ").slice(0, 200);
  if (!(await started.waitFor(runMilliseconds))) {
    await started.stop();
    return [`${label}: does not end`, tail(started)];
  }
  const failures: string[] = [];
  if (started.ended() !== run.exit) failures.push(`ends with ${String(started.ended())} instead of ${run.exit}`);
  if (!answers(started.stdout(), run.stdout))
    failures.push(`prints what it should not, instead of ${run.stdout ?? ""}`);
  if (!answers(started.stderr(), run.stderr)) failures.push(`complains otherwise than ${run.stderr ?? ""}`);
  return failures.length === 0 ? [] : [`${label}: ${failures.join("; ")}`, tail(started)];
}

let boxes = 0;

function ownFolder(box: Box): Box {
  boxes++;
  const trace = box.traceFile === undefined ? {} : { traceFile: `${box.traceFile}.${boxes}` };
  return { ...box, ...trace, folder: `${box.folder}/${boxes}` };
}

async function failuresOfServer({
  program,
  command,
  box,
  clients,
  startMilliseconds,
}: Checking): Promise<readonly string[]> {
  const started = await start(ownFolder(box), command);
  const failures: string[] = [];
  try {
    let milliseconds = startMilliseconds;
    for (const question of program.ask) {
      const failure = await askUntilAnswered(question, { started, clients, milliseconds });
      if (failure !== undefined) failures.push(`${JSON.stringify(question)}: ${failure}`);
      milliseconds = failures.length > 0 ? answerMilliseconds / 4 : answerMilliseconds;
    }
    return failures.length === 0 ? [] : [...failures, tail(started)];
  } finally {
    await started.stop();
  }
}

interface Asking {
  readonly started: Started;
  readonly clients: string;
  readonly milliseconds: number;
}

async function askUntilAnswered(question: Question | ClientQuestion, asking: Asking): Promise<string | undefined> {
  const { started, milliseconds } = asking;
  const end = performance.now() + milliseconds;
  let last = "no answer";
  let answered = 0;
  do {
    if (started.ended() !== undefined) return `the server ended with ${String(started.ended())}`;
    const answer = "sh" in question ? await askClient(question, asking) : await askInside(started.pid, question);
    if (answer === "right") return undefined;
    if (answer !== undefined) {
      last = answer.wrong;
      if (!("sh" in question) && ++answered > 10) break;
    }
    await delay(200);
  } while (performance.now() < end);
  return last;
}

/** Runs a client's command in the root of the clients, in the server's network. */
async function askClient(
  { sh, answer }: ClientQuestion,
  { started, clients }: Asking,
): Promise<"right" | { readonly wrong: string }> {
  const enter = 'mount --rbind /dev "$1/dev"; mount -t proc proc "$1/proc"; exec chroot "$1" timeout 20 sh -c "$2"';
  const args = [`--target=${started.pid}`, "--net", "unshare", "--mount", "sh", "-ec", enter, "sh", clients, sh];
  const { stdout, stderr } = await capture("nsenter", args, { env: { HOME: "/root", LANG: "C.UTF-8" } });
  return new RegExp(answer, "u").test(stdout) ? "right" : { wrong: `${stdout}${stderr}`.slice(0, 2000) };
}

function tail(started: Started): string {
  return `${started.stdout().slice(-3000)}\n${started.stderr().slice(-3000)}`.trim();
}
