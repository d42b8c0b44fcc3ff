import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { capture, output } from "../../scripts/lib/command.ts";
import { captureDocker } from "../../scripts/lib/docker.ts";
import { answers, type CorpusProgram, type CorpusRun, type CorpusServer, type Question } from "./corpus.ts";
import { askInside } from "./questions.ts";

/** How programs of the corpus run: no network but loopback, nothing to write to, no capabilities. */
const confined = ["--read-only", "--network=none", "--cap-drop=ALL", "--security-opt=no-new-privileges"];

/** Stands between the engine and the image's command, which it is given as the last of its arguments. */
export interface Wrapper {
  /** Options of `docker run`. */
  readonly docker: readonly string[];
  readonly entrypoint: string;
  readonly args: readonly string[];
}

/** Runs an image of a program in all the ways that it knows; answers what went wrong, in words. */
export async function failuresOf(program: CorpusProgram, image: string, wrapper?: Wrapper): Promise<readonly string[]> {
  const failures: string[] = [];
  for (const run of program.runs) failures.push(...(await failuresOfRun(run, image, wrapper)));
  if (program.server !== undefined) failures.push(...(await failuresOfServer(program.server, image, wrapper)));
  return failures;
}

/** The image with its options before it and its arguments after it. */
async function runArguments(
  { docker, entrypoint, args }: Pick<CorpusRun, "docker" | "entrypoint" | "args">,
  image: string,
  wrapper: Wrapper | undefined,
): Promise<readonly string[]> {
  if (wrapper === undefined) {
    return [...docker, ...(entrypoint === undefined ? [] : [`--entrypoint=${entrypoint}`]), image, ...args];
  }
  const config = await imageCommand(image);
  const program = entrypoint === undefined ? config.entrypoint : [entrypoint];
  const rest = args.length === 0 && entrypoint === undefined ? config.cmd : args;
  return [
    ...docker,
    ...wrapper.docker,
    `--entrypoint=${wrapper.entrypoint}`,
    image,
    ...wrapper.args,
    ...program,
    ...rest,
  ];
}

const commandSchema = z.looseObject({
  Entrypoint: z.array(z.string()).nullish(),
  Cmd: z.array(z.string()).nullish(),
  WorkingDir: z.string().default(""),
});

/** The program that an image starts, and its directory. */
export async function imageCommand(image: string): Promise<{
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly workdir: string;
}> {
  const text = await output("docker", ["image", "inspect", "--format", "{{json .Config}}", image]);
  const { Entrypoint, Cmd, WorkingDir } = commandSchema.parse(JSON.parse(text));
  return { entrypoint: Entrypoint ?? [], cmd: Cmd ?? [], workdir: WorkingDir === "" ? "/" : WorkingDir };
}

async function failuresOfRun(run: CorpusRun, image: string, wrapper: Wrapper | undefined): Promise<readonly string[]> {
  const { code, stdout, stderr } = await captureDocker(
    [
      "run",
      "--rm",
      ...(run.stdin === undefined ? [] : ["--interactive"]),
      ...confined,
      ...(await runArguments(run, image, wrapper)),
    ],
    run.stdin === undefined ? {} : { input: run.stdin },
  );
  const failures: string[] = [];
  if (code !== run.exit) failures.push(`ends with ${code} instead of ${run.exit}`);
  if (!answers(stdout, run.stdout)) failures.push(`prints what it should not, instead of ${run.stdout ?? ""}`);
  if (!answers(stderr, run.stderr)) failures.push(`complains otherwise than ${run.stderr ?? ""}`);
  return failures.length === 0 ? [] : [`${run.args.join(" ")}: ${failures.join("; ")}`, stdout, stderr];
}

async function failuresOfServer(
  server: CorpusServer,
  image: string,
  wrapper: Wrapper | undefined,
): Promise<readonly string[]> {
  const id = (
    await output("docker", ["run", "--detach", ...confined, ...(await runArguments(server, image, wrapper))])
  ).trim();
  const failures: string[] = [];
  try {
    for (const question of server.ask) {
      const failure = await askUntilAnswered(id, question);
      if (failure !== undefined) failures.push(failure);
    }
    if (failures.length > 0) {
      const logs = await capture("docker", ["logs", "--tail", "60", id]);
      failures.push(logs.stdout, logs.stderr);
    }
    return failures;
  } finally {
    await capture("docker", ["rm", "--force", "--volumes", id]);
  }
}

/** Asks until there is an answer that is right, for some time after the server has begun to answer at all. */
async function askUntilAnswered(id: string, question: Question): Promise<string | undefined> {
  let last = "no answer";
  let answered = 0;
  for (let attempt = 0; attempt < 200; attempt++) {
    const inspected = await output("docker", ["inspect", "--format", "{{.State.Running}} {{.State.Pid}}", id]);
    const [running, pid = "0"] = inspected.trim().split(" ");
    if (running !== "true") return `${JSON.stringify(question)}: the server ended`;
    const answer = await askInside(pid, question);
    if (answer !== undefined) {
      if (answer === "right") return undefined;
      last = answer.wrong;
      if (++answered > 10) break;
    }
    await delay(200);
  }
  return `${JSON.stringify(question)}: ${last}`;
}
