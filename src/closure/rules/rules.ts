import type { DlopenRule } from "../closure.ts";

/** Every dlopen rule that Pith knows, sorted by name. */
export const rules: readonly DlopenRule[] = [];
