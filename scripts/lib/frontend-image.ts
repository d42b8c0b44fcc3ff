import { join } from "node:path";
import { output, passThrough } from "./command.ts";
import { projectFolder, say } from "./project.ts";

export interface FrontendImage {
  readonly tag: string;
  readonly version: string;
  readonly push: boolean;
  /** An image with Node 24 at /usr/local/bin/node. */
  readonly base?: string;
  /** Where to find the engine, when not where `docker` looks by itself. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Bundles the programs and builds the frontend's image from them on the engine, and pushes it when asked to. */
export async function buildFrontendImage(image: FrontendImage): Promise<void> {
  const built = await passThrough(process.execPath, [join(projectFolder, "scripts/build.ts")], { stdoutTo: "stderr" });
  if (built !== 0) throw new Error("cannot build the frontend: bundling failed");
  const env = image.environment ?? {};
  say(`frontend: building ${image.tag}`);
  await output(
    "docker",
    [
      "build",
      "--provenance=false",
      // Its tools are compiled with what the base image's package manager fetches.
      "--network=host",
      "--file",
      join(projectFolder, "Dockerfile.frontend"),
      "--label",
      `org.opencontainers.image.version=${image.version}`,
      ...(image.base === undefined ? [] : ["--build-arg", `BASE=${image.base}`]),
      "--tag",
      image.tag,
      join(projectFolder, "dist"),
    ],
    // Two engines that build the same sources get the same image, so that what its programs made stays cached.
    { env: { ...env, SOURCE_DATE_EPOCH: "315532800" } },
  );
  if (image.push) await output("docker", ["push", "--quiet", image.tag], { env });
}
