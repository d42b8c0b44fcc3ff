import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { copyTag, hasTag, sha256 } from "./oci-push.ts";
import { runLogged } from "./progress.ts";
import { projectFolder, projectVersion } from "./project.ts";

export interface FrontendImage {
  readonly tag: string;
  readonly version: string;
  readonly push: boolean;
  /** An image with Node 24 at /usr/local/bin/node. */
  readonly base?: string;
  /** Where to find the engine, when not where `docker` looks by itself. */
  readonly environment?: Readonly<Record<string, string>>;
}

const recipe = join(projectFolder, "Dockerfile.frontend");
const bundles = join(projectFolder, "dist");

/** Bundles the programs into `dist/`. */
export async function bundlePrograms(): Promise<void> {
  await runLogged(process.execPath, [
    "-r",
    join(projectFolder, "scripts/begin.cjs"),
    join(projectFolder, "scripts/build.ts"),
  ]);
}

/** Bundles the programs and builds the frontend's image from them on the engine, and pushes it when asked to. */
export async function buildFrontendImage(image: FrontendImage): Promise<void> {
  await bundlePrograms();
  await buildFromBundles(image);
}

/**
 * Gives the registry the frontend's image of the bundles in `dist/`, as `pith:1`. An image of the same bundles is kept
 * there, whichever engine made it.
 */
export async function ensureFrontendImage(
  registry: string,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const kept = `bundle-${bundleKey()}`;
  if (await hasTag(registry, "pith", kept)) {
    await copyTag(registry, { repository: "pith", from: kept, to: "1" });
    return;
  }
  const tag = `${registry}/pith:1`;
  await buildFromBundles({ tag, push: true, version: projectVersion(), environment });
  await copyTag(registry, { repository: "pith", from: "1", to: kept });
}

async function buildFromBundles(image: FrontendImage): Promise<void> {
  const env = image.environment ?? {};
  await runLogged(
    "docker",
    [
      "build",
      "--progress=plain",
      "--provenance=false",
      // Its tools are compiled with what the base image's package manager fetches.
      "--network=host",
      "--file",
      recipe,
      "--label",
      `org.opencontainers.image.version=${image.version}`,
      ...(image.base === undefined ? [] : ["--build-arg", `BASE=${image.base}`]),
      "--tag",
      image.tag,
      bundles,
    ],
    // Two engines that build the same sources get the same image, so that what its programs made stays cached.
    { env: { ...env, SOURCE_DATE_EPOCH: "315532800" } },
  );
  if (image.push) await runLogged("docker", ["push", "--quiet", image.tag], { env });
}

/** Names what the image is made of, and the week: its base image follows Debian's updates. */
function bundleKey(): string {
  const files = readdirSync(bundles, { recursive: true, encoding: "utf8" })
    .sort()
    .filter((name) => name !== "cli.js" && statSync(join(bundles, name)).isFile())
    .map((name) => `${name} ${sha256(readFileSync(join(bundles, name)))}`);
  const week = Math.floor(Date.now() / (7 * 86_400_000));
  const parts = [String(week), projectVersion(), readFileSync(recipe, "utf8"), ...files];
  return sha256(parts.join("\n")).slice(7, 23);
}
