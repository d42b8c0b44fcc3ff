import { createHash } from "node:crypto";
import { invariant } from "../../diagnostics/invariant.ts";
import { readTar } from "../../formats/tar/read.ts";
import type { LayerContents } from "../../image/layer-archive.ts";
import type { Extent } from "../layers/extent.ts";
import type { Spool } from "../layers/spool.ts";

/** A layer whose archive lies in the spool. */
export interface StagedLayer {
  readonly name: string;
  readonly diffId: string;
  readonly archive: Extent;
  /** What it alone is made of, of layers that go out alone. */
  readonly own?: LayerContents;
}

/** Keeps an archive in the spool, and reads its headers back. */
export async function stageLayer(name: string, archive: AsyncIterable<Uint8Array>, spool: Spool): Promise<StagedLayer> {
  const hash = createHash("sha256");
  const start = spool.length();
  let isSound = true;
  const reader = readTar((member) => {
    isSound &&= member.name[0] !== 0x2f && !member.name.includes("../");
  });
  for await (const chunk of archive) {
    hash.update(chunk);
    reader.push(chunk);
    spool.append(chunk);
  }
  reader.end();
  invariant(isSound, `a name of layer ${name} leaves the root`);
  return {
    name,
    diffId: `sha256:${hash.digest("hex")}`,
    archive: spool.extent(start, spool.length() - start),
  };
}
