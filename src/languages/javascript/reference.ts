import type { ModuleMode } from "./resolver.ts";

/** The names in a source file. Lines count from 1. */
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
  /**
   * A place of the source that code elsewhere goes on from: `serve(__dirname)`, or with a hole `join(__dirname, name)`.
   * What is exported can be gone up from, to all of the package.
   */
  | { readonly kind: "handed"; readonly path: string; readonly line: number; readonly isExported?: true }
  /** Code that is made of a text which is known at run time only. */
  | { readonly kind: "made-code"; readonly line: number }
  /** A program that a child process runs: its name or path, and the arguments up to the first that is not known. */
  | {
      readonly kind: "program";
      readonly name: string;
      readonly args: readonly string[];
      readonly line: number;
      /** Where a text of a package begins a command line, and the package starts what only the run tells. */
      readonly isGuess?: true;
      /** True where only the run tells the first argument that is not an option. */
      readonly isCut?: true;
    }
  /**
   * A text that a child process gives to the shell. `isGuess` where a package is told it, whose own affair the shell
   * is.
   */
  | {
      readonly kind: "command";
      readonly text: string;
      readonly line: number;
      readonly isGuess?: true;
      /** A text that looks like a command, and that no call is seen to give to the shell. */
      readonly isHeld?: true;
      /** A text that could be one, where the source's application starts what only the run tells. */
      readonly isPossible?: true;
      /** A single word among these, which only a program means that someone put into the builder. */
      readonly isWord?: true;
    }
  /** A text of the application's source that may be the path of one of its scripts. */
  | { readonly kind: "script-text"; readonly text: string; readonly line: number }
  /** Code that puts its own answer in the place of the one that Node finds for a name. */
  | { readonly kind: "renames" }
  /** Code of a package that finds modules as bundlers do, by fields and conditions that Node does not know. */
  | { readonly kind: "bundles" }
  /** A module of which a source in TypeScript takes types alone. */
  | { readonly kind: "types"; readonly specifier: string }
  | { readonly kind: "literal"; readonly text: string };
