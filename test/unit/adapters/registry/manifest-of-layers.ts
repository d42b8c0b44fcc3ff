import { describe as described, types } from "../../../support/registry/test-image.ts";

/** A manifest without layers, with what a test changes. */
export const manifest = (change: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    schemaVersion: 2,
    mediaType: types.manifest,
    config: described(types.config, Buffer.from("{}")),
    layers: [],
    ...change,
  });
