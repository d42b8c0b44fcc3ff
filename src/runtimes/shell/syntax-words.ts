import type { Command, While, Word, WordPart } from "unbash";

/** The variables that the condition of a loop reads. */
export function namesRead({ clause }: While): readonly string[] {
  return clause.commands.flatMap(({ command }) =>
    command.type === "Command" && command.name?.value === "read"
      ? wordsOf(command).flatMap(({ value }) => (/^[A-Za-z_]\w*$/u.test(value) ? [value] : []))
      : [],
  );
}

/** What parts the fields that the condition of a loop reads, besides blanks: `while IFS=: read -r name rest`. */
export function separatorsRead({ clause }: While): string {
  const given = clause.commands.flatMap(({ command }) =>
    command.type === "Command" && command.name?.value === "read" ? command.prefix : [],
  );
  const own = given.find((part) => part.type === "Assignment" && part.name === "IFS");
  return own?.type === "Assignment" && own.value.type === "Word" ? own.value.value : "";
}

/** What each variable has of a line, the last one all that is left; but for fields with `$`, which nothing tells. */
export function fieldsOf(
  line: string,
  names: readonly string[],
  separators: string,
): readonly (readonly [name: string, value: string])[] {
  const sign = separators.trim();
  const words = sign === "" ? line.trim().split(/\s+/u) : splitAt(line, sign);
  const rest = (at: number): string => words.slice(at).join(sign === "" ? " " : sign.charAt(0));
  const fields = names.map((name, at) => [name, at === names.length - 1 ? rest(at) : (words[at] ?? "")] as const);
  return fields.filter(([, value]) => value !== "" && !/[$`]/u.test(value));
}

function splitAt(line: string, signs: string): readonly string[] {
  let words = [line];
  for (const sign of signs) words = words.flatMap((word) => word.split(sign));
  return words;
}

/** `declare -n`, `local -n` and `typeset -n`: each variable stands for another (bash(1) "PARAMETERS"). */
export function declaresReferences(node: Command): boolean {
  if (!/^(?:declare|local|typeset)$/u.test(node.name?.value ?? "")) return false;
  return wordsOf(node).some(({ value }) => /^-[A-Za-z]*n/u.test(value));
}

export function inputOf({ suffix }: Command): string | undefined {
  const part = suffix.find(({ type }) => type === "HereDoc" || type === "HereString");
  if (part?.type === "HereDoc") return part.body.text;
  return part?.type === "HereString" ? part.target?.value : undefined;
}

/** What `echo` and `printf` print, as far as it is written there. */
export function printedBy(command: Command): string | undefined {
  const name = command.name?.value;
  const words = wordsOf(command).map(({ value }) => value);
  if (name === "echo") return words.filter((word) => !/^-[neE]+$/u.test(word)).join(" ");
  const [format, ...texts] = name === "printf" ? words : [];
  if (format === "%s" || format === "%s\\n") return texts.join(format === "%s" ? "" : "\n");
  return format === undefined || format.includes("%") ? undefined : format.replaceAll("\\n", "\n");
}

export function wordsOf(command: Command): readonly Word[] {
  return command.suffix.filter((part) => part.type === "Word");
}

/** The parts of a word, those in double quotes one by one. */
export function partsOf(word: Pick<Word, "parts">): readonly WordPart[] {
  return (word.parts ?? []).flatMap((part): readonly WordPart[] =>
    part.type === "DoubleQuoted" || part.type === "LocaleString" ? part.parts : [part],
  );
}

/** True for the name of a variable or the number of an argument. */
export function isName(text: string): boolean {
  return /^(?:[A-Za-z_]\w*|\d+)$/u.test(text);
}
