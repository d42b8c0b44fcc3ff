import type { UpstreamBuild } from "../../languages/upstream.ts";

/** Node as its makers publish it: the program alone, with its libraries in it. */
export const upstreamNode: UpstreamBuild = {
  name: "node",
  cpe: "nodejs:node.js",
  license: "MIT",
  supplier: "Node.js",
  marker: /^(.*)\/bin\/node$/u,
  // Every program has the address of its own headers.
  versions: [{ file: "bin/node", text: /\/node-v(\d+\.\d+\.\d+)-headers\.tar/u }],
  files: /^bin\/node$/u,
};
