import { invariant, unreachable } from "../../../diagnostics/invariant.ts";
import { capability } from "../capabilities.ts";
import type { FileAction, Output, State, VertexOptions } from "../state.ts";
import {
  boolField,
  bytesField,
  type Fields,
  intField,
  messageField,
  presentIntField,
  repeatedStringField,
  stringField,
} from "../wire.ts";
import { type InputIndex, noIndex, outputsOf } from "./inputs.ts";

/** Value of a mode or a time that is to stay as it is; zero would mean mode 0000 and 1970. */
const keep = -1;

type CopyAction = Extract<FileAction, { kind: "copy" }>;

/** Applies actions one after another to a file system; the engine runs them as one step with one layer. */
export function editFiles(base: State, actions: readonly FileAction[], vertex: VertexOptions): Output {
  invariant(actions.length > 0, "a file operation without actions");
  const usesPatterns = actions.some(
    (action) => action.kind === "copy" && (action.include ?? action.exclude ?? []).length > 0,
  );
  return {
    vertex: {
      op: { kind: "file", base, actions },
      inputs: outputsOf([base, ...actions.map(sourceOf)]),
      options: vertex,
      capabilities: usesPatterns ? [capability.file, capability.filePatterns] : [capability.file],
    },
    index: 0,
  };
}

/** Fields of pb.FileOp. */
export function encodeFile(
  op: { readonly base: State; readonly actions: readonly FileAction[] },
  inputIndex: InputIndex,
): Fields {
  const base = inputIndex(op.base);
  const sources = op.actions.map((action) => inputIndex(sourceOf(action)));
  // Results of actions are numbered after the inputs.
  const firstResult = Math.max(base, ...sources) + 1;
  const last = op.actions.length - 1;
  return op.actions.flatMap((action, index) =>
    messageField(2, [
      ...intField(1, index === 0 ? base : firstResult + index - 1),
      ...intField(2, sources[index] ?? noIndex),
      ...intField(3, index === last ? 0 : noIndex),
      ...encodeAction(action, base),
    ]),
  );
}

function sourceOf(action: FileAction): State {
  return action.kind === "copy" ? action.from : undefined;
}

function encodeAction(action: FileAction, base: number): Fields {
  switch (action.kind) {
    case "copy":
      return messageField(4, encodeCopy(action, base));
    case "make-file":
      return messageField(5, [
        ...stringField(1, action.path),
        ...intField(2, action.mode),
        ...bytesField(3, action.content),
        ...encodeOwner(4, action.owner, base),
        ...intField(5, nanoseconds(action.timestampSeconds)),
      ]);
    case "make-directory":
      return messageField(6, [
        ...stringField(1, action.path),
        ...intField(2, action.mode),
        ...boolField(3, action.makeParents),
        ...encodeOwner(4, action.owner, base),
        ...intField(5, nanoseconds(action.timestampSeconds)),
      ]);
    case "remove":
      return messageField(7, [...stringField(1, action.path), ...boolField(2, action.allowNotFound)]);
  }
  return unreachable(action);
}

function encodeCopy(action: CopyAction, base: number): Fields {
  return [
    ...stringField(1, action.src),
    ...stringField(2, action.dest),
    ...encodeOwner(3, action.owner, base),
    ...intField(4, action.mode ?? keep),
    ...boolField(5, action.followSymlink),
    ...boolField(6, action.contentsOnly),
    ...boolField(7, action.unpack),
    ...boolField(8, action.createDestPath),
    ...boolField(9, action.allowWildcard),
    ...boolField(10, action.allowEmptyWildcard),
    ...intField(11, nanoseconds(action.timestampSeconds)),
    ...repeatedStringField(12, action.include ?? []),
    ...repeatedStringField(13, action.exclude ?? []),
  ];
}

/** pb.ChownOpt. Names are looked up in the account files of the base. */
function encodeOwner(number: number, owner: CopyAction["owner"], base: number): Fields {
  if (owner === undefined) return [];
  if ("uid" in owner) {
    return messageField(number, [
      ...messageField(1, presentIntField(2, owner.uid)),
      ...messageField(2, presentIntField(2, owner.gid)),
    ]);
  }
  const named = (name: string): Fields => messageField(1, [...stringField(1, name), ...intField(2, base)]);
  return messageField(number, [
    ...messageField(1, named(owner.userName)),
    ...(owner.groupName === undefined ? [] : messageField(2, named(owner.groupName))),
  ]);
}

function nanoseconds(seconds: number | undefined): bigint {
  return seconds === undefined ? BigInt(keep) : BigInt(seconds) * 1_000_000_000n;
}
