import { quote } from "../../diagnostics/escape.ts";
import type { TarMember } from "../../formats/tar/member.ts";
import { comparePulled, type ReadPulled } from "../../image/compare-pulled.ts";
import type { LayerContents } from "../../image/layer-archive.ts";
import { pulledTree, UnpackFault } from "../../image/pulled-tree.ts";

/** Layers that are unpacked as a puller would, while they are written or after. */
export interface PulledLayers {
  /** Takes the next member of layer `layer`, lowest first. Throws where no puller unpacks it. */
  unpack(member: TarMember, layer: number): void;
  /** Throws at the first path that is not as planned. With `read`, bytes that were made are compared too. */
  compare(planned: Pick<LayerContents, "entries" | "epochSeconds">, read?: ReadPulled): void;
}

/** No layers yet. What differs from a plan is a defect of Pith, and is told as one. */
export function pulledLayers(): PulledLayers {
  const tree = pulledTree();
  return {
    unpack(member, layer) {
      try {
        tree.unpack(member, layer);
      } catch (failure) {
        if (!(failure instanceof UnpackFault)) throw failure;
        const path = `/${member.name.toString("utf8").slice(0, 200)}`;
        throw new Error(`internal error: cannot unpack ${quote(path)}: ${failure.message}; please report it`, {
          cause: failure,
        });
      }
    },
    compare(planned, read) {
      const difference = comparePulled(tree, planned, read);
      if (difference === undefined) return;
      const { path, how } = difference;
      throw new Error(
        `internal error: cannot finish the image: ${quote(path)} ${how} in what a puller gets; please report it`,
      );
    },
  };
}
