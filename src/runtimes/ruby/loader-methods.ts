import type { EvaluationSyntax } from "../../languages/evaluated-files.ts";

/** How a source shows that it runs as code what it reads. */
export const rubyEvaluation: EvaluationSyntax = {
  runs: /\b(?:(?:instance|class|module)_)?eval\b|\bload\b/u,
  reads: /\b(?:File|IO)\.(?:read|readlines|open)\b|\.read\b|\bload\b/u,
};

/** The methods of a source that load what they are given, and what its calls give to methods. */
export interface LoaderMethods {
  /** Methods whose arguments are required as they are: `def helper(*names) = names.each { |name| require name }`. */
  readonly methods: readonly string[];
  /** Plain names of features that calls are given, by method: `requires "kramdown"`. */
  readonly calls: ReadonlyMap<string, readonly string[]>;
}

const definition =
  /^([ \t]*)def[ \t]+(?:self\.)?([a-z_]\w*[!?]?)[ \t]*(?:\(([^)\n]{1,300})\)|[ \t]([^\n=;]{1,300}))/gmu;
/** `names.each { |name| require name }`; the list may be what a method of the name answers. */
const eachElement =
  /(?<![\w$])@{0,2}([a-z_]\w*)\.(?:each|map|flatten\.each|compact\.each|uniq\.each)\s*(?:\{|do\b)\s*\|\s*(\w+)\s*\|\s*(?:Kernel\.)?require\b[ \t(]+\2\b/gu;
const call =
  /(?<![\w@$:"'])([a-z_]\w*[!?]?)(?:[ \t]*\(\s{0,80}|[ \t]+)(%w[[({][^\])}]{1,600}|\[\s{0,80}["'][^\]]{1,600}|(?:["'][a-z][\w/.-]{1,80}["']|:[a-z]\w{1,60}(?![\w:]))(?:[ \t]*,[ \t]*(?:["'][a-z][\w/.-]{1,80}["']|:[a-z]\w{1,60}(?![\w:])))*)/gu;
/** Settings whose names say that others are loaded by their values: `libs: ["shadow"]`, `:require => "x/y"`. */
const setting =
  /(?<![\w@$"'])(?::(?:libs?|library|libraries|features?|requires?)[ \t]*=>|(?:libs?|library|libraries|features?|requires?):)[ \t]*(\[[^\]\n]{1,300}\]|["'][^"'\n]{1,80}["']|%w[[(][^\])\n]{1,300}[\])])/gu;
/** Stands for such settings among the methods of a source. */
export const loadingSettings = "libs:";
const maximumBody = 3000;
const ownVerbs: ReadonlySet<string> = new Set([
  "require",
  "require_relative",
  "load",
  "autoload",
  "initialize",
  "each",
]);

/** Reads code without comments. */
export function loaderMethodsIn(code: string): LoaderMethods {
  const methods = new Set<string>();
  if (/\brequire\b/u.test(code)) {
    for (const match of code.matchAll(definition)) {
      const { index, 0: head, 1: indent = "", 2: name = "" } = match;
      const body = bodyOf(code, index + head.length, indent);
      const parameters = (match[3] ?? match[4] ?? "").matchAll(/(?:^|,)\s*\*{0,2}&?([a-z_]\w*)/gu);
      for (const [, parameter = ""] of parameters) if (isRequired(parameter, body)) methods.add(name);
    }
    for (const { 1: name = "" } of code.matchAll(eachElement)) {
      if (new RegExp(`\\bdef[ \\t]+(?:self\\.)?${name}\\b|\\battr_\\w+[^\\n]*:${name}\\b`, "u").test(code))
        methods.add(name);
    }
  }
  return { methods: [...methods].filter((name) => !ownVerbs.has(name)), calls: callsIn(code) };
}

/** Other names that a source gives to `require`: `alias orig_require require`. */
export function aliasesOfRequire(code: string): readonly string[] {
  const found = code.matchAll(
    /\balias(?:_method)?[ \t(]+:?([a-z_]\w*)(?:,|[ \t])[ \t]*:?require\b(?!_)|\b([a-z_]\w*)[ \t]*=[ \t]*(?:Kernel\.)?method\(:require\)/gu,
  );
  return [...new Set([...found].map((match) => match[1] ?? match[2] ?? ""))].filter((name) => name !== "");
}

function bodyOf(code: string, from: number, indent: string): string {
  const text = code.slice(from, from + maximumBody);
  const end = new RegExp(`\\n${indent}(?:end\\b|def\\b)`, "u").exec(text)?.index;
  // `def load_it(name) = require name` ends with its line.
  if (/^\s*=/u.test(text)) return text.slice(0, text.indexOf("\n") + 1 || text.length);
  return text.slice(0, end ?? text.length);
}

function isRequired(parameter: string, body: string): boolean {
  if (!body.includes("require")) return false;
  return new RegExp(
    `\\brequire\\b[ \\t(]+${parameter}(?:\\.to_s)?\\b(?![\\w.\\[])|\\b${parameter}\\.(?:\\w+\\.)?each\\s*(?:\\{|do\\b)\\s*\\|\\s*(\\w+)[^|]*\\|[^\\n]*(?:\\n[^\\n]*){0,3}?\\brequire\\b[ \\t(]+\\1\\b|\\b${parameter}\\.(?:\\w+\\.)?each\\s*\\(?&(?:method\\()?:require\\b`,
    "u",
  ).test(body);
}

function callsIn(code: string): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const { 1: name = "", 2: list = "" } of code.matchAll(call)) {
    if (ownVerbs.has(name)) continue;
    const known = found.get(name) ?? new Set<string>();
    for (const [word] of list.replace(/^%w/u, "").matchAll(/[\w/.-]+/gu)) known.add(word);
    found.set(name, known);
  }
  const values = [...code.matchAll(setting)].flatMap(
    (match) => (match[1] ?? "").replace(/^%w/u, "").match(/[\w/.-]+/gu) ?? [],
  );
  if (values.length > 0) found.set(loadingSettings, new Set(values));
  return new Map([...found].map(([name, words]) => [name, [...words]]));
}
