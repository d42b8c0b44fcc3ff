import { execFile } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { projectFolder, say } from "../../scripts/lib/project.ts";
import { archive } from "../support/archive.ts";
import { fixtureMembers, writeTestLayout } from "../support/image-archive.ts";
import { certificate, certificateKey } from "../support/registry/certificate.ts";
import { startMemoryRegistry } from "../support/registry/memory-registry.ts";

// `npm run versions [VERSION...]`: what the command needs of Node, with the versions at the edges of `engines`, from
// npm.
const edges = ["22.19.0", "22", "24.0.0", "24"];
const program = path.join(projectFolder, "dist", "cli.js");
const given = process.argv.slice(2);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-versions-"));
const registry = await startMemoryRegistry({ tls: { cert: certificate, key: certificateKey } });
try {
  const members = fixtureMembers("//- /usr/bin/tool 0755 elf=x86_64 static\n//- /etc/motd\nwelcome\n");
  writeTestLayout(path.join(folder, "builder"), [archive(members)]);
  fs.writeFileSync(path.join(folder, "ca.pem"), certificate);
  fs.writeFileSync(
    path.join(folder, "pith.yaml"),
    "from: base\nbinaries: [/usr/bin/tool]\nfiles: {/etc/motd: {from: main, src: /etc/motd}}\n",
  );
  for (const version of given.length === 0 ? edges : given) await tryVersion(version);
} finally {
  await registry.close();
  fs.rmSync(folder, { recursive: true, force: true });
}

/** Builds with zstd, pushes and pulls with an authority of its own, and unpacks what came back. */
async function tryVersion(version: string): Promise<void> {
  const name = `${registry.host}/app:${version}`;
  const platform = ["--platform", "linux/amd64"];
  const tree = path.join(folder, `tree-${version}`);
  const source = ["--source", "main=oci:builder", ...platform, "--compression", "zstd"];
  await pith(version, ["build", ...source, "-o", `oci:out-${version}`]);
  await pith(version, ["copy", "--ca-file", "ca.pem", `oci:out-${version}`, name]);
  await pith(version, ["copy", "--ca-file", "ca.pem", name, `oci:back-${version}`]);
  await pith(version, ["save-rootfs", ...platform, `oci:back-${version}`, tree]);
  const text = fs.readFileSync(path.join(tree, "etc/motd"), "utf8");
  if (text.trim() !== "welcome") throw new Error(`Node ${version}: the image came back with another file`);
  say(`Node ${version}: build with zstd, push and pull with --ca-file`);
}

async function pith(version: string, args: readonly string[]): Promise<void> {
  const node = ["exec", "--yes", `--package=node@${version}`, "--", "node", program];
  await promisify(execFile)("npm", [...node, ...args], { cwd: folder });
}
