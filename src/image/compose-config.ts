import type { Healthcheck, ImageSettings } from "../formats/oci/image-config.ts";
import type { Platform } from "../formats/oci/platform.ts";

/** One line of the image's history. */
export interface HistoryLine {
  readonly createdBy: string;
}

/**
 * Writes an image configuration (image-spec v1.1 config.md, with Docker's `Healthcheck`) as JSON bytes. Keys are in a
 * fixed order and times are `epochSeconds`, so that the same settings give the same bytes. There is one history line a
 * layer.
 */
export function composeImageConfig(options: {
  readonly platform: Platform;
  readonly settings: ImageSettings;
  readonly epochSeconds: number;
  readonly history: readonly HistoryLine[];
}): Uint8Array {
  const { platform, settings, history } = options;
  const created = new Date(options.epochSeconds * 1000).toISOString().replace(".000Z", "Z");
  const config = {
    architecture: platform.architecture,
    ...(platform.variant === undefined ? {} : { variant: platform.variant }),
    os: platform.os,
    created,
    config: {
      ...optional("User", settings.user),
      ...optionalSet("ExposedPorts", settings.ports),
      ...optionalList(
        "Env",
        Object.entries(settings.env).map(([name, value]) => `${name}=${value}`),
      ),
      ...optionalList("Entrypoint", settings.entrypoint),
      ...optionalList("Cmd", settings.cmd),
      ...optionalSet("Volumes", settings.volumes),
      WorkingDir: settings.workdir ?? "/",
      ...(Object.keys(settings.labels).length === 0 ? {} : { Labels: sortKeys(settings.labels) }),
      ...optional("StopSignal", settings.stopSignal),
      ...(settings.healthcheck === undefined ? {} : { Healthcheck: toDockerHealthcheck(settings.healthcheck) }),
    },
    rootfs: { type: "layers", diff_ids: [] },
    history: history.map((line) => ({ created, created_by: line.createdBy, comment: "pith" })),
  };
  return new TextEncoder().encode(JSON.stringify(config));
}

/** The history of an image whose layers have these names. */
export function layerHistory(names: readonly string[]): readonly HistoryLine[] {
  return names.map((name) => ({ createdBy: `pith: layer ${name}` }));
}

function optional(key: string, value: string | undefined): Readonly<Record<string, string>> {
  return value === undefined ? {} : { [key]: value };
}

function optionalList(key: string, values: readonly string[]): Readonly<Record<string, readonly string[]>> {
  return values.length === 0 ? {} : { [key]: values };
}

function optionalSet(
  key: string,
  names: readonly string[],
): Readonly<Record<string, Readonly<Record<string, object>>>> {
  return names.length === 0 ? {} : { [key]: Object.fromEntries([...names].sort().map((name) => [name, {}])) };
}

function sortKeys(map: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(map).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function toDockerHealthcheck(check: Healthcheck): Readonly<Record<string, unknown>> {
  return {
    Test: check.test,
    ...(check.intervalNanoseconds === undefined ? {} : { Interval: check.intervalNanoseconds }),
    ...(check.timeoutNanoseconds === undefined ? {} : { Timeout: check.timeoutNanoseconds }),
    ...(check.startPeriodNanoseconds === undefined ? {} : { StartPeriod: check.startPeriodNanoseconds }),
    ...(check.retries === undefined ? {} : { Retries: check.retries }),
  };
}
