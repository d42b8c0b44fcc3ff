import { areMessages } from "../../formats/text/sentences.ts";
import { hole } from "../../values/patterns.ts";
import { begunWords, isShell, isShellScript, wordsHeldIn } from "../command-words.ts";
import { listedWords, wordsOfPrograms } from "../listed-programs.ts";
import { scriptTextsIn } from "./named-scripts.ts";
import type { Reference } from "./reference.ts";

/** So many programs may be what a source of a package starts by one call. */
const mostBegun = 12;
/** A source of more is a bundle: its texts are those of many packages. */
const largestSource = 2 ** 17;
/** A command's name and words behind it, without the signs of sentences. */
const commandLine = /^[a-z][\w.+-]{1,40}(?: [\w./:=@+%*~-]{1,100}){1,12}$/u;
/** Words of sentences. */
const sentence = / (?:an?|and|are|be|by|for|has|have|is|no|not|of|that|the|this|to|was|with|your)(?= |$)/u;
/** An option, a path, a file's name, what is filled in. */
const isGiven = / (?:-\w|\S*[/%$]|[\w-]{1,40}\.[a-z])/u;
const word = /^[a-z][\w.+-]{1,40}$/u;
/** `run("tac", [file])`, `runTool("tac")`. */
const beforeList =
  /\(\s{0,20}["']([a-z][\w.+-]{1,40})["']\s{0,20},\s{0,20}\[|(?:\brun|[Ee]xec|[Ss]pawn|\bsh|[Ss]hell|[Cc]md|[Cc]ommand|[Ll]aunch)[A-Z]?\w{0,30}\(\s{0,20}["']([a-z][\w.+-]{1,40})["']\s{0,20}[,)]/gu;

/**
 * What texts of a package's source begin command lines with, where it starts a program by a name that only the run
 * tells: mostly a function of its own starts what the others give it.
 */
export function begunIn(references: readonly Reference[]): readonly Reference[] {
  const open = references.find(isOpen);
  if (open === undefined || !("line" in open)) return [];
  const { line } = open;
  const lines = [...begunWordsOf(textsIn(references))].filter(([, isLine]) => isLine);
  // A source with more asks a machine what it has.
  if (lines.length > mostBegun) return [];
  return lines.map(([name]) => ({ kind: "program", name, args: [], line, isGuess: true }));
}

/** True for a start of what only the run tells. */
function isOpen(one: Reference): boolean {
  return (one.kind === "program" && one.name.startsWith(hole)) || (one.kind === "command" && one.text.startsWith(hole));
}

function textsIn(references: readonly Reference[]): readonly string[] {
  return references.flatMap((one) => (one.kind === "literal" && one.text.length <= 400 ? [one.text] : []));
}

function begunWordsOf(texts: readonly string[]): ReadonlyMap<string, boolean> {
  return begunWords(texts.map((text) => JSON.stringify(text)).join(", "));
}

/**
 * Texts of a source that begin as commands do, to be given to a function that starts them: `["sort", "-r"]`, `"nl -a |
 * wc"`.
 */
export function heldCommandsIn(references: readonly Reference[], source: string): readonly Reference[] {
  // The line that names the program is a comment, and has no place for what stands for a text.
  const isScript = source.startsWith("#!");
  const code = isScript ? source.replace(/^[^\n]*\n?/u, "") : source;
  if (code === "") return [];
  const about = { isGuess: true, isHeld: true } as const;
  const line = isScript ? 2 : 1;
  const texts = textsIn(references);
  const words = begunWordsOf(texts);
  const held = new Set<string>();
  const scripts = references.flatMap((one) => (one.kind === "literal" && isShellScript(one.text) ? [one.text] : []));
  for (const text of texts) {
    const [name] = /^[a-z\d][\w.+-]*/u.exec(text) ?? [];
    if (name !== undefined && words.get(name) === true) held.add(text);
  }
  const listed = references.some(isOpen) ? [...listedWords(code)] : [];
  const plain = wordsOf(code);
  const possible = [...new Set([...possibleIn(texts, code), ...listed])].filter(
    // A shell is one of the plain words, which may be shells: `interpreter: "bash"`.
    (text) => !held.has(text) && !(isShell(`/${text}`) && plain.has(text)),
  );
  const isPossible = new Set(possible);
  const modules = new Set(references.flatMap((one) => (one.kind === "module" ? [one.specifier] : [])));
  return [
    ...scriptTextsIn(texts).map((text) => ({ kind: "script-text", text, line }) as const),
    ...scripts.map((text) => ({ kind: "command", text, line }) as const),
    ...[...held].map((text) => ({ kind: "command", text, ...about, line }) as const),
    ...possible.map((text) => ({ kind: "command", text, ...about, isPossible: true, line }) as const),
    ...[...plain].flatMap((text) =>
      held.has(text) || isPossible.has(text) || modules.has(text)
        ? []
        : [{ kind: "command", text, ...about, isPossible: true, isWord: true, line } as const],
    ),
  ];
}

/** Single words that are values: what a module exports, a function is given, a variable has. */
function wordsOf(code: string): ReadonlySet<string> {
  return code.length > largestSource ? new Set() : wordsHeldIn(code);
}

/**
 * Texts that a command could be made of: lines of words, words under names of programs, and those before their
 * arguments.
 */
function possibleIn(texts: readonly string[], code: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const one of wordsOfPrograms(code)) if (word.test(one.word)) found.add(one.word);
  for (const [, listed, one = listed ?? ""] of code.matchAll(beforeList)) found.add(one);
  if (code.length > largestSource) return found;
  const isForPeople = areMessages(texts);
  for (const [at, text] of texts.entries()) {
    const isLine = commandLine.test(text) && !sentence.test(text) && (!isForPeople || isGiven.test(text));
    if (isLine || (word.test(text) && /^[-/]\w/u.test(texts[at + 1] ?? ""))) found.add(text);
  }
  return found;
}
