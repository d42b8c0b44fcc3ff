import { z } from "zod";

const stringMap = z.record(z.string(), z.string());
const emptyObjectMap = z.record(z.string(), z.looseObject({}));

const healthcheckSchema = z.looseObject({
  Test: z.array(z.string()).nullish(),
  Interval: z.number().nullish(),
  Timeout: z.number().nullish(),
  StartPeriod: z.number().nullish(),
  Retries: z.number().nullish(),
});

/** The part of an image's configuration that Pith reads (image-spec v1.1 config.md, and Docker's additions). */
const imageConfigSchema = z.looseObject({
  architecture: z.string().optional(),
  os: z.string().optional(),
  variant: z.string().optional(),
  config: z
    .looseObject({
      User: z.string().nullish(),
      Env: z.array(z.string()).nullish(),
      Entrypoint: z.array(z.string()).nullish(),
      Cmd: z.array(z.string()).nullish(),
      WorkingDir: z.string().nullish(),
      Labels: stringMap.nullish(),
      ExposedPorts: emptyObjectMap.nullish(),
      Volumes: emptyObjectMap.nullish(),
      StopSignal: z.string().nullish(),
      Healthcheck: healthcheckSchema.nullish(),
    })
    .nullish(),
});

export interface Healthcheck {
  /** `CMD`, `CMD-SHELL` or `NONE`, then the arguments. */
  readonly test: readonly string[];
  readonly intervalNanoseconds?: number;
  readonly timeoutNanoseconds?: number;
  readonly startPeriodNanoseconds?: number;
  readonly retries?: number;
}

/** Image settings as values: absent lists are empty, absent texts undefined. */
export interface ImageSettings {
  readonly user: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly workdir: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly stopSignal: string | undefined;
  readonly healthcheck: Healthcheck | undefined;
}

export const emptySettings: ImageSettings = {
  user: undefined,
  env: {},
  entrypoint: [],
  cmd: [],
  workdir: undefined,
  labels: {},
  ports: [],
  volumes: [],
  stopSignal: undefined,
  healthcheck: undefined,
};

/** Parses an image config; undefined when the bytes are no image config. */
export function parseImageConfig(bytes: Uint8Array): ImageSettings | undefined {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
  const parsed = imageConfigSchema.safeParse(json);
  if (!parsed.success) return undefined;
  const config = parsed.data.config ?? {};
  return {
    user: nonEmpty(config.User),
    env: parseEnv(config.Env ?? []),
    entrypoint: config.Entrypoint ?? [],
    cmd: config.Cmd ?? [],
    workdir: nonEmpty(config.WorkingDir),
    labels: config.Labels ?? {},
    ports: Object.keys(config.ExposedPorts ?? {}),
    volumes: Object.keys(config.Volumes ?? {}),
    stopSignal: nonEmpty(config.StopSignal),
    healthcheck: parseHealthcheck(config.Healthcheck),
  };
}

/** Splits `NAME=value` texts; one without `=` has an empty value; the last of a name wins. */
export function parseEnv(texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const split = text.indexOf("=");
      return split === -1 ? [text, ""] : [text.slice(0, split), text.slice(split + 1)];
    }),
  );
}

export function formatEnv(env: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(env).map(([name, value]) => `${name}=${value}`);
}

function nonEmpty(text: string | null | undefined): string | undefined {
  return text === null || text === "" ? undefined : text;
}

function parseHealthcheck(found: z.infer<typeof healthcheckSchema> | null | undefined): Healthcheck | undefined {
  if (found?.Test === undefined || found.Test === null || found.Test.length === 0) return undefined;
  return {
    test: found.Test,
    ...(typeof found.Interval === "number" ? { intervalNanoseconds: found.Interval } : {}),
    ...(typeof found.Timeout === "number" ? { timeoutNanoseconds: found.Timeout } : {}),
    ...(typeof found.StartPeriod === "number" ? { startPeriodNanoseconds: found.StartPeriod } : {}),
    ...(typeof found.Retries === "number" ? { retries: found.Retries } : {}),
  };
}
