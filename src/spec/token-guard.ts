import { Lexer } from "yaml";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { quote } from "../diagnostics/escape.ts";
import { errorAt } from "./finding.ts";
import type { TextPositions } from "./text-position.ts";

/** How deep maps and lists may nest. */
export const maxDepth: number = 64;
/** How many tokens a spec file may have; the composer's time is bounded by it. */
export const maxTokens: number = 20_000;

const maxFindings = 20;
// Marks that the lexer puts into its stream of source slices; they are not slices themselves.
const documentMark = "\x02";
const flowEndMark = "\x18";
const scalarMark = "\x1f";

/**
 * Walks the tokens with the lexer, which does not recurse, and refuses what the composer would build from features that
 * the language does not have: anchors, aliases, tags, directives, complex and merge keys, a second document, tabs as
 * space, deep nesting, too many tokens.
 */
export function guardTokens(text: string, positions: TextPositions): readonly Diagnostic[] {
  const state = newState();
  const found: Diagnostic[] = [];
  const seen = new Set<string>();
  for (const token of new Lexer().lex(text)) {
    if (token === documentMark) continue;
    if (token === flowEndMark) break;
    if (token === scalarMark) {
      state.scalarNext = true;
      continue;
    }
    const problem = step(state, token);
    if (problem !== undefined && !seen.has(problem.message)) {
      seen.add(problem.message);
      const from = state.offset + (problem.skip ?? 0);
      const length = Math.min(problem.length ?? token.length, 200);
      found.push(errorAt(positions.span(from, from + length), problem.code, problem.message, problem.hint));
      if (problem.fatal === true || found.length >= maxFindings) return found;
    }
    state.offset += token.length;
  }
  const open = state.brackets.at(-1);
  if (open !== undefined) {
    const message = "cannot read the text: a bracket is not closed";
    found.push(errorAt(positions.span(open, open + 1), "SPEC_SYNTAX", message, "close it, with ] for [ and } for {"));
  }
  return found;
}

interface State {
  offset: number;
  column: number;
  tokens: number;
  scalarNext: boolean;
  /** The next scalar is the text of a `|` or `>` block. */
  blockNext: boolean;
  /** Offsets of the brackets that are still open. */
  brackets: number[];
  /** Columns at which the block collections that are still open began. */
  columns: number[];
  /** A block collection may begin at the next token: it is the first of its line or follows an indicator. */
  mayOpen: boolean;
  /** The text where a key would stand, before a `:`. */
  key: "none" | "text" | "lines" | "merge" | "collection";
  /** The last plain text over several lines, and where it began. */
  lines: Lines | undefined;
  /** The last token was a plain text that ends in a dollar sign. */
  afterDollar: boolean;
  hasContent: boolean;
  hasStart: boolean;
  ended: boolean;
}

interface Lines {
  readonly text: string;
  readonly offset: number;
  /** True for the first text of its line. */
  readonly isFirst: boolean;
}

interface Problem {
  readonly code: Diagnostic["code"];
  readonly message: string;
  readonly hint: string;
  readonly fatal?: boolean;
  readonly skip?: number;
  readonly length?: number;
}

function newState(): State {
  return {
    offset: 0,
    column: 0,
    tokens: 0,
    scalarNext: false,
    blockNext: false,
    brackets: [],
    columns: [],
    mayOpen: true,
    key: "none",
    lines: undefined,
    afterDollar: false,
    hasContent: false,
    hasStart: false,
    ended: false,
  };
}

function step(state: State, token: string): Problem | undefined {
  state.tokens += 1;
  if (state.tokens > maxTokens) {
    const message = `cannot read the spec: it has more than ${maxTokens} words and signs`;
    return { code: "SPEC_TOO_LARGE", message, hint: "make the spec smaller", fatal: true };
  }
  const isScalar = state.scalarNext;
  const isFirst = state.mayOpen;
  state.scalarNext = false;
  const problem = isScalar ? scalarToken(state, token) : otherToken(state, token);
  state.afterDollar = isScalar && token.endsWith("$");
  const lineEnd = token.lastIndexOf("\n");
  if (lineEnd === -1) {
    state.column += token.length;
    return problem;
  }
  state.column = token.length - lineEnd - 1;
  state.mayOpen = true;
  if (state.brackets.length > 0) return problem;
  state.key = isScalar && state.key === "text" ? "lines" : "none";
  state.lines = state.key === "lines" ? { text: token, offset: state.offset, isFirst } : undefined;
  return problem;
}

function scalarToken(state: State, token: string): Problem | undefined {
  const inside = curly.exec(token)?.groups?.["inside"];
  if (inside !== undefined && !state.blockNext) {
    const message = `cannot read ${quote(token)}: these are not the quotes of a keyboard`;
    return { code: "SPEC_SYNTAX", message, hint: `write "${inside}"` };
  }
  const isBlock = state.blockNext;
  state.blockNext = false;
  if (isBlock) return undefined;
  const problem = content(state);
  state.key = token === "<<" ? "merge" : "text";
  if (problem !== undefined) return problem;
  const tab = /\n *\t/.exec(token);
  return tab === null ? undefined : { ...tabAsSpace, skip: tab.index + tab[0].length - 1, length: 1 };
}

function otherToken(state: State, token: string): Problem | undefined {
  if (token === "---") return documentStart(state);
  if (token === "...") return documentEnd(state);
  switch (token[0]) {
    case undefined:
    case "\n":
    case "#":
      return undefined;
    case " ":
    case "\t":
      return token.includes("\t") ? { ...tabAsSpace, skip: token.indexOf("\t"), length: 1 } : undefined;
    case "%":
      return { code: "SPEC_TAG", message: "cannot use a YAML directive: a spec has none", hint: "remove the line" };
    case "&":
    case "*":
      return aliasOrAnchor(token);
    case "!":
      return {
        code: "SPEC_TAG",
        message: `cannot use the tag ${quote(token)}: a spec has no YAML tags`,
        hint: "write the value in quotes if it begins with !",
      };
    case "|":
    case ">":
      state.blockNext = true;
      state.key = "none";
      return undefined;
    case "-":
      return content(state, true);
    case "?":
      return content(state, true) ?? complexKey;
    case ":":
      return mapValue(state);
    case ",":
      state.key = "none";
      return undefined;
    case "[":
    case "{":
      return token === "{" && state.afterDollar ? bareArgument : flowStart(state);
    case "]":
    case "}":
      state.brackets.pop();
      state.key = "collection";
      return undefined;
    default:
      return quotedToken(state, token);
  }
}

function quotedToken(state: State, token: string): Problem | undefined {
  const problem = content(state);
  state.key = "text";
  if (problem !== undefined || isClosed(token)) return problem;
  return {
    code: "SPEC_SYNTAX",
    message: "cannot read the text: its quote is not closed",
    hint: "close the quote, and indent lines inside it more than the key",
    fatal: true,
    length: 1,
  };
}

function isClosed(quoted: string): boolean {
  if (quoted.length < 2 || !quoted.endsWith(quoted[0] ?? "")) return false;
  const backslashes = quoted.startsWith('"') ? (/(?<!\\)(\\*)"$/.exec(quoted)?.[1]?.length ?? 0) : 0;
  return backslashes % 2 === 0;
}

/** Something of the document itself stands here; block collections open and close by its column. */
function content(state: State, isIndicator = false): Problem | undefined {
  if (state.ended) return manyDocuments;
  state.hasContent = true;
  state.key = "none";
  if (state.brackets.length > 0 || !state.mayOpen) return undefined;
  state.mayOpen = isIndicator;
  while ((state.columns.at(-1) ?? -1) > state.column) state.columns.pop();
  if ((state.columns.at(-1) ?? -1) < state.column) state.columns.push(state.column);
  return tooDeep(state);
}

function flowStart(state: State): Problem | undefined {
  const problem = content(state);
  state.brackets.push(state.offset);
  return problem ?? tooDeep(state);
}

function tooDeep(state: State): Problem | undefined {
  if (state.columns.length + state.brackets.length <= maxDepth) return undefined;
  const message = `cannot read the spec: maps and lists are nested more than ${maxDepth} deep`;
  return { code: "SPEC_TOO_DEEP", message, hint: "make the nesting flatter", fatal: true, length: 1 };
}

function mapValue(state: State): Problem | undefined {
  const { key, lines } = state;
  state.key = "none";
  state.mayOpen = false;
  if (key === "lines" && lines !== undefined) return overLines(lines, state.offset);
  if (key === "text") return undefined;
  if (key === "merge") {
    const message = "cannot use the merge key <<: a spec has none";
    return { code: "SPEC_KEY", message, hint: "put the common part into a file and name it in `include`" };
  }
  if (key === "collection") return complexKey;
  return {
    code: "SPEC_KEY",
    message: "cannot use an empty key: keys are words",
    hint: "write the key before the colon",
  };
}

/** A key that is a text over several lines: a colon without a space, or a line that is indented by mistake. */
function overLines({ text, offset, isFirst }: Lines, at: number): Problem {
  const [first = ""] = text.split("\n");
  const [, key, value] = isFirst ? (/^([\w-]+):(\S.*)$/u.exec(first) ?? []) : [];
  if (key !== undefined && value !== undefined) {
    const message = `cannot read ${quote(first)}: there is no space after the colon`;
    return {
      code: "SPEC_KEY",
      message,
      hint: `write ${key}: ${value}`,
      fatal: true,
      skip: offset - at,
      length: first.length,
    };
  }
  const disguised = disguisedLine(text);
  if (disguised !== undefined) {
    const { at: inside, length, message, hint } = disguised;
    return { code: "SPEC_KEY", message, hint, fatal: true, skip: offset - at + inside, length };
  }
  const last = text.slice(text.lastIndexOf("\n") + 1).trimStart();
  return {
    code: "SPEC_KEY",
    message: `cannot use the key ${quote(last)}: its line goes on with the text of the line before`,
    hint: "indent it as the other keys are",
    fatal: true,
    skip: text.length - last.length + offset - at,
    length: last.length,
  };
}

interface Disguised {
  readonly at: number;
  readonly length: number;
  readonly message: string;
  readonly hint: string;
}

/** A line that is a text to YAML, though it looks like a key or a comment. */
function disguisedLine(text: string): Disguised | undefined {
  const comment = /(?:^|\n)[ ]*(?<line>\/\/(?<words>[^\n]*))/u.exec(text);
  const line = comment?.groups?.["line"];
  if (comment !== null && line !== undefined) {
    return {
      at: comment.index + comment[0].length - line.length,
      length: line.length,
      message: `cannot read ${quote(line)}: comments begin with another sign`,
      hint: `write #${comment.groups?.["words"] ?? ""}`,
    };
  }
  const space = /[\u{a0}\u{2007}\u{202f}]/u.exec(text);
  if (space === null) return undefined;
  const hint = "write a plain space in its place, as most keyboards do without a second key";
  return { at: space.index, length: 1, message: "cannot read the line: its space is one that does not break", hint };
}

/** A text in quotes as a word processor writes them. */
const curly =
  /^[\u{2018}\u{201a}\u{201c}\u{201e}](?<inside>[^\u{2018}-\u{201e}"\\]*)[\u{2018}\u{2019}\u{201c}\u{201d}]$/u;

function documentStart(state: State): Problem | undefined {
  if (state.hasContent || state.hasStart || state.ended) return manyDocuments;
  state.hasStart = true;
  state.mayOpen = true;
  return undefined;
}

function documentEnd(state: State): undefined {
  state.ended = state.hasContent || state.hasStart;
}

function aliasOrAnchor(token: string): Problem {
  const kind = token.startsWith("&") ? "anchor" : "alias";
  return {
    code: "SPEC_ALIAS",
    message: `cannot use the ${kind} ${quote(token)}: a spec has no YAML anchors and aliases`,
    hint:
      kind === "alias" ? `write a pattern in quotes, such as ${quote(token)}` : "repeat the value, or use `include`",
  };
}

/** In brackets YAML ends a plain text before a brace. */
const bareArgument: Problem = {
  code: "SPEC_SYNTAX",
  message: "cannot read the text: inside [ ] and { } a text that names an argument is in quotes",
  hint: "write the text in double quotes",
  fatal: true,
};

const tabAsSpace: Problem = {
  code: "SPEC_TAB",
  message: "cannot read the line: it has a tab where only spaces can stand",
  hint: "indent with spaces",
};

const complexKey: Problem = {
  code: "SPEC_KEY",
  message: "cannot use a complex key: keys are words",
  hint: "write the key as plain or quoted text",
};

const manyDocuments: Problem = {
  code: "SPEC_MANY_DOCUMENTS",
  message: "cannot read a second document: a spec file has one",
  hint: "put the second one into a file of its own",
  fatal: true,
  length: 3,
};
