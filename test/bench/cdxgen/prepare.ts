import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { z } from "zod";
import { output } from "../../../scripts/lib/command.ts";
import { debianRoot } from "../../../scripts/lib/debian-root.ts";
import { projectFolder, say } from "../../../scripts/lib/project.ts";
import { trivyPurls } from "../../support/evidence.ts";
import { applications, builderPackages, type ComparedApplication } from "./images.ts";

/** The version of cdxgen that is compared with, from npm. */
export const cdxgenVersion = "12.8.4";

const wheels = "/srv/wheels";

/** Makes the builder and the applications in it, but for those that are there. */
export async function prepareBuilder(builder: string): Promise<void> {
  if (!existsSync(join(builder, "var/lib/dpkg/status"))) {
    say("cdxgen: making a Debian root");
    const packages = [...builderPackages];
    // Java registers its manuals.
    const hooks = [`--essential-hook=mkdir -p "$1/usr/share/man/man1"`];
    await debianRoot({ tarFile: builder, format: "directory", packages, epochSeconds: 0, wheelhouse: wheels, hooks });
  }
  for (const one of applications) {
    const folder = join(builder, "opt", one.name);
    if (existsSync(folder)) continue;
    say(`cdxgen: making ${one.name}`);
    try {
      await makeApplication(one, { builder, folder });
    } catch (failure) {
      rmSync(folder, { recursive: true, force: true });
      throw failure;
    }
  }
}

async function makeApplication(
  { name, files = {}, npm = [], steps = [] }: ComparedApplication,
  { builder, folder }: { readonly builder: string; readonly folder: string },
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  if (npm.length > 0) {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version: "1.0.0" }));
    const options = ["--silent", "--ignore-scripts", "--no-audit", "--no-fund", "--omit=dev", "--force"];
    await output("npm", ["install", ...options, ...npm], { cwd: folder });
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const inside = ["--fork", "--pid", "--mount-proc", "--root", builder, "--wd", `/opt/${name}`];
  const env = ["/usr/bin/env", "-i", "PATH=/usr/bin:/bin", "HOME=/root"];
  if (steps.length > 0) await output("unshare", [...inside, ...env, "sh", "-ec", steps.join("\n")]);
}

/** What was found in an image: addresses of packages. */
export interface Found {
  readonly root: string;
  readonly pith: readonly string[];
  readonly cdxgen: readonly string[];
  readonly trivy: readonly string[];
  /** The files that cdxgen names as its sources, by address, as they are called in the image. */
  readonly sources: Readonly<Record<string, string>>;
  /** What the SBOM says that it describes. */
  readonly subject: { readonly name?: string | undefined; readonly version?: string | undefined };
}

/** Builds the image, unpacks it, and asks cdxgen, which has no network then. */
export async function findPackages(
  { name, spec }: ComparedApplication,
  { builder, folder, cdxgen }: { readonly builder: string; readonly folder: string; readonly cdxgen: string },
): Promise<Found> {
  const place = join(folder, "images", name);
  const root = join(place, "root");
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "pith.yaml"), `from: debian:trixie-slim\n${spec}metadata: {sbom: cyclonedx}\n`);
  const program = join(projectFolder, "dist/cli.js");
  const layout = join(place, "image.oci");
  const words = [program, "build", "-q", "--source", `main=dir:${builder}`, "--compression", "none"];
  await output(process.execPath, [...words, "-o", `oci:${layout}`, place]);
  await output(process.execPath, [program, "save-rootfs", "-q", `oci:${layout}`, root]);
  const bom = join(place, "cdxgen.json");
  // Without a network there is no service to ask, and nothing to send.
  const alone = ["--net", process.execPath, cdxgen, "--type", "rootfs", "--no-install-deps", "--output", bom, root];
  await output("unshare", alone, { cwd: place, env: { CDXGEN_TIMEOUT_MS: "600000" } });
  const sbom = readSbom(layout);
  return {
    root,
    pith: addressesOf(sbom),
    cdxgen: addressesOf(JSON.parse(readFileSync(bom, "utf8"))),
    trivy: await trivyPurls(root),
    sources: sourcesOf(JSON.parse(readFileSync(bom, "utf8"))),
    subject: subjectSchema.parse(sbom).metadata.component,
  };
}

const subjectSchema = z.looseObject({
  metadata: z.looseObject({
    component: z.looseObject({ name: z.string().optional(), version: z.string().optional() }),
  }),
});

const sourcesSchema = z.looseObject({
  components: z
    .array(
      z.looseObject({
        purl: z.string().optional(),
        properties: z.array(z.looseObject({ name: z.string(), value: z.string() })).default([]),
      }),
    )
    .default([]),
});

function sourcesOf(sbom: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(
    sourcesSchema.parse(sbom).components.flatMap(({ purl, properties }) => {
      const source = properties.find(({ name }) => name === "SrcFile")?.value;
      return purl === undefined || source === undefined ? [] : [[purl, source.replace(/^.*?root(?=\/)/u, "")]];
    }),
  );
}

interface Component {
  readonly purl?: string | undefined;
  readonly components?: readonly Component[] | undefined;
}
const componentSchema: z.ZodType<Component> = z.looseObject({
  purl: z.string().optional(),
  get components() {
    return z.array(componentSchema).optional();
  },
});

/** The attached SBOM of a layout. */
function readSbom(layout: string): unknown {
  const blobs = join(layout, "blobs/sha256");
  for (const name of readdirSync(blobs)) {
    const text = readFileSync(join(blobs, name));
    if (text[0] !== 0x7b || !text.includes("https://cyclonedx.org/bom")) continue;
    const statement = statementSchema.safeParse(JSON.parse(text.toString("utf8")));
    if (statement.success) return statement.data.predicate;
  }
  throw new Error(`cannot find an SBOM in ${layout}`);
}

const statementSchema = z.looseObject({
  predicateType: z.literal("https://cyclonedx.org/bom"),
  predicate: z.unknown(),
});

function addressesOf(sbom: unknown): readonly string[] {
  const { components = [] } = componentSchema.parse(sbom);
  const all = (one: Component): readonly string[] => [
    ...(one.purl === undefined ? [] : [one.purl]),
    ...(one.components ?? []).flatMap(all),
  ];
  return components.flatMap(all);
}
