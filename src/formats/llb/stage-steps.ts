import type { DefinitionParts } from "./definition.ts";
import { type ReadField, readFields, textOf } from "./wire.ts";

/** One path that a step puts into a tree, as the Dockerfile frontend wrote it down. */
export interface StageCopy {
  /** In the tree that it comes from; a pattern at its end may stand for several: `/bin/*.sh`. */
  readonly src: string;
  /** Ends in `/` where only a directory is meant. */
  readonly dest: string;
  /** What it is copied from; undefined for the empty tree. */
  readonly from: DefinitionParts["output"];
  /** True for files of images and of stages; false for those of the build context, and of texts of the Dockerfile. */
  readonly isOfStage: boolean;
}

/** A step that made a tree: the words of a program that ran, or what one instruction put there. */
export type StageStep =
  | { readonly kind: "run"; readonly args: readonly string[] }
  | { readonly kind: "copy"; readonly copies: readonly StageCopy[] };

interface Op {
  readonly inputs: readonly { readonly digest: string; readonly index: bigint }[];
  readonly body: ReadField | undefined;
}

const bodies = { exec: 2, source: 3, file: 4, merge: 6 } as const;

/**
 * The steps that made the tree of a graph, last first, down to the image or the empty tree that it starts from. Steps
 * of the trees that it only copies from are not among them. Throws where the bytes do not hold a graph.
 */
export function readStageSteps(parts: DefinitionParts): readonly StageStep[] {
  const steps: StageStep[] = [];
  const pending = [parts.output];
  const seen = new Set<string>();
  while (pending.length > 0) {
    const output = pending.pop();
    if (output === undefined || seen.has(output.digest)) continue;
    seen.add(output.digest);
    const op = readOp(parts, output.digest);
    if (op?.body === undefined) continue;
    switch (op.body.number) {
      case bodies.exec: {
        const meta = readFields(firstBytes(readFields(op.body.bytes), 1));
        const words = meta.filter(({ number }) => number === 1);
        steps.push({ kind: "run", args: words.map(({ bytes }) => textOf(bytes)) });
        pending.push(op.inputs[rootInput(readFields(op.body.bytes))]);
        break;
      }
      case bodies.file: {
        const { base, copies } = readFileOp(parts, op);
        if (copies.length > 0) steps.push({ kind: "copy", copies });
        pending.push(base);
        break;
      }
      case bodies.merge:
        // The last input lies on top.
        pending.push(...op.inputs);
        break;
      default:
    }
  }
  return steps;
}

function readOp({ ops }: DefinitionParts, digest: string): Op | undefined {
  const bytes = ops.get(digest);
  if (bytes === undefined) return undefined;
  const fields = readFields(bytes);
  const inputs = fields
    .filter(({ number }) => number === 1)
    .map((input) => {
      const parts = readFields(input.bytes);
      return { digest: textOf(firstBytes(parts, 1)), index: intOf(parts, 2) };
    });
  const numbers: readonly number[] = Object.values(bodies);
  return { inputs, body: fields.find(({ number }) => numbers.includes(number)) };
}

/** The input that a step's program sees as its root. */
function rootInput(exec: readonly ReadField[]): number {
  for (const mount of exec.filter(({ number }) => number === 2)) {
    const fields = readFields(mount.bytes);
    if (textOf(firstBytes(fields, 3)) === "/") return Number(intOf(fields, 1));
  }
  return -1;
}

function readFileOp(
  parts: DefinitionParts,
  { inputs, body }: Op,
): { readonly base: DefinitionParts["output"]; readonly copies: readonly StageCopy[]; readonly makesFile: boolean } {
  const actions = readFields(body?.bytes ?? new Uint8Array()).map((action) => readFields(action.bytes));
  const base = actions[0] === undefined ? undefined : inputs[Number(intOf(actions[0], 1))];
  const copies = actions.flatMap((action) => {
    const copy = action.find(({ number }) => number === 4);
    if (copy === undefined) return [];
    const fields = readFields(copy.bytes);
    const from = inputs[Number(intOf(action, 2))];
    return [
      {
        src: textOf(firstBytes(fields, 1)),
        dest: textOf(firstBytes(fields, 2)),
        from,
        isOfStage: from !== undefined && isStage(parts, from.digest),
      },
    ];
  });
  return { base, copies, makesFile: actions.some((action) => action.some(({ number }) => number === 5)) };
}

const imageSource = /^(?:docker-image|oci-layout):/u;

/** True for trees that start from an image or that a program made; false for contexts, and for files made of texts. */
function isStage(parts: DefinitionParts, digest: string): boolean {
  const op = readOp(parts, digest);
  if (op?.body?.number === bodies.source) return imageSource.test(textOf(firstBytes(readFields(op.body.bytes), 1)));
  if (op?.body?.number !== bodies.file) return true;
  const { base, copies, makesFile } = readFileOp(parts, op);
  // A directory of a repository that is the context is a copy into the empty tree.
  return base !== undefined || !(makesFile || copies.every(({ isOfStage }) => !isOfStage));
}

function firstBytes(fields: readonly ReadField[], number: number): Uint8Array {
  return fields.find((field) => field.number === number)?.bytes ?? new Uint8Array();
}

/** A signed number; 0 where it is not written. */
function intOf(fields: readonly ReadField[], number: number): bigint {
  return BigInt.asIntN(64, fields.find((field) => field.number === number)?.value ?? 0n);
}
