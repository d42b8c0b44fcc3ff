import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { captureDocker } from "../../scripts/lib/docker.ts";
import type { Repository } from "./list.ts";

/** What became of a repository that was built by the first line of a spec alone. */
export interface Trial {
  readonly name: string;
  readonly kind: string;
  /** The last step that was reached: `told` is a build that says what it has to of what is missing. */
  readonly reached: "nothing" | "built" | "answered" | "told";
  readonly seconds: number;
  /** Bytes of the image's files. */
  readonly bytes?: number | undefined;
  /** Why it went no further. */
  readonly said: string;
}

export const trialSchema: z.ZodType<Trial> = z.object({
  name: z.string(),
  kind: z.string(),
  reached: z.enum(["nothing", "built", "answered", "told"]),
  seconds: z.number(),
  bytes: z.number().optional(),
  said: z.string(),
});

const inspectSchema = z.tuple([
  z.looseObject({
    Config: z.looseObject({ ExposedPorts: z.record(z.string(), z.unknown()).nullish() }),
    State: z.looseObject({ Running: z.boolean(), ExitCode: z.number() }),
    NetworkSettings: z.looseObject({
      Networks: z.record(z.string(), z.looseObject({ IPAddress: z.string() })),
    }),
  }),
]);

/** Builds a repository with a spec of its first line, starts the image with a read-only root, and asks it. */
export async function tryRepository(
  repository: Repository,
  { folder, frontend }: { readonly folder: string; readonly frontend: string },
): Promise<Trial> {
  const { name, kind, says } = repository;
  const tag = `pith-repositories/${name}`;
  const begun = Date.now();
  const built = await captureDocker(
    ["build", "--progress=plain", "--network=host", ...trust(), "--tag", tag, "--file", "-", join(folder, name)],
    { input: `# syntax=${frontend}\n`, env: { BUILDX_NO_DEFAULT_ATTESTATIONS: "1" } },
  );
  const seconds = Math.round((Date.now() - begun) / 1000);
  const common = { name, kind, seconds };
  if (built.code !== 0) {
    const isMeant = says !== undefined && (built.stderr.trim().split("\n").findLast(isFailure) ?? "").includes(says);
    return {
      ...common,
      reached: isMeant ? "told" : "nothing",
      bytes: undefined,
      said: endOf(`${built.stdout}${built.stderr}`),
    };
  }
  const bytes = await imageBytes(tag);
  try {
    if (says !== undefined && built.stderr.includes(says)) return { ...common, reached: "told", bytes, said: "" };
    const problem = says === undefined ? await askImage(repository, tag) : `it builds, and had to say ${says}`;
    return { ...common, reached: problem === undefined ? "answered" : "built", bytes, said: problem ?? "" };
  } finally {
    await captureDocker(["rm", "--force", "--volumes", `trial-${name}`]);
    await captureDocker(["rmi", "--force", tag]);
  }
}

/** On a machine whose clients are told what to trust, so are the builds. */
function trust(): readonly string[] {
  const file = process.env["SSL_CERT_FILE"] ?? "";
  return file === "" ? [] : ["--secret", `id=certificates,src=${file}`, "--build-arg", "CERTIFICATES=certificates"];
}

/** The line with the reason of a failed build; the steps before it may have said anything. */
function isFailure(line: string): boolean {
  return line.startsWith("ERROR: ");
}

function endOf(text: string): string {
  const lines = text
    .trim()
    .split("\n")
    .filter((line) => !/^(?:#\d+ (?:CACHED|DONE)|---+)/u.test(line));
  return lines.slice(-25).join("\n");
}

/** Bytes of the files of an image's layers. */
export async function imageBytes(tag: string): Promise<number> {
  const { stdout } = await captureDocker(["history", "--human=false", "--format", "{{.Size}}", tag]);
  return stdout
    .trim()
    .split("\n")
    .reduce((sum, line) => sum + Number(line), 0);
}

/** Starts an image and waits for its answer; returns what is wrong with it. */
export async function askImage(
  { name, path, has, headers, prints, env }: Repository,
  tag: string,
): Promise<string | undefined> {
  const container = `trial-${name}`;
  await captureDocker(["rm", "--force", container]);
  const options = ["--detach", "--name", container, "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL"];
  const variables = Object.entries(env).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
  const started = await captureDocker(["run", ...options, ...variables, tag]);
  if (started.code !== 0) return `it does not start: ${started.stderr.trim()}`;
  let last = "";
  for (let tries = 0; tries < 60; tries += 1) {
    await delay(500);
    const { stdout } = await captureDocker(["inspect", container]);
    const [{ Config, State, NetworkSettings }] = inspectSchema.parse(JSON.parse(stdout));
    const logs = await captureDocker(["logs", container]);
    const text = `${logs.stdout}${logs.stderr}`;
    if (prints !== undefined && text.includes(prints)) return undefined;
    if (!State.Running) return `it ended with ${String(State.ExitCode)}: ${endOf(text)}`;
    if (has === undefined) continue;
    const address = Object.values(NetworkSettings.Networks)[0]?.IPAddress ?? "";
    const [port = ""] = Object.keys(Config.ExposedPorts ?? {});
    if (port === "") return `it names no port: ${endOf(text)}`;
    last = `${await answerOf(`http://${address}:${port.split("/")[0] ?? ""}${path}`, headers, has)}\n${endOf(text)}`;
    if (last.startsWith("\n")) return undefined;
  }
  return last === "" ? "it printed nothing of what it has to" : last;
}

/** Empty where the answer is as it has to be. */
async function answerOf(url: string, headers: Readonly<Record<string, string>>, has: string): Promise<string> {
  try {
    const answer = await fetch(url, { headers, redirect: "follow", signal: AbortSignal.timeout(5000) });
    const text = await answer.text();
    if (answer.status >= 500 && !text.includes(has))
      return `it answers ${String(answer.status)}: ${text.slice(0, 500)}`;
    return text.includes(has) ? "" : `it answers ${String(answer.status)} without the words: ${text.slice(0, 300)}`;
  } catch (failure) {
    return `it does not answer: ${failure instanceof Error ? failure.message : String(failure)}`;
  }
}
