import type { ImageSettings } from "../oci/image-config.ts";
import type { ResolvedClosure } from "./closure-step.ts";

/** An image whose closure is known and whose settings are settled. */
export interface PlannedImage {
  readonly closure: ResolvedClosure;
  readonly settings: ImageSettings;
  readonly epochSeconds: number;
}
