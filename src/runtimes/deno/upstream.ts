import type { UpstreamBuild } from "../../languages/upstream.ts";

/** Deno, one program. It sends its version as its user agent. */
export const upstreamDeno: UpstreamBuild = {
  name: "deno",
  cpe: "deno:deno",
  license: "MIT",
  supplier: "Deno Land",
  marker: /^(.*)\/deno$/u,
  versions: [{ file: "deno", text: /\bDeno\/(\d+\.\d+\.\d+)/u }],
  files: /^deno$/u,
};
