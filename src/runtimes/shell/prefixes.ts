import type { Word, WordPart } from "unbash";
import type { Bound } from "../../closure/model/unknown.ts";
import { type AbsPath, rootPath, toAbsPath } from "../../rootfs/rootfs.ts";
import { type Scope, valuesOf } from "./values.ts";

const maxDepth = 4;

/** The possible values of a word that cannot be told, by the beginnings of it that are known; each bound once. */
export function boundsOf(word: Word, scope: Scope, workdir: AbsPath): readonly Bound[] {
  const bounds = new Map<string, Bound>();
  for (const prefix of prefixesOf(word, scope, 0)) {
    const path = toAbsPath(prefix, workdir);
    const isDirectory = prefix.endsWith("/");
    if (prefix === "" || path === rootPath) continue;
    bounds.set(prefix, isDirectory ? { kind: "directory", path } : { kind: "prefix", prefix: path });
  }
  return bounds.size === 0 ? [{ kind: "anything" }] : [...bounds.values()];
}

/** The text before the first part that is not known; where that is a variable at the start, those of its values. */
function prefixesOf(word: Word, scope: Scope, depth: number): readonly string[] {
  const parts = flat(word.parts ?? []);
  if (parts.length === 0) return [plainStart(word.value)];
  let texts: readonly string[] = [""];
  for (const part of parts) {
    const values = part.type === "Glob" ? [] : valuesOf({ ...word, parts: [part] }, scope).texts;
    if (values.length === 0) return texts.every((text) => text === "") ? startsOf(part, scope, depth) : texts;
    texts = texts.flatMap((text) => values.map((value) => text + value));
    if (texts.some((text) => plainStart(text) !== text)) return texts.map(plainStart);
  }
  return texts;
}

function startsOf(part: WordPart, scope: Scope, depth: number): readonly string[] {
  const name = /^\$\{?(\w+)\}?$/u.exec(part.text)?.[1];
  if (name === undefined || depth >= maxDepth) return [];
  if (scope.loops.has(name)) return [...new Set(scope.positional.flat().map(plainStart))];
  if (/^\d+$/u.test(name)) return scope.positional.flatMap((list) => list[Number(name) - 1] ?? []).map(plainStart);
  const words = scope.assigned.get(name) ?? [];
  return words.flatMap((word) => (word === undefined ? [] : prefixesOf(word, scope, depth + 1)));
}

/** The text before the first character that stands for others. */
function plainStart(text: string): string {
  return text.replace(/["'$`*?[].*$/su, "");
}

function flat(parts: readonly WordPart[]): readonly WordPart[] {
  return parts.flatMap((part): readonly WordPart[] =>
    part.type === "DoubleQuoted" || part.type === "LocaleString" ? part.parts : [part],
  );
}
