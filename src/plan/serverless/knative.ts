import type { ServerlessPlatform } from "./platform.ts";
import { requestPlatform } from "./requests.ts";

/** Knative Serving (its runtime contract) on a cluster of any architecture. */
export const knative: ServerlessPlatform = requestPlatform("knative", undefined);
