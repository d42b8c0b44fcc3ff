import type { UpstreamBuild } from "../../languages/upstream.ts";

/** Bun, one program. It sends its version as its user agent. */
export const upstreamBun: UpstreamBuild = {
  name: "bun",
  cpe: "oven:bun",
  license: "MIT",
  supplier: "Oven",
  marker: /^(.*)\/bun$/u,
  versions: [{ file: "bun", text: /\bBun\/(\d+\.\d+\.\d+)/u }],
  files: /^bun$/u,
};
