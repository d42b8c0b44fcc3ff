import type { SettledImage } from "../image/settle-image.ts";
import type { Stages } from "./builders/stages.ts";
import type { ResolvedClosure } from "./resolve/closure-step.ts";

/** An image whose closure is known and whose settings are settled. */
export interface PlannedImage extends SettledImage {
  readonly closure: ResolvedClosure;
  /** The builders of its spec. */
  readonly stages: Stages;
  /** The image whose layers lie under this one's. */
  readonly baseImage?: PlannedImage | undefined;
  /** The text after the names of its layers in progress output. */
  readonly layerNote?: string | undefined;
}
