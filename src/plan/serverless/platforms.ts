import { invariant } from "../../diagnostics/invariant.ts";
import type { ServerlessSpec, Spec } from "../../spec/spec.ts";
import type { FunctionStart, ServerlessPlatform } from "./platform.ts";
import { serverlessPlatforms } from "./platforms.gen.ts";

/** The platform that a spec names. */
export function platformOf({ platform }: ServerlessSpec): ServerlessPlatform {
  const found = serverlessPlatforms.find(({ name }) => name === platform);
  invariant(found !== undefined, `no platform is called ${platform}`);
  return found;
}

/** The start of a spec's image; `own` for all that follow no platform's contract. */
export function functionStart(spec: Spec): FunctionStart {
  return spec.serverless === undefined ? { kind: "own" } : platformOf(spec.serverless).start(spec, spec.serverless);
}
