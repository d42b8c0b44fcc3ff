import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { projectFolder, say } from "./lib/project.ts";
import { renderSite } from "./site/render-site.ts";

/**
 * Writes the documents as a site: pages that need no server and no network, with a search. The folder is the first
 * word; default: `.cache/site`.
 */
const folder = resolve(process.argv[2] ?? join(projectFolder, ".cache/site"));
const begun = performance.now();
const { files, problems } = renderSite();
for (const problem of problems) say(`site: ${problem}`);
rmSync(folder, { recursive: true, force: true });
for (const [path, text] of files) {
  const hostPath = join(folder, path);
  mkdirSync(dirname(hostPath), { recursive: true });
  writeFileSync(hostPath, text);
}
cpSync(join(projectFolder, "docs/images"), join(folder, "docs/images"), { recursive: true });
const seconds = ((performance.now() - begun) / 1000).toFixed(1);
say(`site: ${String(files.size)} files in ${seconds} s; open ${join(folder, "index.html")}`);
if (problems.length > 0) process.exitCode = 1;
