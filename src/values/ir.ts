/**
 * What every language is lowered to: the parts of a source that decide what it names, and nothing else of it. Plain
 * data that can be written down and compared. Sources are told apart by nothing but their lowering.
 */
export interface Unit {
  /** Every call, in the order of the source. */
  readonly calls: readonly Call[];
  /** Modules that statements name: `import x from "a"`. */
  readonly imports: readonly Import[];
  readonly variables: readonly Variable[];
  /** Values that properties are given, by the names of these: `this.x = a`, `{ x: a }`. */
  readonly properties: readonly Property[];
  readonly definitions: readonly Definition[];
  /** Texts as they are written, in the order of the source. */
  readonly texts: readonly Text[];
  /** The outermost expressions of statements. */
  readonly roots: readonly Root[];
}

/** An expression. Each has the offset in the source at which it stands. */
export type Expr =
  | Text
  | Concat
  | Name
  | Member
  | Index
  | Choice
  | List
  | Spread
  | Table
  | Call
  | Fn
  | Parameter
  | Imported
  | Pattern
  | Nothing
  | Unknown;

interface At {
  readonly at: number;
}

export interface Text extends At {
  readonly kind: "text";
  /** Holds `hole` where a part is not known. */
  readonly text: string;
}

/** Texts one after the other: a sum, a template, a text with interpolation. */
export interface Concat extends At {
  readonly kind: "concat";
  readonly parts: readonly Expr[];
}

export interface Name extends At {
  readonly kind: "name";
  readonly name: string;
  /** An index in `variables`; none for a name that the source does not declare. */
  readonly variable?: number;
}

export interface Member extends At {
  readonly kind: "member";
  readonly of: Expr;
  readonly name: string;
}

/** An element. Where the key is not known, it is any of them: that is what a loop goes through. */
export interface Index extends At {
  readonly kind: "index";
  readonly of: Expr;
  readonly key: Expr;
}

/** One of several: a condition, a default. */
export interface Choice extends At {
  readonly kind: "choice";
  readonly options: readonly Expr[];
}

export interface List extends At {
  readonly kind: "list";
  readonly items: readonly Expr[];
}

/** The elements of a list, among the items of another or among arguments. */
export interface Spread extends At {
  readonly kind: "spread";
  readonly of: Expr;
}

/** Values under names. A key is undefined where only the run tells it, and where another table is spread. */
export interface Table extends At {
  readonly kind: "table";
  readonly entries: readonly { readonly key: string | undefined; readonly value: Expr }[];
}

export interface Call extends At {
  readonly kind: "call";
  readonly callee: Expr;
  readonly args: readonly Expr[];
  readonly certainty: Certainty;
  /** True for what makes an object: `new A()`. */
  readonly isNew?: true;
  /** True for a template that a function is given: `` run`sort -r` ``. */
  readonly isTagged?: true;
}

/** How sure it is that code runs. `tried` code handles itself that something is absent. */
export type Certainty = "certain" | "possible" | "tried";

/** A function, or a class: then its constructor. */
export interface Fn extends At {
  readonly kind: "function";
  /** An index in `definitions`. */
  readonly definition: number;
}

export interface Parameter extends At {
  readonly kind: "parameter";
  readonly definition: number;
  readonly index: number;
}

/** What another module exports under a name; `*` for all of it. */
export interface Imported extends At {
  readonly kind: "imported";
  readonly module: string;
  readonly name: string;
}

/** A regular expression. */
export interface Pattern extends At {
  readonly kind: "pattern";
  readonly pattern: string;
  readonly flags: string;
}

/** Nothing, true, false: a value without a text. */
export interface Nothing extends At {
  readonly kind: "nothing";
  readonly isTrue?: true;
}

export interface Unknown extends At {
  readonly kind: "unknown";
}

export interface Import extends At {
  readonly module: string;
  readonly certainty: Certainty;
}

export interface Variable {
  readonly name: string;
  /** Each value that the source gives it. */
  readonly values: readonly Expr[];
  /** How often it stands where it is not called: others may call what it holds, then. */
  readonly mentions: number;
  readonly isExported: boolean;
}

export interface Property extends At {
  readonly name: string;
  readonly value: Expr;
  /** True where other modules find it: `exports.x = a`. */
  readonly isExported: boolean;
  /** The variable of which it is a property, as in `x.name = a`. */
  readonly variable?: number;
}

export interface Definition {
  readonly returns: readonly Expr[];
  /** The variable that holds the function, and the property that does, where one was seen. */
  readonly variable?: number;
  readonly property?: string;
  /** The call that the function is given to, as an index in `calls`, or that calls it where it stands. */
  readonly call?: number;
}

/** What becomes of the value of an outermost expression. */
export interface Root {
  readonly expr: Expr;
  /** `kept` in a variable, `exported` to other modules, `compared` with another value and then forgotten. */
  readonly use: "value" | "kept" | "exported" | "compared";
  readonly variable?: number;
}
