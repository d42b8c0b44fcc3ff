import { z } from "zod";

const configSchema = z.looseObject({ rootfs: z.looseObject({}) });

/**
 * Writes the DiffIDs of the layers into a configuration, byte for byte as BuildKit's exporters do: the keys of the
 * whole sorted, and what HTML would take for markup escaped. So the image has the same ID wherever it was made.
 */
export function finishConfig(config: Uint8Array, diffIds: readonly string[]): Uint8Array {
  const parsed = configSchema.parse(JSON.parse(new TextDecoder().decode(config)));
  const whole: Readonly<Record<string, unknown>> = { ...parsed, rootfs: { type: "layers", diff_ids: diffIds } };
  const sorted = Object.entries(whole).toSorted(([left], [right]) => (left < right ? -1 : 1));
  const text = JSON.stringify(Object.fromEntries(sorted));
  return new TextEncoder().encode(text.replaceAll(/[<>&\u2028\u2029]/gu, escapeCharacter));
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
