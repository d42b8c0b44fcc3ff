import type { ModuleMode } from "./resolver.ts";

/** What a source file names. Lines count from 1. */
export type Reference =
  | {
      readonly kind: "module";
      /** Holds `hole` where a part is known at run time only. */
      readonly specifier: string;
      readonly mode: ModuleMode;
      readonly line: number;
      /** How sure it is that the code runs: `tried` code handles absence itself. */
      readonly certainty: "certain" | "possible" | "tried";
    }
  /** The program of a worker or child: absolute, or relative to the working directory. */
  | { readonly kind: "script"; readonly path: string }
  /** An absolute path that is put together from the place of the file or the working directory. */
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "literal"; readonly text: string };
