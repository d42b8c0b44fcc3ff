import { emptySettings, type ImageSettings } from "../formats/oci/image-config.ts";
import { compiledFiles } from "../runtimes/compiled.gen.ts";
import type { ManagerName, Spec } from "../spec/spec.ts";
import { managerFacts } from "./dependency-managers.ts";
import { lockNameOf } from "./lock.ts";
import { platformOf } from "./serverless/platforms.ts";

/** The user that an image runs as when nothing says otherwise. */
export const defaultUser = "nonroot";

/**
 * True when the base image's own entrypoint and command are taken: the spec names nothing to run, or it stands on a
 * stage of a Dockerfile and does not say how its interpreter starts. A stage says what it runs: an application, an
 * interpreter and programs of the spec are beside that.
 */
export function adoptsImage(spec: Spec): boolean {
  const { interpreter, app, binaries, image } = spec;
  if (isOfStage(spec)) return interpreter === undefined || (image.entrypoint === undefined && image.cmd === undefined);
  return interpreter === undefined && app === undefined && binaries.length === 0;
}

/** True where the process of the image is one of a Dockerfile's stage: that has environment, ports and volumes. */
export function isOfStage({ builders, interpreter, app, serverless }: Spec): boolean {
  if (builders["main"]?.from.kind !== "dockerfile" || serverless !== undefined) return false;
  return (interpreter?.from ?? "main") === "main" && ["main", "context"].includes(app?.from ?? "main");
}

/** The builder whose root the image's process sees. */
export function processBuilder(spec: Spec): string {
  const named = spec.interpreter?.from ?? (adoptsImage(spec) ? undefined : spec.binaries[0]?.from);
  if (named !== undefined) return named;
  return spec.app === undefined || spec.app.from === "context" ? "main" : spec.app.from;
}

/**
 * The settings of the image as far as the spec and an adopted image tell them; entrypoint and command may still be
 * empty, and PATH, user and defaults of the run-time come from the closure.
 */
export function planSettings(spec: Spec, base: ImageSettings, labels: Readonly<Record<string, string>>): ImageSettings {
  const stated = statedSettings(spec, base, labels);
  return spec.serverless === undefined ? stated : platformOf(spec.serverless).settings(spec, spec.serverless, stated);
}

function statedSettings(spec: Spec, base: ImageSettings, labels: Readonly<Record<string, string>>): ImageSettings {
  const { image } = spec;
  const start = adoptsImage(spec) ? base : emptySettings;
  const inherited = isOfStage(spec) ? base : start;
  const entrypoint = image.entrypoint ?? start.entrypoint;
  // As in a Dockerfile, a new entrypoint makes the inherited command meaningless.
  const cmd = image.cmd ?? (image.entrypoint === undefined ? start.cmd : []);
  const { healthcheck } = image;
  return {
    user: image.user ?? inherited.user ?? defaultUser,
    env: { ...inherited.env, ...image.env },
    entrypoint,
    cmd,
    workdir: image.workdir ?? start.workdir ?? (spec.app === undefined ? "/" : spec.app.dest),
    labels: { ...inherited.labels, ...image.labels, ...labels },
    ports: [...new Set([...inherited.ports, ...image.ports.map(withProtocol)])].sort(),
    volumes: [...new Set([...inherited.volumes, ...image.volumes])].sort(),
    stopSignal: image.stopSignal ?? inherited.stopSignal,
    healthcheck:
      healthcheck === undefined
        ? inherited.healthcheck
        : {
            // Which program asks a server is known when the closure is.
            test: healthcheck.probe.kind === "exec" ? ["CMD", ...healthcheck.probe.args] : [],
            ...(healthcheck.intervalNanoseconds === undefined
              ? {}
              : { intervalNanoseconds: healthcheck.intervalNanoseconds }),
            ...(healthcheck.timeoutNanoseconds === undefined
              ? {}
              : { timeoutNanoseconds: healthcheck.timeoutNanoseconds }),
            ...(healthcheck.startPeriodNanoseconds === undefined
              ? {}
              : { startPeriodNanoseconds: healthcheck.startPeriodNanoseconds }),
            ...(healthcheck.retries === undefined ? {} : { retries: healthcheck.retries }),
          },
  };
}

function withProtocol(port: string): string {
  return port.includes("/") ? port : `${port}/tcp`;
}

/** Names in the application's directory that no application needs in its image. */
export function notApplication(specName: string, manager: ManagerName | undefined): readonly string[] {
  return [
    specName,
    `${specName}.dockerignore`,
    lockNameOf(specName),
    ".dockerignore",
    ".git",
    ".gitignore",
    ...compiledFiles.flatMap(({ directories }) => directories.map((name) => `**/${name}`)),
    ...(manager === undefined ? [] : (managerFacts(manager)?.makes ?? [])),
  ];
}
