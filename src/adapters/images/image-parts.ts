import { parseConfigRoot } from "../../formats/oci/manifest.ts";
import type { Platform } from "../../formats/oci/platform.ts";
import { formatPlatform, normalisePlatform } from "../../plan/platforms.ts";
import type { LayerBlob } from "../layers/open-layers.ts";
import { refuse } from "./refuse.ts";
import type { AttachedStatement } from "./statements.ts";

/** One image of a source, before its layers are read. */
export interface ImageParts {
  readonly config: Uint8Array;
  readonly layers: readonly LayerBlob[];
  /** The statements attached to the image; absent where the source keeps none. */
  readonly statements?: readonly AttachedStatement[];
}

/**
 * Ties layers to the DiffIDs of their configuration, so that each is checked. Throws IMAGE_SOURCE_INVALID where their
 * numbers differ, and IMAGE_PLATFORM_MISSING where the image is for another machine.
 */
export function tieLayers(parts: ImageParts, { name, platform }: { name: string; platform: Platform }): ImageParts {
  const root = parseConfigRoot(parts.config);
  if (root === undefined) {
    throw refuse("IMAGE_SOURCE_INVALID", `cannot read ${name}: its configuration is no image configuration`);
  }
  const { diffIds, os, architecture } = root;
  if (diffIds.length !== parts.layers.length) {
    const counts = `${String(parts.layers.length)} layers, and its configuration tells of ${String(diffIds.length)}`;
    throw refuse("IMAGE_SOURCE_INVALID", `cannot read ${name}: it has ${counts}`);
  }
  const bad = diffIds.find((diffId) => !/^sha(?:256:[a-f0-9]{64}|512:[a-f0-9]{128})$/u.test(diffId));
  if (bad !== undefined) {
    throw refuse("IMAGE_SOURCE_INVALID", `cannot read ${name}: ${JSON.stringify(bad)} is no digest`);
  }
  const own = normalisePlatform({ os, architecture });
  if (architecture !== "" && (own.os !== platform.os || own.architecture !== platform.architecture)) {
    throw refuse(
      "IMAGE_PLATFORM_MISSING",
      `cannot use ${name}: it is an image for ${formatPlatform(own)}, and the build is for ${formatPlatform(platform)}`,
      `give an image for ${formatPlatform(platform)}, or build with --platform ${formatPlatform(own)}`,
    );
  }
  return {
    config: parts.config,
    layers: parts.layers.map((layer, index) => ({ ...layer, diffId: diffIds[index] })),
  };
}
