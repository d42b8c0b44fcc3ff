import { findReferring, type Referring } from "../../adapters/images/referring.ts";
import { refuse } from "../../adapters/images/refuse.ts";
import type { Source } from "../../adapters/images/target.ts";
import { readBlob } from "../../adapters/images/verify-blob.ts";
import { printLines } from "../../diagnostics/escape.ts";
import { type Descriptor, isManifestType } from "../../formats/oci/descriptor.ts";
import { parseImageConfig } from "../../formats/oci/image-config.ts";
import { type Manifest, manifestLimitBytes, parseManifest } from "../../formats/oci/manifest.ts";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { openSourceLocation, parseSourceLocation } from "../image-locations.ts";
import { registriesOf, registryOptions } from "../registry-options.ts";

/** `pith inspect`: what an image says of itself, without its layers. */
export const inspect: Command = {
  name: "inspect",
  summary: "Print what an image is made of, without reading its layers",
  description: `Reads manifests and configurations, of a registry or a layout, and prints digests, platforms, layers and settings. With --raw the
bytes of the manifest, as they are.

An IMAGE is an OCI layout, an archive of either kind, a name with its registry (localhost:5000/app:1), or the name of an image that
the Docker engine has; to say which, write oci:DIR[:TAG], oci-archive:FILE[:TAG], docker-archive:FILE[:TAG], registry:NAME or
docker-daemon:NAME.`,
  operands: { usage: "IMAGE", least: 1, most: 1 },
  options: [
    { name: "raw", description: "Print the manifest alone, byte for byte." },
    { name: "referrers", description: "List what refers to the image, too: signatures, SBOMs." },
    ...registryOptions,
  ],
  examples: [
    { line: "pith inspect registry:debian:trixie", does: "Which platforms are there?" },
    { line: "pith inspect --raw localhost:5000/app:1 | sha256sum", does: "The digest, by hand." },
  ],
  async run(call) {
    const { words, terminal, hostFolder } = call;
    const [text = ""] = words.operands;
    const location = await parseSourceLocation(text, hostFolder);
    const registries = registriesOf(call);
    try {
      const opened = await openSourceLocation(location, text, registries);
      try {
        const { source } = opened;
        const root = await source.resolve(opened.reference);
        if (root === undefined) throw refuse("IMAGE_UNRESOLVED", `cannot find ${text}: there is no such image`);
        if (words.has("raw")) {
          terminal.print(new TextDecoder().decode(await readBlob(source, root, manifestLimitBytes)));
          return exitCodes.fine;
        }
        const seen = await look(source, root);
        const referrers = words.has("referrers") ? (await findReferring(source, root)).map(describe) : undefined;
        const all = { ...seen, ...(referrers === undefined ? {} : { referrers }) };
        terminal.print(terminal.isJson ? `${JSON.stringify(all, undefined, 2)}\n` : render(all));
        return exitCodes.fine;
      } finally {
        opened.close();
      }
    } finally {
      await registries.close();
    }
  },
};

interface Looked {
  readonly digest: string;
  readonly mediaType: string;
  readonly platform?: string;
  readonly layers?: readonly Descriptor[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly images?: readonly Looked[];
  readonly referrers?: readonly LookedReferrer[];
}

interface LookedReferrer extends Descriptor {
  readonly subject: string;
  readonly tag?: string;
  readonly kind: string;
}

function describe({ descriptor, subject, tag, kind }: Referring): LookedReferrer {
  return { ...descriptor, subject, ...(tag === undefined ? {} : { tag }), kind };
}

async function look(source: Source, descriptor: Descriptor): Promise<Looked> {
  const manifest = parseManifest(await readBlob(source, descriptor, manifestLimitBytes));
  if (manifest.kind === "invalid") {
    throw refuse("IMAGE_SOURCE_INVALID", `cannot read ${source.name}: a manifest is not valid: ${manifest.why}`);
  }
  const { digest, mediaType, platform: stated } = descriptor;
  const platform = stated === undefined ? undefined : platformText(stated);
  const own = { digest, mediaType, ...(platform === undefined ? {} : { platform }) };
  if (manifest.kind === "image") return { ...own, ...(await lookAtImage(source, manifest)) };
  const images = manifest.manifests.map((one): Looked => {
    const of = one.platform === undefined ? undefined : platformText(one.platform);
    return { digest: one.digest, mediaType: one.mediaType, ...(of === undefined ? {} : { platform: of }) };
  });
  return { ...own, images };
}

function platformText({ os, architecture, variant }: NonNullable<Descriptor["platform"]>): string {
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join("/");
}

async function lookAtImage(
  source: Source,
  { config, layers }: Extract<Manifest, { kind: "image" }>,
): Promise<Pick<Looked, "layers" | "settings">> {
  const isImage = config.mediaType.includes("image") && !isManifestType(config.mediaType);
  const bytes = isImage ? await readBlob(source, config, manifestLimitBytes) : undefined;
  const settings = bytes === undefined ? undefined : parseImageConfig(bytes);
  return { layers, ...(settings === undefined ? {} : { settings: { ...settings } }) };
}

function render({ digest, mediaType, layers, settings, images, referrers }: Looked): string {
  const lines = [`digest     ${digest}`, `type       ${mediaType}`];
  for (const image of images ?? []) lines.push(`image      ${image.digest}  ${image.platform ?? image.mediaType}`);
  for (const { digest: layer, size } of layers ?? []) lines.push(`layer      ${layer}  ${String(size)} bytes`);
  for (const [name, value] of Object.entries(settings ?? {})) {
    const isEmpty = value === undefined || (typeof value === "object" && Object.keys(value ?? {}).length === 0);
    if (!isEmpty) lines.push(`${name.padEnd(10)} ${JSON.stringify(value)}`);
  }
  for (const { digest: own, kind, subject } of referrers ?? []) {
    lines.push(`referrer   ${own}  ${kind}${subject === digest ? "" : ` for ${subject}`}`);
  }
  return printLines(lines);
}
