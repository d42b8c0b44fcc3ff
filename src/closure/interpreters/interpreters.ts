import type { Interpreter } from "../closure.ts";

/** Every run-time that Pith knows, sorted by name. */
export const interpreters: readonly Interpreter[] = [];
