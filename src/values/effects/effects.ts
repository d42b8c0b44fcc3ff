/** What a function does with an argument. */
export interface Effect {
  /**
   * `load` a module by its name, `start` a program by its name or path, give the `shell` a text, `evaluate` a text as
   * code, run a file as a `script` of the same run-time.
   */
  readonly verb: "load" | "start" | "shell" | "evaluate" | "script";
  readonly argument: number;
  /** For `load`: how the run-time finds the module. */
  readonly mode?: "require" | "import";
  /** True where the function is given other things than code as well, so that only a known text counts. */
  readonly isMixed?: true;
  /** True where the caller handles that it is absent. */
  readonly isTried?: true;
  /** So many arguments it has at least. */
  readonly least?: number;
}

/** How the value of a call follows from its parts. */
export type Result =
  /** The first argument, or what the function is a method of. */
  | "first"
  | "receiver"
  /** Paths. */
  | "join"
  | "resolve"
  | "parent"
  | "url"
  | "file url"
  | "working directory"
  /** The file that a module's name leads to. */
  | "place"
  /** All that a module exports, and a function that loads modules. */
  | "module"
  | "loader"
  /** The value of a text as code. */
  | "evaluated"
  /** Files that a pattern finds. */
  | "found"
  /** A text with a part replaced, or cut. */
  | "replaced"
  | "cut"
  /** Lists: a text of all elements, one of them, what a function makes of each, more of them. */
  | "joined"
  | "element"
  | "mapped"
  | "more"
  /** Tables. */
  | "keys"
  | "values"
  | "entries";

/** A function that a document of the language describes. */
export interface Row {
  /** The names by which it is found, with its module in front: `node:path.join`. */
  readonly names: readonly string[];
  readonly effect?: Effect;
  readonly gives?: Result;
  /**
   * True where its last name alone tells it, whatever has the function: packages that hand it on keep the name, and
   * none has another use of it.
   */
  readonly isDistinct?: true;
  /** The document. */
  readonly source: string;
}

/** All that is known of a language's functions. */
export interface Effects {
  readonly rows: readonly Row[];
  /** Other names of the same thing. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Names of functions by which packages hand on what the language's functions of these names do. */
  readonly othersNames: ReadonlySet<string>;
  /** Methods that give each element of a list to a function, and those that give on a value that is waited for. */
  readonly iterating: ReadonlySet<string>;
  readonly waiting: ReadonlySet<string>;
}
