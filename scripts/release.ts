import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { loadCommands } from "../src/cli/commands.ts";
import { capture, output } from "./lib/command.ts";
import { bundlePrograms } from "./lib/frontend-image.ts";
import { step } from "./lib/progress.ts";
import { projectFolder, projectVersion, say } from "./lib/project.ts";
import { bundledPackages } from "./release/bundled-packages.ts";
import { readLock, unpackPackages } from "./release/debian-packages.ts";
import { makeExecutable } from "./release/executable.ts";
import { imagePackages, makeFrontendImage } from "./release/frontend-image.ts";
import { joinImages, openLayout } from "./release/layout.ts";
import { machineWithNode, nodeVersion } from "./release/node-programs.ts";
import { hostToolFiles, packageName, packNpmPackage } from "./release/npm-package.ts";
import { parseReleaseOptions, type ReleaseOptions, releaseUsage } from "./release/options.ts";
import { printProvenance } from "./release/provenance.ts";
import { publish, writeSignature } from "./release/publish.ts";
import { printSbom } from "./release/sbom.ts";
import { readKey, type SigningKey, signBytes, signStatement, throwawayKey } from "./release/signature.ts";
import { printSums, sumFiles } from "./release/sums.ts";
import { notesOf, tagsOf } from "./release/versions.ts";

const version = projectVersion();
const bundles = join(projectFolder, "dist");

interface Sources {
  readonly commit: string;
  readonly commitTime: string;
  readonly repository: string | undefined;
}

async function readSources({ isDryRun }: ReleaseOptions): Promise<Sources> {
  const git = async (...args: readonly string[]) => (await output("git", args, { cwd: projectFolder })).trim();
  const changed = await git("status", "--porcelain");
  if (changed !== "" && !isDryRun) {
    throw new Error(
      `cannot release: the clone has changes that are not committed\n${changed}\ncommit them, or try with --dry-run`,
    );
  }
  const remote = await capture("git", ["remote", "get-url", "origin"], { cwd: projectFolder });
  const commit = await git("rev-parse", "HEAD");
  return {
    commit: changed === "" ? commit : `${commit}-changed`,
    commitTime: new Date(Number(await git("log", "-1", "--format=%ct")) * 1000).toISOString().replace(/\.\d+Z$/u, "Z"),
    repository: remote.code === 0 && remote.stdout.startsWith("https:") ? remote.stdout.trim() : undefined,
  };
}

function chooseKey({ keyFile, isDryRun }: ReleaseOptions): SigningKey {
  if (keyFile !== undefined) return readKey(keyFile, process.env["PITH_KEY_PASSWORD"]);
  if (!isDryRun)
    throw new Error("cannot release: there is no key to sign with; give --key FILE, or try with --dry-run");
  say("release: signing with a key that is thrown away");
  return throwawayKey();
}

function emptyFolder(given: string | undefined): string {
  const folder = resolve(given ?? join(projectFolder, ".cache/release", version));
  if (given === undefined) rmSync(folder, { recursive: true, force: true });
  else if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new Error(`cannot release into ${folder}: it is not empty`);
  }
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Makes what is the same for the same sources: packages, programs, images, SBOM, notes. */
async function makeFiles(
  folder: string,
  scratch: string,
  { options, sources }: { options: ReleaseOptions; sources: Sources },
): Promise<string> {
  await step("release: bundles", "10 s", bundlePrograms);
  const machines = await Promise.all(options.architectures.map(machineWithNode));
  const debian = options.architectures.flatMap(imagePackages);
  const sbom = printSbom({
    version,
    created: sources.commitTime,
    bundled: bundledPackages(bundles),
    nodeVersion,
    debian,
  });
  writeFileSync(join(folder, "sbom.spdx.json"), sbom);
  const changelog = readFileSync(join(projectFolder, "CHANGELOG.md"), "utf8");
  writeFileSync(join(folder, "RELEASE-NOTES.md"), notesOf(changelog, { version, isDryRun: options.isDryRun }));
  copyFileSync(join(bundles, "THIRD-PARTY-NOTICES.txt"), join(folder, "THIRD-PARTY-NOTICES.txt"));
  copyFileSync(join(bundles, "cli.js"), join(folder, "pith.cjs"));
  chmodSync(join(folder, "pith.cjs"), 0o755);
  const tools = join(scratch, "tools");
  await step("release: compilers", "up to 90 s", async () => unpackPackages("tools", tools));
  const layouts: string[] = [];
  for (const machine of machines) {
    const { architecture, node } = machine;
    const target = join(folder, `pith-linux-${architecture === "amd64" ? "x64" : architecture}`);
    const own = join(scratch, architecture);
    mkdirSync(own);
    await step(`release: executable for ${architecture}`, "10 s", async () =>
      makeExecutable({ script: join(folder, "pith.cjs"), node, scratch: own, target }),
    );
    layouts.push(
      await step(`release: frontend's image for ${architecture}`, "up to 2 minutes", async () =>
        makeFrontendImage({ machine, version, bundles, tools, scratch: own }),
      ),
    );
  }
  const hostTools = machines.flatMap(({ architecture }) =>
    hostToolFiles(architecture === "amd64" ? "x64" : architecture, join(scratch, architecture, "root/pith/bin")),
  );
  const packed = packNpmPackage(version, {
    bundles,
    sbom,
    tools: hostTools,
    commands: await loadCommands(),
  });
  writeFileSync(join(folder, `${packageName}-${version}.tgz`), packed);
  const layout = openLayout(join(folder, "frontend"));
  const image = joinImages(layout, layouts);
  layout.tag(tagsOf(version).map((tag) => [tag, image]));
  return image.digest;
}

async function release(options: ReleaseOptions): Promise<void> {
  if (process.platform !== "linux" || process.getuid?.() !== 0)
    throw new Error("cannot release: it enters roots that it makes, which takes root on Linux");
  // What compresses is Node's, and another one writes other bytes.
  if (process.versions.node !== nodeVersion) {
    throw new Error(
      `cannot release with Node ${process.versions.node}: use npm run release, which takes ${nodeVersion}`,
    );
  }
  const sources = await readSources(options);
  const key = chooseKey(options);
  const folder = emptyFolder(options.folder);
  const scratch = mkdtempSync(join(tmpdir(), "pith-release-"));
  try {
    const digest = await makeFiles(folder, scratch, { options, sources });
    const lockDigest = createHash("sha256")
      .update(readFileSync(join(projectFolder, "package-lock.json")))
      .digest("hex");
    const { tools, ...images } = readLock();
    const packages = [...tools, ...options.architectures.flatMap((name) => images[name])];
    const statement = printProvenance(sumFiles(folder), { ...sources, version, lockDigest, packages, nodeVersion });
    writeFileSync(join(folder, "provenance.json"), statement);
    const sums = printSums(sumFiles(folder));
    writeFileSync(join(folder, "SHA256SUMS"), sums);
    // What follows has a signature, which is another one each time.
    writeFileSync(join(folder, "SHA256SUMS.sig"), `${signBytes(key, Buffer.from(sums))}\n`);
    writeFileSync(join(folder, "provenance.intoto.jsonl"), signStatement(key, statement));
    writeFileSync(join(folder, "pith.pub"), key.publicPem);
    const signature = join(folder, "frontend-signature");
    writeSignature(signature, { key, name: `${options.registry ?? "localhost:5000"}/pith`, digest });
    for (const { name } of readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())) {
      console.log(`${String(statSync(join(folder, name)).size).padStart(11)}  ${name}`);
    }
    console.log(`${digest}  frontend (${tagsOf(version).join(", ")})`);
    say(`release: all is in ${folder}`);
    if (options.architectures.includes("arm64") && process.arch === "x64")
      say("release: what is for arm64 was made here, and not run");
    if (options.registry === undefined) return;
    const { registry } = options;
    const tags = tagsOf(version);
    const filesTag = `files-${version}`;
    await publish({
      registry,
      cli: join(bundles, "cli.js"),
      image: join(folder, "frontend"),
      digest,
      tags,
      signature,
      folder,
      filesTag,
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

const options = parseReleaseOptions(process.argv.slice(2));
if (options === undefined) {
  say(releaseUsage);
  process.exitCode = 2;
} else {
  try {
    await release(options);
  } catch (failure) {
    say(failure instanceof Error ? failure.message : String(failure));
    process.exitCode = 1;
  }
}
