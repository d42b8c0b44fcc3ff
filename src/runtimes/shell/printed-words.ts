import type {
  Command,
  forEachChild,
  Redirected,
  Redirection,
  Script,
  Statement,
  SyntaxNode,
  Word,
  WordPart,
} from "unbash";
import { isInput } from "./redirects.ts";
import { namesRead, separatorsRead, wordsOf } from "./syntax-words.ts";

/** A text that `echo` or `printf` prints. `separator`: what stands behind each that a loop prints. */
export interface PrintedWord {
  readonly word: Word;
  readonly separator?: string;
}

/** A loop over the lines of a file: `while IFS=: read -r name rest; do ...; done < FILE`. */
export interface LinesRead {
  readonly file: Word;
  readonly names: readonly string[];
  /** What parts the fields of a line besides blanks. */
  readonly separators: string;
}

/** What a script prints, and which files its loops read. */
export interface ScriptOutput {
  /** By the name of the function that prints it; empty for what no function prints. */
  readonly prints: ReadonlyMap<string, readonly PrintedWord[]>;
  readonly reads: readonly LinesRead[];
}

type EachChild = typeof forEachChild;

/** What the loops and the like of `$(...)` print, by its code; nothing for one that has plain commands alone. */
const printsOfCode = new WeakMap<Pick<Script, "commands">, readonly PrintedWord[]>();

/** The texts that loops, conditions and blocks of a code print, where it has any of these. */
export function printedInBlocks(code: Pick<Script, "commands">): readonly PrintedWord[] {
  return printsOfCode.get(code) ?? [];
}

const maxDepth = 400;

/** Finds what a script prints: texts that go elsewhere, into a file or to another command, are not among them. */
export function readOutput(script: Pick<Script, "commands">, each: EachChild): ScriptOutput {
  const prints = new Map<string, PrintedWord[]>();
  const reads: LinesRead[] = [];
  const listOf = (name: string): PrintedWord[] => {
    const list = prints.get(name) ?? [];
    prints.set(name, list);
    return list;
  };
  for (const statement of script.commands) visit(statement, listOf(""), 0);
  return { prints, reads };

  function visit(node: SyntaxNode, list: PrintedWord[] | undefined, depth: number): void {
    if (depth > maxDepth) return;
    if (node.type === "Redirected") takeRead(node);
    if (node.type === "Command") list?.push(...printedBy(node));
    const own = node.type === "CommandExpansion" ? [] : printedWithin(node, list);
    each(node, (child) => visit(child, own, depth + 1));
    if (node.type === "CommandExpansion" && own !== undefined && node.script?.commands.some(isBlock) === true)
      printsOfCode.set(node.script, own);
  }

  /** Where what is printed in a node goes: undefined where something else reads it. */
  function printedWithin(node: SyntaxNode, list: PrintedWord[] | undefined): PrintedWord[] | undefined {
    if (node.type === "Function") return listOf(node.name.value);
    // What the last command of a pipeline prints is made of what it reads.
    const isRead = node.type === "ProcessSubstitution" || (node.type === "Pipeline" && node.commands.length > 1);
    return isRead || (node.type === "Redirected" && node.redirects.some(goesElsewhere)) ? undefined : list;
  }

  function takeRead({ command, redirects }: Redirected): void {
    const file = redirects.find(isInput)?.target;
    if (command.type === "While" && file !== undefined)
      reads.push({ file, names: namesRead(command), separators: separatorsRead(command) });
  }
}

/** `> FILE` and `>&2`; but `2> FILE` is not what a command prints. */
function goesElsewhere(part: Redirection): boolean {
  if (part.type !== "Redirect" || !part.operator.includes(">")) return false;
  const { descriptor } = part;
  return descriptor?.type !== "FileDescriptor" || descriptor.value === 1;
}

function isBlock({ command }: Statement): boolean {
  return !["AndOr", "Command", "Pipeline"].includes(command.type);
}

function printedBy(command: Command): readonly PrintedWord[] {
  if (command.suffix.some((part) => part.type === "Redirect" && goesElsewhere(part))) return [];
  const words = wordsOf(command);
  if (command.name?.value === "echo") {
    const text = joinedWord(words.filter(({ value }) => !/^-[neE]+$/u.test(value)));
    return text === undefined ? [] : [{ word: text }];
  }
  const [format, ...others] = command.name?.value === "printf" ? words.filter(({ value }) => value !== "--") : [];
  if (format === undefined) return [];
  const separator = /^%s([:,;|])$/u.exec(format.value)?.[1];
  if (separator !== undefined) return others.map((word) => ({ word, separator }));
  const holders = format.value.match(/%[sb]/gu)?.length ?? 0;
  if (holders === 0 || /%[^sb%]/u.test(format.value)) return [{ word: format }];
  return others.map((word) => ({ word: holders > 1 ? word : inFormat(format, word) }));
}

/** `printf '%s/lib\n' "$home"`: the word with what stands around it. */
function inFormat(format: Word, word: Word): Word {
  const [before = "", after = ""] = format.value.replaceAll("\\n", "\n").trim().split(/%[sb]/u);
  return joinedParts(word, [literal(before, word), ...partsWithin(word), literal(after, word)]);
}

function joinedWord(words: readonly Word[]): Word | undefined {
  const [first] = words;
  if (first === undefined || words.length === 1) return first;
  return joinedParts(
    first,
    words.flatMap((word, at) => [...(at === 0 ? [] : [literal(" ", word)]), ...partsWithin(word)]),
  );
}

function joinedParts(word: Word, parts: readonly WordPart[]): Word {
  const text = parts.map((part) => part.text).join("");
  return { ...word, text, value: text, parts: parts.filter((part) => part.text !== "") };
}

function partsWithin(word: Word): readonly WordPart[] {
  return word.parts ?? [literal(word.value, word)];
}

function literal(value: string, { pos, end }: Pick<Word, "pos" | "end">): WordPart {
  return { type: "Literal", pos, end, value, text: value };
}
