import { z } from "zod";
import type { ImageTree } from "../adapters/images/open-source.ts";
import { evidenceOrder } from "../closure/model/graph.ts";
import { type PrintedEntry, toPrintedEntries } from "../inspect/manifest/printed-manifest.ts";
import { type ReasonsPredicate, reasonsPath, reasonsPredicateType } from "../inspect/manifest/reasons.ts";
import { toAbsPath } from "../rootfs/rootfs.ts";

const evidence = z.enum(evidenceOrder);
const predicateSchema: z.ZodType<ReasonsPredicate> = z.looseObject({
  version: z.literal(1),
  places: z
    .record(z.string(), z.looseObject({ place: z.string(), key: z.string(), isDefault: z.boolean() }))
    .exactOptional(),
  paths: z.array(
    z.looseObject({
      path: z.string(),
      kind: z.enum(["file", "directory", "link"]),
      layer: z.string(),
      package: z.string().exactOptional(),
      origin: z.string().exactOptional(),
      reason: z.looseObject({ from: z.string(), why: z.string(), evidence }),
    }),
  ),
});

/**
 * The paths of an image with the reasons that lie beside it as an attestation, or in it as a file; undefined where it
 * has none that can be read. What a path is is read from the image.
 */
export async function readImageReasons({
  root,
  statements,
}: Pick<ImageTree, "root" | "statements">): Promise<readonly PrintedEntry[] | undefined> {
  const attached = statements.filter(({ predicateType }) => predicateType === reasonsPredicateType);
  const predicates = attached.map((one) => one.read());
  const file = await root.readFile(toAbsPath(reasonsPath));
  for (const candidate of [...predicates, file === undefined ? undefined : parseJson(file)]) {
    const parsed = predicateSchema.safeParse(candidate);
    if (!parsed.success) continue;
    return toPrintedEntries(parsed.data, async (path) => root.lstat(toAbsPath(path)));
  }
  return undefined;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (failure) {
    if (failure instanceof SyntaxError) return undefined;
    throw failure;
  }
}
