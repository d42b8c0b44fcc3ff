import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { output } from "../../scripts/lib/command.ts";

/*
 * The peer of an example: the multi-stage Dockerfile that an engineer would write by hand who knows by some miracle
 * which files the program needs. The list of files is that of our own image, so that both copy the same; base image,
 * package managers and cache mounts are the same too. The builder copies the listed files into one folder a layer (one
 * tar pipe each), the final stage copies the folders into scratch. Files that Pith makes (accounts, name services) lie
 * ready beside the Dockerfile.
 */
export interface Peer {
  /**
   * The build context; holds `Dockerfile`, the application in `app/`, lists of files and `rootfs/`.
   * `Dockerfile.through` is the form of most multi-stage Dockerfiles: the application goes through the builder too, and
   * one list names everything.
   */
  readonly folder: string;
}

export type Language = "python" | "node";

const manifestSchema = z.looseObject({
  config: z.looseObject({ entrypoint: z.array(z.string()), cmd: z.array(z.string()), user: z.string() }),
  entries: z.array(
    z.looseObject({ path: z.string(), kind: z.string(), layer: z.string(), origin: z.string().optional() }),
  ),
});

/**
 * Steps that install the dependencies, as one writes them who wants no second pip in the environment; our frontend's do
 * more by themselves.
 */
const installs: Readonly<Record<Language, string>> = {
  python: `WORKDIR /app
COPY app/requirements.txt ./
RUN --mount=type=cache,target=/var/cache/pip,id=peer-pip PIP_CACHE_DIR=/var/cache/pip sh -c \\
 'python3 -m venv --without-pip --system-site-packages /opt/venv && python3 -m pip --python /opt/venv/bin/python install \\
 --no-input --disable-pip-version-check --root-user-action=ignore -r requirements.txt'`,
  node: `WORKDIR /app
COPY app/package.json app/package-lock.json ./
RUN --mount=type=cache,target=/var/cache/npm,id=peer-npm npm_config_cache=/var/cache/npm \\
 npm ci --omit=dev --no-audit --no-fund --no-update-notifier`,
};

/**
 * Writes the peer of an image that is built already, from the manifest that its build printed into `manifestFolder`.
 */
export async function writePeer(
  folder: string,
  {
    image,
    manifestFolder,
    appFolder,
    base,
    language,
  }: {
    readonly image: string;
    readonly manifestFolder: string;
    /** The example's own folder. */
    readonly appFolder: string;
    readonly base: string;
    readonly language: Language;
  },
): Promise<Peer> {
  const text: unknown = JSON.parse(readFileSync(join(manifestFolder, "manifest.json"), "utf8"));
  const { config, entries } = manifestSchema.parse(text);
  const isMade = (entry: (typeof entries)[number]) => entry.kind === "file" && entry.origin === "pith";
  const appFiles = entries.filter((entry) => entry.layer === "app" && entry.kind === "file");
  for (const { path } of appFiles) location(join(appFolder, path.replace(/^\/app\//, "")), join(folder, path));
  await takeFromImage(
    image,
    entries.filter(isMade).map((entry) => entry.path),
    join(folder, "rootfs"),
  );
  const layers = ["system", "interpreter", "dependencies"];
  for (const layer of [...layers, "app"]) {
    const taken = entries.filter((entry) => entry.layer === layer && !isMade(entry));
    writeFileSync(join(folder, `files-${layer}.txt`), taken.map((entry) => `${entry.path.slice(1)}\n`).join(""));
  }
  const dockerfile = (style: "direct" | "through") => {
    const gathered = style === "through" ? [...layers, "app"] : layers;
    return `FROM ${base} AS builder
# A change that the image does not hold goes here.
${installs[language]}
${style === "through" ? "COPY app/ /app/\n" : ""}COPY files-*.txt /
RUN for layer in ${gathered.join(" ")}; do mkdir -p /out/$layer && \\
 tar -C / --no-recursion -T /files-$layer.txt -cf - | tar -C /out/$layer -xpf - || exit 1; done

FROM scratch
${layers.map((layer) => `COPY --from=builder /out/${layer}/ /`).join("\n")}
COPY rootfs/ /
COPY ${style === "through" ? "--from=builder " : ""}--chown=${config.user} ${style === "through" ? "/out/app/app/" : "app/"} /app/
WORKDIR /app
USER ${config.user}
ENTRYPOINT ${JSON.stringify(config.entrypoint)}
CMD ${JSON.stringify(config.cmd)}
`;
  };
  writeFileSync(join(folder, "Dockerfile"), dockerfile("direct"));
  writeFileSync(join(folder, "Dockerfile.through"), dockerfile("through"));
  return { folder };
}

/** Files of an image onto the disk. */
async function takeFromImage(image: string, paths: readonly string[], folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const container = (await output("docker", ["create", image])).trim();
  const scratch = mkdtempSync(join(tmpdir(), "pith-bench-"));
  try {
    for (const [index, path] of paths.entries()) {
      const taken = join(scratch, String(index));
      await output("docker", ["cp", `${container}:${path}`, taken]);
      location(taken, join(folder, path));
    }
  } finally {
    await output("docker", ["rm", container]);
    rmSync(scratch, { recursive: true });
  }
}

function location(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to);
}
