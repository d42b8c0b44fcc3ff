import { awkCommands, awkFiles, commandsInAwk, type TextCommands } from "./awk-commands.ts";
import { launchedCommand } from "./launchers.ts";
import { commandsInSed, sedCommands, sedFiles } from "./sed-commands.ts";

/** What a program starts because its arguments say so: words, or a text for the shell. */
export type GivenCommand = { readonly words: readonly string[] } | { readonly code: string };

const awks = /^(?:[gmn]|original-)?awk$/u;
const seds = /^g?sed$/u;
const archivers = /^(?:g|bsd)?tar$/u;
/** Options of tar, by letter, and the programs that they start. */
const compressors: Readonly<Record<string, string>> = { z: "gzip", j: "bzip2", J: "xz", Z: "compress" };
const compressorOptions: Readonly<Record<string, string>> = {
  "--gzip": "gzip",
  "--gunzip": "gzip",
  "--ungzip": "gzip",
  "--bzip2": "bzip2",
  "--xz": "xz",
  "--lzma": "lzma",
  "--lzip": "lzip",
  "--lzop": "lzop",
  "--zstd": "zstd",
  "--compress": "compress",
};
const allCompressors = ["gzip", "bzip2", "xz", "zstd", "lzma", "lzip", "lzop"];
/** A long option that is told a command. */
const commandOption = /^--(?:[\w-]+-)?(?:cmd|command|exec|editor|filter|pager|prog|program|rsh|shell)=(.+)$/su;

/**
 * The commands that a program starts because its arguments say so: `find -exec`, programs in the text of awk, the
 * compressors of tar, and values of options that are told a command. `name` is the program's base name.
 */
export function givenCommands(name: string, args: readonly string[]): readonly GivenCommand[] {
  const own =
    name === "find"
      ? foundCommands(args)
      : archivers.test(name)
        ? compressorsOf(args)
        : name === "xargs" && launchedCommand(name, args) === undefined
          ? [{ words: ["echo"] }]
          : [];
  const inTexts = textCommands(name, args)?.codes ?? [];
  return [...own, ...inTexts.map((code) => ({ code })), ...optionCommands(args)];
}

/** True for a program of whose arguments it is known which are commands: `find -name node` starts none. */
export function hasKnownArguments(name: string): boolean {
  return name === "find" || name === "xargs" || [awks, seds, archivers].some((one) => one.test(name));
}

/** True where a text of awk or sed starts what only the run tells. */
export function hidesCommands(name: string, args: readonly string[]): boolean {
  return textCommands(name, args)?.openLine !== undefined;
}

/** The files of whose text awk or sed runs commands, as its arguments name them: `awk -f report.awk`. */
export function commandFiles(name: string, args: readonly string[]): readonly string[] {
  if (awks.test(name)) return awkFiles(args);
  return seds.test(name) ? sedFiles(args) : [];
}

/** The commands in the text of such a file. */
export function commandsInFile(name: string, text: string, args: readonly string[]): TextCommands {
  return awks.test(name) ? commandsInAwk(text, args) : commandsInSed([text]);
}

function textCommands(name: string, args: readonly string[]): TextCommands | undefined {
  if (awks.test(name)) return awkCommands(args);
  return seds.test(name) ? sedCommands(args) : undefined;
}

/** The commands after `-exec`, `-ok` and others in the arguments of find(1). */
export function foundCommands(args: readonly string[]): readonly { readonly words: readonly string[] }[] {
  const found: { readonly words: readonly string[] }[] = [];
  for (let at = 0; at < args.length; at++) {
    if (!/^-(?:exec|execdir|ok|okdir)$/u.test(args[at] ?? "")) continue;
    const rest = args.slice(at + 1);
    const end = rest.findIndex((arg) => arg === ";" || arg === "+");
    const words = end === -1 ? rest : rest.slice(0, end);
    if (words.length > 0) found.push({ words });
    at += words.length;
  }
  return found;
}

/** Those that the options name; where an archive is read, or nobody knows the options, all that may be asked for. */
function compressorsOf(args: readonly string[]): readonly GivenCommand[] {
  const letters = args
    .filter((arg, index) => /^-[A-Za-z]/u.test(arg) || (index === 0 && /^[A-Za-z]+$/u.test(arg)))
    .join("")
    .replaceAll("-", "");
  const named = [
    ...letters.split("").flatMap((letter) => compressors[letter] ?? []),
    ...args.flatMap((arg) => compressorOptions[arg] ?? []),
  ];
  const isRead = /[xtd]/u.test(letters) || args.some((arg) => /^--(?:extract|get|list|diff|compare)$/u.test(arg));
  const isByName = letters.includes("a") || args.includes("--auto-compress");
  const isOpen = isRead || isByName || args.length === 0;
  const wanted = named.length > 0 ? named : isOpen ? allCompressors : [];
  const at = args.findIndex((arg) => arg === "-I" || arg === "--use-compress-program");
  const own = at === -1 ? [] : [(args[at + 1] ?? "").split(/\s+/u)];
  return [...wanted.map((program) => ({ words: [program] })), ...own.map((words) => ({ words }))];
}

/**
 * `--filter='gzip > $FILE'`, `--rsh="ssh -i key"`, and the text behind `-c`: who takes another kind of text there has
 * no program first.
 */
function optionCommands(args: readonly string[]): readonly GivenCommand[] {
  const found: GivenCommand[] = [];
  for (const [index, arg] of args.entries()) {
    const [, value] = commandOption.exec(arg) ?? [];
    if (value !== undefined) found.push({ code: value });
    const next = args[index + 1] ?? "";
    if (arg === "-c" && /^[a-z][\w.+-]*\s/u.test(next)) found.push({ code: next });
  }
  return found;
}
