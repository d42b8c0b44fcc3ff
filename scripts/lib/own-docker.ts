import { spawn } from "node:child_process";
import { cannotRun, capture, isInstalled } from "./command.ts";
import { follow, stayIfInterrupted } from "./interruption.ts";

/** A Docker that is there already, whose images and settings are somebody's own. */
export interface OwnDocker {
  readonly dockerHost: string;
  /** For each command on it: Docker's own builder, whatever builder is chosen for other work. It sees local images. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The Docker that `docker` reaches by itself, or why there is none to use. */
export type FoundDocker = { readonly docker: OwnDocker } | { readonly reason: string };

export interface Patience {
  /** How long a program may be silent before it is taken for one that will not answer. */
  readonly seconds: number;
}

/** Looks for a Docker that builds with BuildKit. `environment` is added to that of this process. */
export async function findDocker(
  environment: Readonly<Record<string, string>> = {},
  { seconds }: Patience = { seconds: 15 },
): Promise<FoundDocker> {
  const ask = async (...args: readonly string[]): Promise<string | undefined> => {
    const answer = await capture("docker", args, { env: environment });
    return answer.code === 0 && answer.stdout.trim() !== "" ? answer.stdout.trim() : undefined;
  };
  if (!(await isInstalled("docker", ["--version"], environment))) return { reason: "no program `docker` is installed" };
  const endpoint = await ask("context", "inspect", "--format", "{{.Endpoints.docker.Host}}");
  const dockerHost = endpoint ?? process.env["DOCKER_HOST"] ?? "unix:///var/run/docker.sock";
  const signal = AbortSignal.timeout(seconds * 1000);
  try {
    const found = await capture("docker", ["info", "--format", "{{.ServerVersion}}"], { env: environment, signal });
    // Some clients end with 0 and an empty version when no engine answers.
    if (found.code !== 0 || !/^\d/u.test(found.stdout)) {
      const isRefused = /permission denied/iu.test(`${found.stdout}${found.stderr}`);
      return {
        reason: isRefused
          ? `this user may not use the Docker at ${dockerHost}; members of the group "docker" and root may`
          : `no Docker answers at ${dockerHost}`,
      };
    }
  } catch (failure) {
    if (!signal.aborted) throw failure;
    return { reason: `the Docker at ${dockerHost} does not answer within ${String(seconds)} s` };
  }
  if ((await ask("buildx", "version")) === undefined) {
    return { reason: "the program `docker` cannot build with BuildKit: its plugin buildx is not installed" };
  }
  return { docker: { dockerHost, environment: { BUILDX_BUILDER: (await ask("context", "show")) ?? "default" } } };
}

/**
 * The images that an engine does not have and cannot pull, each with the reason. Those that it can pull are then there,
 * so that a build asks no registry again.
 */
export async function unobtainable(
  names: readonly string[],
  environment: Readonly<Record<string, string>>,
  patience: Patience = { seconds: 20 },
): Promise<ReadonlyMap<string, string>> {
  const asked = await Promise.all(
    names.map(async (name) => {
      const found = await capture("docker", ["image", "inspect", "--format", "{{.Id}}", name], { env: environment });
      return [name, found.code === 0 ? undefined : await whyNotPulled(name, environment, patience)] as const;
    }),
  );
  return new Map(asked.flatMap(([name, reason]) => (reason === undefined ? [] : [[name, reason] as const])));
}

/** A layer may take its time after the registry has answered. */
const longerThanAnswer = 15;

/**
 * Pulls an image: undefined, or why that failed. The engine asks, by its own mirrors and proxies. Each line that the
 * client prints shows that something goes on.
 */
async function whyNotPulled(
  name: string,
  environment: Readonly<Record<string, string>>,
  { seconds }: Patience,
): Promise<string | undefined> {
  await stayIfInterrupted();
  const reason = await new Promise<string | undefined>((resolve, reject) => {
    const env = { ...process.env, ...environment };
    const child = spawn("docker", ["pull", name], { stdio: ["ignore", "pipe", "pipe"], env });
    follow(child);
    let said = "";
    let timer = setTimeout(() => child.kill(), seconds * 1000);
    let isSilent = true;
    child.stdout.on("data", () => {
      isSilent = false;
      clearTimeout(timer);
      timer = setTimeout(() => child.kill(), seconds * 1000 * longerThanAnswer);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.once("error", (failure) => reject(cannotRun("docker", failure)));
    child.once("close", (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(undefined);
      else if (signal === null) resolve(shortReason(said));
      else resolve(isSilent ? `no answer within ${String(seconds)} s` : "the registry stopped answering");
    });
  });
  await stayIfInterrupted();
  return reason;
}

/** The reason at the end of what the engine says, without the requests that led there. */
function shortReason(said: string): string {
  const line = said.trim().split("\n").at(-1) ?? "";
  let text = line.replace(/^Error response from daemon: /u, "");
  while (request.test(text)) text = text.replace(request, "");
  return text.length > 160 ? `${text.slice(0, 160)}...` : text;
}

const request = /^(?:failed to (?:[^:"]|"[^"]*")*|(?:Get|Head) "[^"]*"): /u;
