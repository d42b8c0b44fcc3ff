import { capability } from "../capabilities.ts";
import type { State, VertexOptions } from "../state.ts";
import { type Fields, intField, messageField } from "../wire.ts";
import { type InputIndex, outputsOf } from "./inputs.ts";

/**
 * Lays file systems over each other, later ones on top, without copying. Only where the engine has `mergeop`. Empty
 * ones are left out; what then needs no merge comes back as it is.
 */
export function mergeStates(states: readonly State[], vertex: VertexOptions): State {
  const inputs = states.filter((state) => state !== undefined);
  if (inputs.length < 2) return inputs[0];
  return {
    vertex: {
      op: { kind: "merge", states: inputs },
      inputs: outputsOf(inputs),
      options: vertex,
      capabilities: [capability.merge],
    },
    index: 0,
  };
}

/** Fields of pb.MergeOp. */
export function encodeMerge(states: readonly State[], inputIndex: InputIndex): Fields {
  return states.flatMap((state) => messageField(1, intField(1, inputIndex(state))));
}
