import type { RuntimePlugin } from "../closure/model/closure.ts";
import { bun } from "./bun/bun.ts";
import { deno } from "./deno/deno.ts";
import { dotnet } from "./dotnet/dotnet.ts";
import { guile } from "./guile/guile.ts";
import { java } from "./java/java.ts";
import { lua } from "./lua/lua.ts";
import { node } from "./node/node.ts";
import { perl } from "./perl/perl.ts";
import { php } from "./php/php.ts";
import { python } from "./python/python.ts";
import { ruby } from "./ruby/ruby.ts";
import { shell } from "./shell/shell.ts";
import { tcl } from "./tcl/tcl.ts";

/** Every run-time that Pith knows, sorted by name. */
export const runtimes: readonly RuntimePlugin[] = [
  bun,
  deno,
  dotnet,
  guile,
  java,
  lua,
  node,
  perl,
  php,
  python,
  ruby,
  shell,
  tcl,
];
