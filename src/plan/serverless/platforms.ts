import { invariant } from "../../diagnostics/invariant.ts";
import type { ServerlessSpec, Spec } from "../../spec/spec.ts";
import { awsLambda } from "./aws-lambda.ts";
import { googleCloudRun } from "./google-cloud-run.ts";
import { knative } from "./knative.ts";
import type { FunctionStart, ServerlessPlatform } from "./platform.ts";

const platforms: readonly ServerlessPlatform[] = [awsLambda, googleCloudRun, knative];

/** The platform that a spec names. */
export function platformOf({ platform }: ServerlessSpec): ServerlessPlatform {
  const found = platforms.find(({ name }) => name === platform);
  invariant(found !== undefined, `no platform is called ${platform}`);
  return found;
}

/** What the image of a spec starts; `own` for all that follow no platform's contract. */
export function functionStart(spec: Spec): FunctionStart {
  return spec.serverless === undefined ? { kind: "own" } : platformOf(spec.serverless).start(spec, spec.serverless);
}
