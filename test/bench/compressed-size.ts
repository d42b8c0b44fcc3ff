import { z } from "zod";

const manifestSchema = z.looseObject({
  manifests: z.array(z.looseObject({ digest: z.string() })).optional(),
  layers: z.array(z.looseObject({ size: z.number() })).optional(),
});

/** Bytes of an image's layers as a registry keeps them: what a machine that pulls it transfers. */
export async function compressedBytes(registry: string, repository: string, reference: string): Promise<number> {
  const types = ["oci.image.index.v1", "oci.image.manifest.v1", "docker.distribution.manifest.v2"];
  const response = await fetch(`http://${registry}/v2/${repository}/manifests/${reference}`, {
    headers: {
      accept: types.map((type) => `application/vnd.${type}+json`).join(", "),
    },
  });
  const { manifests, layers } = manifestSchema.parse(await response.json());
  const first = manifests?.[0];
  if (first !== undefined) return compressedBytes(registry, repository, first.digest);
  return (layers ?? []).reduce((sum, layer) => sum + layer.size, 0);
}
