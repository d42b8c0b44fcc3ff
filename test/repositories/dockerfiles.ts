import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parse } from "yaml";
import { z } from "zod";
import { capture } from "../../scripts/lib/command.ts";
import { captureDocker } from "../../scripts/lib/docker.ts";
import { projectFolder, say } from "../../scripts/lib/project.ts";
import { imageBytes } from "./trial.ts";

/** A Dockerfile with its context, and how its image is asked. */
export interface DockerfileCase {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** The port of a server; absent: the image runs to its end, and its output is the answer. */
  readonly port?: number | undefined;
  readonly ask: readonly string[];
  /** Lines of an answer with this text differ each time. */
  readonly varies?: string | undefined;
  /** Further options of `docker run`. */
  readonly options: readonly string[];
}

const listSchema = z.record(
  z.string(),
  z.strictObject({
    files: z.record(z.string(), z.string()),
    port: z.number().optional(),
    ask: z.array(z.string()).default([]),
    varies: z.string().optional(),
    options: z.array(z.string()).default([]),
  }),
);

/** All Dockerfiles of the lists, by name. */
export function dockerfileCases(): readonly DockerfileCase[] {
  const folder = join(import.meta.dirname, "dockerfiles");
  const found = readdirSync(folder).flatMap((file) =>
    Object.entries(listSchema.parse(parse(readFileSync(join(folder, file), "utf8")))),
  );
  return found.map(([name, rest]) => ({ name, ...rest })).sort((left, right) => (left.name < right.name ? -1 : 1));
}

/** Questions to a server that does not answer yet, two each second. */
const mostTries = 120;

/** How an image of a Dockerfile was made, and what came of it. */
interface Way {
  /** `same`: its answers are those of the Dockerfile's own image. */
  readonly outcome: "same" | "differs" | "no image" | "own image fails";
  /** True where a first image did not start as it has to, and the build named the line that was added. */
  readonly isWithNamedLine: boolean;
  readonly bytes?: number | undefined;
  readonly said: string;
}

export interface DockerfileTrial {
  readonly name: string;
  readonly ownBytes?: number | undefined;
  readonly adopted: Way;
  readonly migrated: Way;
}

interface Answers {
  readonly texts: readonly string[];
  readonly log: string;
}

/** Builds a Dockerfile by the engine alone, adopted and migrated, and compares the answers of the three images. */
export async function tryDockerfile(
  one: DockerfileCase,
  { folder, frontend }: { readonly folder: string; readonly frontend: string },
): Promise<DockerfileTrial> {
  const context = join(folder, one.name);
  rmSync(context, { recursive: true, force: true });
  for (const [path, text] of Object.entries(one.files)) {
    mkdirSync(dirname(join(context, path)), { recursive: true });
    writeFileSync(join(context, path), text);
  }
  const tag = `pith-dockerfiles/${one.name}`;
  const own = await build(context, { file: "Dockerfile", tag: `${tag}:own` });
  const wanted = own.code === 0 ? await answersOf(one, `${tag}:own`) : undefined;
  if (wanted === undefined || wanted.texts.some((text) => /^(?:exit [^0]|no answer)/u.test(text))) {
    const said = endOf(wanted === undefined ? own.said : [...wanted.texts, wanted.log].join("\n"));
    const failed: Way = { outcome: "own image fails", isWithNamedLine: false, said };
    return { name: one.name, adopted: failed, migrated: failed };
  }
  const ownBytes = await imageBytes(`${tag}:own`);
  const adoption = `# syntax=${frontend}\nfrom: {dockerfile: Dockerfile}\n`;
  const adopted = await tryWay(one, { context, tag: `${tag}:adopted`, spec: adoption, wanted });
  const migratedFolder = join(folder, `${one.name}-migrated`);
  rmSync(migratedFolder, { recursive: true, force: true });
  cpSync(context, migratedFolder, { recursive: true });
  rmSync(join(migratedFolder, "pith.yaml"), { force: true });
  const cli = join(projectFolder, "dist/cli.js");
  const args = ["init", "--from", "Dockerfile", "--print", "--syntax", frontend, migratedFolder];
  const written = await capture(process.execPath, [cli, ...args]);
  const migrated: Way =
    written.code === 0
      ? await tryWay(one, { context: migratedFolder, tag: `${tag}:migrated`, spec: written.stdout, wanted })
      : { outcome: "no image", isWithNamedLine: false, said: endOf(written.stderr) };
  await captureDocker(["rmi", "--force", `${tag}:own`, `${tag}:adopted`, `${tag}:migrated`]);
  return { name: one.name, ownBytes, adopted, migrated };
}

async function tryWay(
  one: DockerfileCase,
  {
    context,
    tag,
    spec,
    wanted,
  }: { readonly context: string; readonly tag: string; readonly spec: string; readonly wanted: Answers },
  isWithNamedLine = false,
): Promise<Way> {
  writeFileSync(join(context, "pith.yaml"), spec);
  const { code, said } = await build(context, { file: "pith.yaml", tag });
  // The image's user is not root where the Dockerfile sets none: the build says so where the program needs it, and
  // one of the lines that it offers is `user: root`.
  const needsRoot = said.includes("START_DENIED");
  if (needsRoot && !isWithNamedLine && !/^user:/mu.test(spec)) {
    return tryWay(one, { context, tag, spec: `${spec}user: root\n`, wanted }, true);
  }
  if (code !== 0) return { outcome: "no image", isWithNamedLine, said: endOf(said) };
  const bytes = await imageBytes(tag);
  const found = await answersOf(one, tag);
  const differing = found.texts.flatMap((text, at) =>
    text === wanted.texts[at] ? [] : [`expected ${wanted.texts[at] ?? ""}\nreceived ${text}`],
  );
  if (differing.length === 0) return { outcome: "same", isWithNamedLine, bytes, said: "" };
  const warnings = said.split("\n").filter((line) => /\b[A-Z]+_[A-Z_]+: /u.test(line));
  const report = [...differing.map((text) => text.slice(0, 1500)), endOf(found.log), ...warnings.slice(-12)];
  return { outcome: "differs", isWithNamedLine, bytes, said: report.join("\n") };
}

async function build(
  context: string,
  { file, tag }: { readonly file: string; readonly tag: string },
): Promise<{ readonly code: number; readonly said: string }> {
  const args = ["build", "--progress=plain", "--network=host", "--tag", tag, "--file", join(context, file), context];
  const { code, stdout, stderr } = await captureDocker(args, { env: { BUILDX_NO_DEFAULT_ATTESTATIONS: "1" } });
  return { code, said: `${stdout}${stderr}` };
}

function endOf(text: string): string {
  return text.trim().split("\n").slice(-25).join("\n");
}

/** What an image answers: its output and exit code, or the status and body of each question. */
async function answersOf({ name, port, ask, varies, options }: DockerfileCase, tag: string): Promise<Answers> {
  if (port === undefined) {
    const { code, stdout, stderr } = await captureDocker(["run", "--rm", ...options, tag]);
    return { texts: [`exit ${String(code)}\n${stdout}`], log: stderr };
  }
  const container = `dockerfile-${name}`;
  await captureDocker(["rm", "--force", "--volumes", container]);
  const started = await captureDocker(["run", "--detach", "--name", container, ...options, tag]);
  if (started.code !== 0) return { texts: ["no answer"], log: started.stderr };
  try {
    const format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
    const { stdout } = await captureDocker(["inspect", "--format", format, container]);
    const texts: string[] = [];
    const question = { origin: `http://${stdout.trim()}:${String(port)}`, container, varies };
    for (const path of ask) texts.push(await answerOf(path, question));
    const logs = await captureDocker(["logs", container]);
    return { texts, log: `${logs.stdout}${logs.stderr}` };
  } finally {
    await captureDocker(["rm", "--force", "--volumes", container]);
  }
}

interface Question {
  readonly origin: string;
  readonly container: string;
  /** Lines with this text are left out. */
  readonly varies: string | undefined;
}

async function answerOf(path: string, { origin, container, varies }: Question): Promise<string> {
  for (let tries = 0; ; tries += 1) {
    try {
      const answer = await fetch(`${origin}${path}`, { redirect: "manual", signal: AbortSignal.timeout(20_000) });
      const lines = (await answer.text()).replaceAll(origin, "").split("\n");
      const kept = lines.filter((line) => varies === undefined || !line.includes(varies));
      // A server behind another one may not listen yet.
      if (answer.status !== 502 || tries > mostTries) return `${String(answer.status)}\n${kept.join("\n")}`;
    } catch (failure) {
      const { stdout } = await captureDocker(["inspect", "--format", "{{.State.Running}}", container]);
      const reason = failure instanceof Error ? failure.message : String(failure);
      if (stdout.trim() !== "true" || tries > mostTries) return `no answer: ${reason}`;
    }
    await delay(500);
  }
}

/** One line for a trial, and why a way of it failed. */
export function sayTrial({ name, ownBytes, adopted, migrated }: DockerfileTrial): void {
  const megabytes = (bytes: number | undefined): string =>
    bytes === undefined ? "" : ` ${(bytes / 1e6).toFixed(1)} MB`;
  const way = ({ outcome, bytes, isWithNamedLine }: Way): string =>
    `${outcome}${megabytes(bytes)}${isWithNamedLine ? " with user: root" : ""}`;
  say(`${name}:${megabytes(ownBytes)}; adopted ${way(adopted)}; migrated ${way(migrated)}`);
  for (const { outcome, said } of [adopted, migrated]) if (outcome !== "same") say(said.replaceAll(/^/gmu, "    "));
}
