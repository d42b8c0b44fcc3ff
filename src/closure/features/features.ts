import type { Feature } from "./feature.ts";

/** Every feature, sorted by name. */
export const features: readonly Feature[] = [];
