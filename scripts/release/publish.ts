import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { output } from "../lib/command.ts";
import { say } from "../lib/project.ts";
import { addArtifact, type LayoutDescriptor, openLayout } from "./layout.ts";
import { imagePayload, type SigningKey, signBytes } from "./signature.ts";

/** The parts of a release that registries keep. */
export interface Published {
  /** With the path before `pith`. */
  readonly registry: string;
  readonly cli: string;
  /** The layout of the frontend's image. */
  readonly image: string;
  readonly digest: string;
  readonly tags: readonly string[];
  readonly signature: string;
  /** The folder of the release, and the tag that its files get. */
  readonly folder: string;
  readonly filesTag: string;
}

const emptyConfig = "application/vnd.oci.empty.v1+json";
const titleKey = "org.opencontainers.image.title";

/** The tag at which cosign looks for the signatures of an image. */
export function signatureTag(digest: string): string {
  return `${digest.replace(":", "-")}.sig`;
}

/** Writes the signature of an image as cosign keeps it: a manifest at a tag beside the image. */
export function writeSignature(
  folder: string,
  { key, name, digest }: { readonly key: SigningKey; readonly name: string; readonly digest: string },
): void {
  const layout = openLayout(folder);
  const payload = imagePayload(name, digest);
  const signed = layout.add(payload, "application/vnd.dev.cosign.simplesigning.v1+json");
  const layer = { ...signed, annotations: { "dev.cosignproject.cosign/signature": signBytes(key, payload) } };
  const rootfs = { type: "layers", diff_ids: [signed.digest] };
  const config = JSON.stringify({ architecture: "", os: "", rootfs, config: {} });
  const described = layout.add(Buffer.from(config), "application/vnd.oci.image.config.v1+json");
  layout.tag([[signatureTag(digest), addArtifact(layout, { config: described, layers: [layer] })]]);
}

/**
 * Pushes the image under its tags, the one that moves least first, its signature, and the other files as an artifact.
 */
export async function publish(parts: Published): Promise<void> {
  const { cli, registry, image, tags, digest, folder, filesTag } = parts;
  const copy = async (from: string, to: string): Promise<void> => {
    await output(process.execPath, [cli, "copy", from, `${registry}/pith:${to}`]);
    say(`release: pushed ${registry}/pith:${to}`);
  };
  const scratch = mkdtempSync(join(tmpdir(), "pith-publish-"));
  try {
    await copy(`oci:${parts.signature}:${signatureTag(digest)}`, signatureTag(digest));
    const layout = openLayout(join(scratch, "files"));
    const layers = readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }): LayoutDescriptor => {
        const file = layout.addFile(join(folder, name), "application/octet-stream");
        return { ...file, annotations: { [titleKey]: name } };
      });
    const config = layout.add(Buffer.from("{}"), emptyConfig);
    layout.tag([[filesTag, addArtifact(layout, { type: "application/vnd.pith.release.v1", config, layers })]]);
    await copy(`oci:${layout.folder}:${filesTag}`, filesTag);
    for (const tag of [...tags].reverse()) await copy(`oci:${image}:${tag}`, tag);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
