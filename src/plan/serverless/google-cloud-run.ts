import type { ServerlessPlatform } from "./platform.ts";
import { requestPlatform } from "./requests.ts";

/** Google Cloud Run (its container runtime contract): 64-bit programs of the x86 architecture only. */
export const googleCloudRun: ServerlessPlatform = requestPlatform("google-cloud-run", ["amd64"]);
