import { setTimeout as delay } from "node:timers/promises";
import { captureDocker } from "../../scripts/lib/docker.ts";
import { dockerOutput } from "./engine.ts";
import { type Outcome, type RuntimeApi, startRuntimeApi } from "./runtime-api.ts";

/**
 * How AWS Lambda runs an image: as a user that the image does not know, nothing to write to but /tmp, no capabilities.
 */
const asLambda: readonly string[] = [
  "--read-only",
  "--tmpfs=/tmp",
  "--cap-drop=ALL",
  "--security-opt=no-new-privileges",
  "--user=993:990",
];

/** Variables that the platform sets in every function. */
const platformVariables: Readonly<Record<string, string>> = {
  AWS_LAMBDA_FUNCTION_NAME: "tested",
  AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
  AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/tested",
  AWS_LAMBDA_LOG_STREAM_NAME: "2026/01/01/[$LATEST]0",
  AWS_REGION: "us-east-1",
  TZ: ":UTC",
};

/** A function with the Runtime API that serves it, both on loopback. */
export interface LambdaFunction extends AsyncDisposable {
  readonly api: RuntimeApi;
  invoke(event: unknown, timeoutMilliseconds?: number): Promise<Outcome>;
  /** Kills the process and starts another one, as the platform does after a timeout. */
  restart(): Promise<void>;
  /** The exit code, once the process ends by itself. */
  ended(): Promise<number>;
  logs(): Promise<string>;
}

/** Starts an image as a function. `handler` overrides the image's own, as the platform's configuration can. */
export async function startFunction(image: string, handler?: string): Promise<LambdaFunction> {
  const api = await startRuntimeApi();
  const variables = {
    ...platformVariables,
    AWS_LAMBDA_RUNTIME_API: api.address,
    ...(handler === undefined ? {} : { _HANDLER: handler }),
  };
  const env = Object.entries(variables).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
  const command = handler === undefined ? [] : [handler];
  // The Runtime API is on this machine's loopback, so the function has to be in its network.
  const start = async (): Promise<string> =>
    dockerOutput(["run", "--detach", "--network=host", ...asLambda, ...env, image, ...command]);
  let id = await start();
  const remove = async (): Promise<void> => {
    await captureDocker(["rm", "--force", "--volumes", id]);
  };
  const logs = async (): Promise<string> => {
    const { stdout, stderr } = await captureDocker(["logs", "--tail", "40", id]);
    return `${stdout}${stderr}`;
  };
  return {
    api,
    async invoke(event, timeoutMilliseconds) {
      const outcome = api.invoke(JSON.stringify(event), timeoutMilliseconds);
      const first = await Promise.race([outcome, delay(30_000, "silent" as const, { ref: false })]);
      if (first === "silent") throw new Error(`cannot get an answer from ${image}:\n${await logs()}`);
      return first;
    },
    async restart() {
      await remove();
      id = await start();
    },
    ended: async () => Number(await dockerOutput(["wait", id])),
    logs,
    async [Symbol.asyncDispose]() {
      await remove();
      await api.close();
    },
  };
}

/** An outcome with its body as a value. */
export function parsed(outcome: Outcome): unknown {
  return outcome.kind === "timeout" ? outcome : { ...outcome, body: JSON.parse(outcome.body) as unknown };
}
