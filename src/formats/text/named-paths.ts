import { isScratchDirectory } from "../../rootfs/file-use.ts";
import { type AbsPath, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";
import { joinedPathTexts } from "./joined-path-texts.ts";
import { settingLines } from "./setting-lines.ts";

/**
 * A word of a configuration that is an absolute path; `prefix` where it goes on with what is known at run time only.
 */
export interface NamedPath {
  readonly text: string;
  readonly kind: "path" | "pattern" | "prefix";
}

/**
 * The path that a name stands for; of one that the run completes, the directory. In a directory of state it is a file
 * that is made there: `/run/%s.pid`.
 */
export function pathOf({ text, kind }: NamedPath): AbsPath {
  const path = toAbsPath(text);
  if (kind !== "prefix") return path;
  const made = toAbsPath(`${text}*`);
  if (isScratchDirectory(made)) return made;
  return text.endsWith("/") ? path : parentOf(path);
}

/** A line for people; an `#include` is none. */
const comment = /^\s*(?:#(?!include\b)|;|\/\/|--\s)/u;
/**
 * Starts where no other word does: not in the middle of a URL or a relative path. A variable may stand before a
 * directory of every system: it is empty there. The letter of an option may stand before it: `-I/srv/lib`.
 */
const word =
  /(?<=file:\/\/|(?:^|[\s"'])-[A-Za-z]|\}(?=\/(?:etc|usr|var)\/)|(?<![\w.~@$}\])/%\\-]))\/[\w.+@%=~*?[\]{},-]+(?:\/[\w.+@%=~*?[\]{},-]+)*\/?/gu;
/** A table of kinds of files has how they begin: `0 string #!/bin/sh`. */
const beginningOfOthers = /(?<=[\w.][ \t]+)#!\\?[ \t]*\/\S+/gu;
const rootNames = /^\/(?:bin|etc|home|lib\w*|opt|root|sbin|srv|usr|var|[\w.-]+\/)/u;
const never = /^\/(?:dev|proc|sys|tmp)(?:\/|$)/u;

/**
 * Absolute paths that a text names outside of comments, each once, in the order of the text. Values with colons are
 * lists.
 */
export function pathsInConfiguration(text: string): readonly NamedPath[] {
  const found = new Map<string, NamedPath>();
  for (const line of linesOf(text)) {
    if (!line.includes("/") || comment.test(line)) continue;
    const own = line.includes("#!") ? line.replace(beginningOfOthers, "") : line;
    for (const [match] of own.matchAll(word)) {
      for (const part of partsOf(match)) {
        const named = toNamedPath(part.replace(/[,;.)\]}]+$/u, ""));
        if (named !== undefined) found.set(named.text, named);
      }
    }
  }
  return [...found.values()];
}

/**
 * A word, and what stands between its commas: `/srv/names.map,none` of a function's arguments, `/srv/a,/srv/b` of a
 * list.
 */
function partsOf(text: string): readonly string[] {
  if (!text.includes(",") || /[{[]/u.test(text)) return [text];
  return [text, ...text.split(",").filter((part) => part.startsWith("/"))];
}

/** What was last asked about: each text is asked about several times in a row. */
let last: { readonly text: string; readonly lines: readonly string[] } = { text: "", lines: [""] };

/** Lines without comments of XML, and without keys and certificates. */
function linesOf(text: string): readonly string[] {
  if (last.text !== text) last = { text, lines: splitLines(text) };
  return last.lines;
}

function splitLines(text: string): readonly string[] {
  // JSON may have its slashes escaped.
  const named = text.includes("\\/") ? text.replaceAll("\\/", "/") : text;
  const plain = named.includes("<!--")
    ? named.replaceAll(/<!--[\s\S]*?-->/gu, (part) => part.replaceAll(/[^\n]/gu, ""))
    : named;
  return [...settingLines(plain), ...joinedPathTexts(plain)];
}

/** A relative name with an ending or a directory: `prices.db`, `conf.d/own`, `../entities/own.ent`. */
const relativeName =
  /(?<![\w./~@$%:\\+-])(?:\.\.\/)*(?:(?:[\w+-][\w.+-]*\/)+[\w+-][\w.+-]*|[\w+-]+\.[\w.+-]*\w)(?![\w/.])/gu;

const ownDirectory = /["']\.\/?["']/u;

/** Names in a configuration that may be files beside it, each once; `.` where it names its own directory. */
export function namesBeside(text: string): readonly string[] {
  const found = new Set<string>();
  for (const line of linesOf(text)) {
    const mayName = line.includes(".") || line.includes("/");
    if (!mayName || comment.test(line)) continue;
    if (ownDirectory.test(line)) found.add(".");
    for (const [name] of line.matchAll(relativeName)) found.add(name);
  }
  return [...found];
}

/** The value of an option or a setting, or a text in quotes: `-cp src`, `from = src`. */
const value =
  /(?:^|\s)-{1,2}[\w.:+-]+[\s=]+([\w+-][\w.+-]*)(?=\s|$)|[=:]\s*([\w+-][\w.+-]*)(?=[\s;,]|$)|["']([\w+-][\w.+-]*)["']/gu;

/** Values in a configuration that may be directories beside it, each once. */
export function valuesBeside(text: string): ReadonlySet<string> {
  const lines = linesOf(text).filter((line) => !comment.test(line));
  const found = lines.flatMap((line) => [...line.matchAll(value)]);
  return new Set(found.map(([, option, setting, quoted]) => option ?? setting ?? quoted ?? ""));
}

/** A library by its name alone, or in a directory that a variable holds: `libsqlite3.so.0`, `$libdir/libown.so`. */
const libraryName = /(?:(?<![\w./@%-])|\$\{?\w+\}?\/)(lib[\w+-][\w+.-]*?\.so(?:\.\d+)*)(?![\w.])/gu;

/** Names of libraries in a configuration that the loader has to find, each once. */
export function librariesIn(text: string): ReadonlySet<string> {
  if (!text.includes(".so")) return new Set();
  const lines = linesOf(text).filter((line) => !comment.test(line));
  return new Set(lines.flatMap((line) => [...line.matchAll(libraryName)].map(([, name]) => name ?? "")));
}

/** A program with options, behind the letters of older ones, or with what is filled in at run time. */
const commandLine = /^(\/\S+)\s+(?:\w+\s+)?["'%-]/u;

/**
 * The meaning of a string of a program: a path, or the fixed part of one that is completed at run time
 * (`/usr/lib/x/%s.so`), or the program of a command line (`/bin/ps -ax`). Lists have colons, or commas in braces. A
 * word may have a name before it (`prefix=/usr/lib/x`), begin with a relative one (`~/.x:/etc/x`), be a URI of a file,
 * or go on from `prefix`, the place of installation (`share/x`).
 */
export function pathsInString(text: string, prefix: string): readonly NamedPath[] {
  if (/^(?:lib|libexec|share)\/[\w.+/-]+$/u.test(text)) return [{ text: `${prefix}/${text}`, kind: "path" }];
  const words = text.startsWith("/") ? [commandLine.exec(text)?.[1] ?? text] : text.split(/\s+/u);
  const values = words.flatMap(
    (one) =>
      /^(?:[\w.-]+=|file:\/\/|(?:~|\.{1,2})(?:\/[^:]*)?:)?(\/.*)$/su.exec(
        one.replace(/^(?:'(.*)'|\{(.*)\})$/u, "$1$2"),
      )?.[1] ?? [],
  );
  return values
    .flatMap((value) => value.split(/[:,]/u))
    .flatMap((part) => (/^\/[^\s"'`<>|&;(){}$]+$/u.test(part) ? (toNamedPath(part) ?? []) : []));
}

/**
 * A line of two words, the second of which is a bare name: `postpro grotty`, `helper = tool`; a name in quotes, or one
 * in a directory that a variable holds.
 */
const namedWord =
  /^[ \t]*[\w.-]+\s{0,40}[\s:=]\s{0,40}([\w.+-]+)[ \t]*$|["']([\w.+-]+)["']|\$\{?\w+\}?\/([\w.+-]+)(?![\w/])/gmu;

/** A line of a shell's: a word with an option, a path or a variable behind it, which may be quoted. */
const firstOfLine = /^[ \t]*([A-Za-z][\w.+-]*)(?=[ \t]+["']?(?:-{1,2}[A-Za-z]|\/\w|\$[\w{]))/u;
/** What stands behind a pipe. In a table, the line begins with one. */
const piped = /(?<!\|)\|[ \t]*([A-Za-z][\w.+-]*)(?=[ \t|]|$)/gu;

/**
 * Bare names that stand as values in data, each once: those of programs, for one; and those of the commands in lines of
 * a shell's.
 */
export function bareNames(text: string): ReadonlySet<string> {
  const values = [...text.matchAll(namedWord)].map(([, value, quoted, placed]) => value ?? quoted ?? placed ?? "");
  const commands = text.split("\n").flatMap((line) => {
    const [, first] = firstOfLine.exec(line) ?? [];
    const others = /^\s*\|/u.test(line) ? [] : [...line.matchAll(piped)].map(([, name = ""]) => name);
    return [...(first === undefined ? [] : [first]), ...others];
  });
  return new Set([...values, ...commands]);
}

function toNamedPath(text: string): NamedPath | undefined {
  if (!rootNames.test(text) || never.test(text) || text.length < 4) return undefined;
  // A `?` in place of a name stands for one that the program fills in: `/srv/lib/?.lua`.
  const hole = /%[-\d.]*[a-z{]|\{|(?<=\/)\?(?=[./]|$)/iu.exec(text)?.index;
  if (hole !== undefined) return hole < 4 ? undefined : { text: text.slice(0, hole), kind: "prefix" };
  return { text, kind: /[*?[]/u.test(text) ? "pattern" : "path" };
}

/**
 * `/etc/x.conf`, `--config=/etc/x.conf`, `-c/etc/x.conf`, `file:/etc/x.conf`, `file:///etc/x.conf`, `name=/etc/x.conf`;
 * other names with a slash or a dot are relative.
 */
export function pathsInWord(word: string, workdir: string): readonly AbsPath[] {
  if (word.includes("\n") || word.length > 4096 || word === "") return [];
  const values = word.startsWith("-")
    ? [/^--?[\w.-]+=(.+)$/u.exec(word)?.[1], /^-[A-Za-z](\/.+)$/u.exec(word)?.[1]]
    : [word, /^[\w.-]+=(\/.+)$/u.exec(word)?.[1]];
  const whole = values.flatMap((value) => {
    if (value === undefined) return [];
    const plain = /^[a-z][\w+.-]*:(?:\/\/)?(\/[^/].*)$/u.exec(value)?.[1] ?? value;
    return plain.startsWith("/") || /[./]/u.test(plain) ? [toAbsPath(plain, workdir)] : [];
  });
  return [...whole, ...pathsWithin(word).map((path) => toAbsPath(path))];
}

/**
 * Absolute paths among several words that are one argument: `script load /srv/own.py`, a command in a program's own
 * language.
 */
export function pathsWithin(argument: string): readonly string[] {
  if (!/\s/u.test(argument.trim()) || argument.length > 4096) return [];
  return [...argument.matchAll(/(?<=[\s"'=,(])\/[\w.@%+~-]+(?:\/[\w.@%+~-]+)+/gu)].map(([path]) => path);
}

/**
 * Variables whose values are search paths or say where a process is, not what it reads. Directories of data are looked
 * through by libraries of all kinds.
 */
const notFiles = /^(?:.*PATH|HOME|PWD|OLDPWD|SHELL|TMPDIR|MANPATH|XDG_(?!DATA_DIRS$|CONFIG_DIRS$)\w+)$/u;
const listOfPaths = /^\/[^:]{1,1000}(?::\/[^:]{0,1000}){1,100}:?$/u;

/** The absolute paths that an environment variable names a program's files by. */
export function pathsInVariable(name: string, value: string): readonly AbsPath[] {
  if (notFiles.test(name) || !value.startsWith("/")) return [];
  if (!listOfPaths.test(value)) return pathsInWord(value, "/");
  return value.split(":").flatMap((path) => (path === "" ? [] : [toAbsPath(path)]));
}
