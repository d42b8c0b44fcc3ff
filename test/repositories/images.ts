import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { output } from "../../scripts/lib/command.ts";
import { debianRoot } from "../../scripts/lib/debian-root.ts";
import { compressTar } from "../../scripts/lib/layer-file.ts";
import { hasTag, pushImage, pushTag, sha256 } from "../../scripts/lib/oci-push.ts";
import { say } from "../../scripts/lib/project.ts";

/** An image of a kind's toolchain, made of what Debian and npm have. */
interface StandIn {
  readonly tags: readonly string[];
  readonly packages: readonly string[];
  readonly env: readonly string[];
  readonly setup: string;
  /** Packages of npm with one program, and where it goes. */
  readonly npm: Readonly<Record<string, string>>;
}

const standInSchema = z.record(
  z.string(),
  z.strictObject({
    tags: z.array(z.string()),
    packages: z.array(z.string()),
    env: z.array(z.string()).default([]),
    setup: z.string().default(""),
    npm: z.record(z.string(), z.string()).default({}),
  }),
);

const epochSeconds = 1_754_697_600;
const created = new Date(epochSeconds * 1000).toISOString();
const path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const recipes = join(import.meta.dirname, "images.yaml");

/** Gives the registry the images of the toolchains, beside the tests' own base images. A recipe's image is kept. */
export async function ensureStandIns(registry: string, wanted: readonly string[] = []): Promise<void> {
  for (const [name, image] of Object.entries(standInSchema.parse(parse(readFileSync(recipes, "utf8"))))) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const kept = `recipe-${sha256(JSON.stringify(image)).slice(7, 23)}`;
    if (await hasTag(registry, `stand-in-${name}`, kept)) continue;
    say(`stand-ins: making ${image.tags.join(", ")}`);
    await publish(registry, image, { repository: `stand-in-${name}`, tag: kept });
  }
}

async function publish(
  registry: string,
  image: StandIn,
  kept: { readonly repository: string; readonly tag: string },
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "pith-stand-in-"));
  try {
    const tarFile = join(folder, "root.tar");
    // The packages of Java link their manuals, which stay out; the directory has to be there.
    const hooks: string[] = ['--essential-hook=mkdir -p "$1/usr/share/man/man1"'];
    if (image.setup !== "") {
      const script = join(folder, "setup.sh");
      writeFileSync(script, image.setup);
      hooks.push(`--customize-hook=sh -eu ${script} "$1" ${join(import.meta.dirname, "images")}`);
    }
    for (const [name, target] of Object.entries(image.npm)) hooks.push(...(await npmHooks(folder, name, target)));
    await debianRoot({ tarFile, packages: image.packages, epochSeconds, hooks });
    const layers = [await compressTar(tarFile)];
    const config = { Env: [path, ...image.env], Cmd: ["bash"], WorkingDir: "/" };
    const names = image.tags.map((tag) => ({ repository: tag.split(":")[0] ?? "", tag: tag.split(":")[1] ?? "" }));
    // The engine's mirror looks for Docker Hub's own names below library/.
    const all = names.flatMap((one) =>
      one.repository.includes("/") ? [one] : [{ ...one, repository: `library/${one.repository}` }, one],
    );
    // The recipe's own tag goes last: it says that all the others are there.
    for (const { repository, tag } of [...all, kept]) {
      const manifest = await pushImage(registry, repository, { layers, architecture: "amd64", config, created });
      await pushTag(registry, { repository, tag }, [{ architecture: "amd64", manifest }]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Options of mmdebstrap that put the program of an npm package in its place. */
async function npmHooks(folder: string, name: string, target: string): Promise<readonly string[]> {
  const packed = await output("npm", ["pack", "--silent", "--pack-destination", folder, name], { cwd: folder });
  await output("tar", ["-xzf", join(folder, packed.trim()), "-C", folder]);
  const base = target.slice(target.lastIndexOf("/") + 1);
  const found = (await output("find", [join(folder, "package"), "-type", "f", "-name", base])).trim().split("\n");
  const program = found[0] ?? "";
  chmodSync(program, 0o755);
  return [`--customize-hook=mkdir -p "$1/${dirname(target)}"`, `--customize-hook=cp ${program} "$1/${target}"`];
}
