import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Box, type Command, type Started, start } from "./box.ts";
import { answers, type CorpusProgram, type CorpusRun, type CorpusServer, type Question } from "./corpus.ts";
import { askInside } from "./questions.ts";
import type { UnpackedImage } from "./unpacked-image.ts";

/** How long a server may take to its first answer, and to each further one. */
const startMilliseconds = 60_000;
const answerMilliseconds = 10_000;

const runMilliseconds = 120_000;

/**
 * Runs the image of a program in a namespace, in all the ways that the program's file has; answers what went wrong, in
 * words.
 */
export async function failuresInBox(
  program: CorpusProgram,
  image: UnpackedImage,
  folder: string,
): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const [index, run] of program.runs.entries()) {
    failures.push(...(await failuresOfRun(run, image, join(folder, String(index)))));
  }
  if (program.server !== undefined) {
    failures.push(...(await failuresOfServer(program.server, image, join(folder, "server"))));
  }
  return failures;
}

async function failuresOfRun(run: CorpusRun, image: UnpackedImage, folder: string): Promise<readonly string[]> {
  const { box, command } = inBox(run, image, folder);
  const started = await start(box, command, run.stdin);
  const label = command.argv.join(" ").slice(0, 200);
  if (!(await started.waitFor(runMilliseconds))) {
    await started.stop();
    return [`${label}: does not end`, outputsOf(started)];
  }
  const failures: string[] = [];
  if (started.ended() !== run.exit) failures.push(`ends with ${String(started.ended())} instead of ${run.exit}`);
  if (!answers(started.stdout(), run.stdout)) failures.push(`prints something other than ${run.stdout ?? ""}`);
  if (!answers(started.stderr(), run.stderr)) failures.push(`complains otherwise than ${run.stderr ?? ""}`);
  return failures.length === 0 ? [] : [`${label}: ${failures.join("; ")}`, outputsOf(started)];
}

async function failuresOfServer(
  server: CorpusServer,
  image: UnpackedImage,
  folder: string,
): Promise<readonly string[]> {
  const { box, command } = inBox(server, image, folder);
  const started = await start(box, command);
  const failures: string[] = [];
  try {
    let milliseconds = startMilliseconds;
    for (const question of server.ask) {
      const failure = await askUntilAnswered(started, question, milliseconds);
      if (failure !== undefined) failures.push(`${JSON.stringify(question)}: ${failure}`);
      milliseconds = answerMilliseconds;
    }
    return failures.length === 0 ? [] : [...failures, outputsOf(started)];
  } finally {
    await started.stop();
  }
}

/** Asks until the answer is right, or until the server has answered otherwise ten times. */
async function askUntilAnswered(
  started: Started,
  question: Question,
  milliseconds: number,
): Promise<string | undefined> {
  const end = performance.now() + milliseconds;
  let last = "no answer";
  let answered = 0;
  do {
    if (started.ended() !== undefined) return `the server ended with ${String(started.ended())}`;
    const answer = await askInside(started.pid, question);
    if (answer === "right") return undefined;
    if (answer !== undefined) {
      last = answer.wrong;
      if (++answered > 10) break;
    }
    await delay(100);
  } while (performance.now() < end);
  return last;
}

/** The box and the command of a run, from the options of `docker run` that its program's file has. */
function inBox(
  run: Pick<CorpusRun, "docker" | "entrypoint" | "args">,
  image: UnpackedImage,
  folder: string,
): { readonly box: Box; readonly command: Command } {
  const { root, command, entrypointLength, volumes } = image;
  const options = readOptions(run.docker);
  const tmpfs = options.tmpfs.map((location) => location.split(":")[0]);
  const isWhole = run.entrypoint === undefined && run.args.length === 0;
  const entrypoint = run.entrypoint === undefined ? command.argv.slice(0, entrypointLength) : [run.entrypoint];
  const argv = isWhole ? command.argv : [...entrypoint, ...run.args];
  return {
    box: {
      root,
      folder,
      tmpfs: options.tmpfs,
      volumes: volumes.filter((location) => !tmpfs.includes(location)),
      capabilities: "none",
    },
    command: { ...command, argv, workdir: options.workdir ?? command.workdir },
  };
}

function readOptions(docker: readonly string[]): {
  readonly tmpfs: readonly string[];
  readonly workdir: string | undefined;
} {
  const tmpfs: string[] = [];
  let workdir: string | undefined;
  for (const option of docker) {
    const [, name, value] = /^--(tmpfs|workdir)=(.+)$/u.exec(option) ?? [];
    if (name === "tmpfs" && value !== undefined) tmpfs.push(value);
    else if (name === "workdir") workdir = value;
    else throw new Error(`cannot run a program with ${option} without an engine`);
  }
  return { tmpfs, workdir };
}

function outputsOf(started: Started): string {
  return `${started.stdout().slice(-3000)}\n${started.stderr().slice(-3000)}`.trim();
}
