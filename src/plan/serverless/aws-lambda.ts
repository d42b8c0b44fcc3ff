import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { ImageSettings } from "../../formats/oci/image-config.ts";
import type { ServerlessSpec, Spec } from "../../spec/spec.ts";
import { type FunctionStart, ignored, type ServerlessPlatform } from "./platform.ts";

/**
 * AWS Lambda with images (its Developer Guide: container images, Runtime API). The image starts a client of the Runtime
 * API; the root is read-only but for /tmp, the user is Lambda's own, and only entrypoint, command, working directory
 * and variables count.
 */
export const awsLambda: ServerlessPlatform = {
  name: "aws-lambda",
  architectures: ["amd64", "arm64"],
  refusesIndex: true,
  hasOwnUser: true,
  start,
  settings,
  check,
};

function start(spec: Spec, { handler }: ServerlessSpec): FunctionStart {
  const cmd = handler === undefined ? [] : [handler];
  const bootstrap = bootstrapOf(spec);
  if (bootstrap !== undefined) return { kind: "program", entrypoint: [bootstrap], cmd };
  if (spec.interpreter !== undefined && handler !== undefined) return { kind: "client", handler };
  return { kind: "own" };
}

/**
 * A program called `bootstrap` is a run-time of its own, as in the platform's archives; a lone program is one by any
 * name.
 */
function bootstrapOf({ binaries, interpreter, app }: Spec): string | undefined {
  const programs = binaries.map(({ path, as }) => as ?? path);
  const named = programs.find((path) => /(?:^|\/)bootstrap$/u.test(path));
  if (named !== undefined || interpreter !== undefined) return named;
  return programs[0] ?? (app === undefined ? undefined : `${app.dest}/bootstrap`);
}

// The clients read these; the platform sets its own values over them. The command can be changed for each function.
function settings(spec: Spec, serverless: ServerlessSpec, given: ImageSettings): ImageSettings {
  const { handler } = serverless;
  const own = { LAMBDA_TASK_ROOT: given.workdir ?? "/", ...(handler === undefined ? {} : { _HANDLER: handler }) };
  const env = { ...own, ...given.env };
  const chosen = start(spec, serverless);
  if (chosen.kind === "client") return { ...given, env, entrypoint: [], cmd: [] };
  if (chosen.kind === "program") return { ...given, env, entrypoint: chosen.entrypoint, cmd: chosen.cmd };
  return { ...given, env, cmd: handler === undefined ? given.cmd : [handler] };
}

function check({ image }: Spec): readonly Diagnostic[] {
  const hint = "leave it out of the function's image";
  const found: Diagnostic[] = [];
  const add = (key: string, why: string): void => {
    found.push(ignored("aws-lambda", { pointer: `/image/${key}`, why, hint }));
  };
  if (image.user !== undefined) add("user", "functions run as a user of its own");
  if (image.stopSignal !== undefined) add("stopSignal", "it ends the process itself");
  if (image.healthcheck !== undefined) add("healthcheck", "it asks the Runtime API's client alone");
  if (image.volumes.length > 0) add("volumes", "nothing but /tmp can be written");
  return found;
}
