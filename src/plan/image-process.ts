import { emptySettings, type ImageSettings } from "../formats/oci/image-config.ts";
import { compiledFiles } from "../runtimes/compiled.gen.ts";
import type { ManagerName, Spec } from "../spec/spec.ts";
import { managerFacts } from "./dependency-managers.ts";
import { lockNameOf } from "./lock.ts";
import { platformOf } from "./serverless/platforms.ts";

/** The user that an image runs as when nothing says otherwise. */
export const defaultUser = "nonroot";

/**
 * True when the spec names nothing to run, so that the base image's own entrypoint, command and settings are taken. A
 * stage of a Dockerfile says what it runs: programs under `binaries` are beside that.
 */
export function adoptsImage(spec: Spec): boolean {
  if (spec.interpreter !== undefined || spec.app !== undefined) return false;
  return spec.binaries.length === 0 || spec.builders["main"]?.from.kind === "dockerfile";
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
  const inherited = adoptsImage(spec) ? base : emptySettings;
  const entrypoint = image.entrypoint ?? inherited.entrypoint;
  // As in a Dockerfile, a new entrypoint makes the inherited command meaningless.
  const cmd = image.cmd ?? (image.entrypoint === undefined ? inherited.cmd : []);
  const { healthcheck } = image;
  return {
    user: image.user ?? inherited.user ?? defaultUser,
    env: { ...inherited.env, ...image.env },
    entrypoint,
    cmd,
    workdir: image.workdir ?? inherited.workdir ?? (spec.app === undefined ? "/" : spec.app.dest),
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
