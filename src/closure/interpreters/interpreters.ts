import type { Interpreter } from "../closure.ts";
import { node } from "./node/node.ts";
import { perl } from "./perl/perl.ts";
import { python } from "./python/python.ts";
import { shell } from "./shell/shell.ts";

/** Every run-time that Pith knows, sorted by name. */
export const interpreters: readonly Interpreter[] = [node, perl, python, shell];
