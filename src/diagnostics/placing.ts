import { BuildError, type Span } from "./diagnostic.ts";

/** Knows the lines of the spec. */
export interface Placing {
  /** The span of a pointer into the normalised spec. */
  readonly spanOf: (pointer: string) => Span;
}

/** Gives findings that name a place of the normalised spec their lines. */
export async function placing<T>(context: Placing, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (failure) {
    if (!(failure instanceof BuildError)) throw failure;
    const located = failure.diagnostics.map((found) => ({
      ...found,
      ...(found.span === undefined && found.pointer !== undefined ? { span: context.spanOf(found.pointer) } : {}),
    }));
    throw new BuildError(located, { cause: failure });
  }
}
