import { chmodSync, copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { output } from "../lib/command.ts";
import { type NpmPackage, npmFolder } from "../lib/npm-file.ts";

/** The tool of Node's own documents that puts a program into Node's. */
export const postject: NpmPackage = {
  name: "postject",
  version: "1.0.0-alpha.6",
  integrity: "sha512-b9Eb8h2eVqNE8edvKdwqkrY6O7kAwmI8kcnBv1NScolYJbo59XUF0noFq+lxbC1yN20bmC0WBEbDC5H/7ASb0A==",
  folder: "dist",
};

/** Says that the program is there; the text is Node's. */
const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

const injection = `const { readFileSync } = require("node:fs");
const [api, program, blob, sentinelFuse] = process.argv.slice(1);
require(api).inject(program, "NODE_SEA_BLOB", readFileSync(blob), { sentinelFuse }).catch((failure) => {
  console.error(failure);
  process.exit(1);
});`;

/** Makes one executable file of Node's program and of a script in one file. */
export async function makeExecutable(parts: {
  readonly script: string;
  /** Node's program, of any machine. */
  readonly node: string;
  readonly scratch: string;
  readonly target: string;
}): Promise<void> {
  const { scratch, target } = parts;
  // Names without folders: what is made says what it was made of.
  copyFileSync(parts.script, join(scratch, "pith.cjs"));
  const settings = { main: "pith.cjs", output: "pith.blob", disableExperimentalSEAWarning: true };
  writeFileSync(join(scratch, "settings.json"), JSON.stringify(settings));
  await output(process.execPath, ["--experimental-sea-config", "settings.json"], { cwd: scratch });
  copyFileSync(parts.node, target);
  chmodSync(target, 0o755);
  // By this name it is CommonJS in any folder, and not what a package.json above says of .js.
  const api = join(scratch, "postject.cjs");
  copyFileSync(join(await npmFolder(postject), "api.js"), api);
  await output(process.execPath, ["-e", injection, api, target, join(scratch, "pith.blob"), fuse]);
}
