import type { Healthcheck, ImageSettings } from "../formats/oci/image-config.ts";
import type { Platform } from "../formats/oci/platform.ts";
import type { ClosureAnswer } from "../plan/closure-exchange.ts";
import { observedLabel } from "../plan/recording.ts";
import type { RequestPlan } from "../plan/request-plan.ts";
import type { Spec } from "../spec/spec.ts";
import { composeImageConfig, layerHistory } from "./compose-config.ts";

/** The settings of an image whose closure is known. */
export interface SettledImage {
  readonly settings: ImageSettings;
  readonly epochSeconds: number;
}

/** Settles an image by what was planned and what the resolver answered. */
export function settleImage(
  spec: Spec,
  { request, settings }: RequestPlan,
  { config }: Pick<ClosureAnswer, "config">,
): SettledImage {
  const { labels } = settings;
  const planned = { ...settings, labels: { ...observedLabel(request), ...labels } };
  return { settings: settleSettings(spec, planned, config), epochSeconds: request.epochSeconds };
}

/** The configuration of an image with layers of these names, lowest first. It has no DiffIDs yet. */
export function imageConfig(
  { settings, epochSeconds }: SettledImage,
  { platform, layers }: { readonly platform: Platform; readonly layers: readonly string[] },
): Uint8Array {
  return composeImageConfig({ platform, settings, epochSeconds, history: layerHistory(layers) });
}

/** Completes the settings with what only the files tell. A PATH that the spec sets stands. */
function settleSettings(spec: Spec, planned: ImageSettings, config: ClosureAnswer["config"]): ImageSettings {
  const { entrypoint, cmd, user, path, env } = config;
  const healthcheck = settleHealthcheck(planned.healthcheck, config.healthcheck);
  const ownPath = spec.image.env["PATH"] === undefined ? { PATH: path } : {};
  return { ...planned, entrypoint, cmd, user, healthcheck, env: { PATH: path, ...env, ...planned.env, ...ownPath } };
}

/** The planned check, run as the closure says. */
function settleHealthcheck(
  planned: Healthcheck | undefined,
  argv: readonly string[] | undefined,
): Healthcheck | undefined {
  return planned === undefined || argv === undefined ? planned : { ...planned, test: ["CMD", ...argv] };
}
