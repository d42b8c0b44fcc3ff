import type { RuntimeMarkers } from "../../languages/markers.ts";

/** How programs of Node are known. */
export const nodeMarkers: RuntimeMarkers = {
  programs: [{ program: "node", texts: ["NODE_OPTIONS", "node::"] }],
  scripts: [
    { program: "npm", pattern: /require\(['"]\.\.\/lib\/cli(?:\/entry)?\.js['"]\)\(process\)/ },
    { program: "npx", pattern: /require\.resolve\(['"]\.\/npm-cli\.js['"]\)/ },
    { program: "yarn", pattern: /require\(__dirname \+ '\/\.\.\/lib\/cli\.js'\)/ },
  ],
  modules: [
    { program: "npm", pattern: /\/node_modules\/npm\/bin\/npm-cli\.js$/ },
    { program: "npx", pattern: /\/node_modules\/npm\/bin\/npx-cli\.js$/ },
    { program: "yarn", pattern: /\/yarn(?:-v[\d.]+)?\/bin\/yarn\.js$/ },
    { program: "pnpm", pattern: /\/node_modules\/pnpm\/bin\/pnpm\.c?js$/ },
    { program: "corepack", pattern: /\/node_modules\/corepack\/dist\/corepack\.js$/ },
  ],
};
