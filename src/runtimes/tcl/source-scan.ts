import { lineFinder } from "../../languages/lines.ts";

/** A package that a source requires. */
export interface RequiredPackage {
  readonly name: string;
  /** False where `catch` or an indented line goes on without it. */
  readonly isCertain: boolean;
  readonly line: number;
}

/** A place where a source loads what only the run tells. */
export interface ComputedName {
  readonly line: number;
  /** The command as messages show it. */
  readonly what: string;
  /** True where the name is joined to the directory of the script. */
  readonly isBeside: boolean;
}

export interface TclScan {
  readonly computed: readonly ComputedName[];
  readonly packages: readonly RequiredPackage[];
  /** Files of `source` and `load`; those beside the source begin with `./`. */
  readonly files: readonly string[];
  /** Directories that are put onto `auto_path`, in the same form. */
  readonly directories: readonly string[];
  /** Directories that variables hold, from the place of the source: `./..` of `[file dirname [file dirname ...]]`. */
  readonly homes: readonly string[];
  /** The plain words of each path that begins with a variable or the place of the source: `[file join $home msgs]`. */
  readonly joined: readonly (readonly string[])[];
  /** True when it looks up time zones by their names. */
  readonly usesZones: boolean;
  /** True when it names an encoding. */
  readonly usesEncodings: boolean;
  /** True when it reads or prints dates, which the library does by scripts with packages of their own. */
  readonly usesDates: boolean;
  /** True when it formats times in a locale, or has messages in one. */
  readonly usesLocales: boolean;
}

const besideScript =
  /\[\s*file\s+dirname\s+(?:\[\s*(?:file\s+normalize\s+)?\[?\s*info\s+script\s*\]?\s*\]?|\$(?:::)?argv0|\[\s*info\s+script\s*\])\s*\]/u;

const ownHome =
  /(?<![\w:$])(?:set|variable)[ \t]+(?:::)?([\w:]{1,60})[ \t]+(\[[ \t]*file[ \t]+(?:dirname|normalize)[^\n]{0,200})/gu;
const joinedPath =
  /\[[ \t]*file[ \t]+join[ \t]+([^\]\n]{0,200}(?:\][^\]\n]{0,200}){0,4})|\$(?:::)?\{?[\w:]{1,60}\}?((?:\/[\w.@+-]{1,60}){1,8})/gu;

/** Reads a source. Never throws; what is no Tcl names nothing. */
export function scanTcl(text: string): TclScan {
  const code = text.replace(/^[ \t]*#[^\n]*/gmu, "").replace(/\\\n[ \t]*/gu, " ");
  const homes = homesIn(code);
  const packages: RequiredPackage[] = [];
  const lineOf = lineFinder(code);
  for (const match of code.matchAll(/(?<![\w:$])package\s+require\s+(?:-exact\s+)?(\{?)([\w:.-]+)\1?/gu)) {
    const isStatement = match.index === 0 || code[match.index - 1] === "\n";
    packages.push({ name: match[2] ?? "", isCertain: isStatement, line: lineOf(match.index) });
  }
  const computed: ComputedName[] = [];
  for (const match of code.matchAll(/(?<![\w:$-])(package[ \t]+require|source|load)[ \t]+([^\n;]{1,300})/gu)) {
    const { index, 1: verb = "", 2: rest = "" } = match;
    const isStatement = /(?:^|[\n;{[])[ \t]*$/u.test(code.slice(Math.max(0, index - 200), index));
    const argument = rest.replace(/^-(?:encoding[ \t]+\S+|exact|rsrc)[ \t]+/u, "");
    if (!isStatement || !/^["{]?[^\s"{}]*[$[]/u.test(argument) || pathOf(argument, homes) !== undefined) continue;
    const isBeside = besideScript.test(argument) || /^\[[ \t]*file[ \t]+join[ \t]+\$/u.test(argument);
    computed.push({ line: lineOf(index), what: `${verb} ${argument}`.slice(0, 60).trim(), isBeside });
  }
  return {
    computed,
    packages,
    files: [...pathsAfter(code, /(?<![\w:$])(?:source(?:\s+-encoding\s+\S+)?|load)\s+/gu, homes)],
    directories: [...pathsAfter(code, /\blappend\s+(?:::)?auto_path\s+|\btcl::tm::path\s+add\s+/gu, homes)],
    homes: [...new Set(homes.values())],
    joined: Array.from(code.matchAll(joinedPath), ([, words = "", inner = ""]) =>
      `${words} ${inner}`.split(/[\s"{}\][]+/u).filter((part) => /^[\w.@+/-]+$/u.test(part) && !isCommand.test(part)),
    ).filter((parts) => parts.length > 0),
    usesZones: /-timezone\b|\bTZ\b/u.test(code),
    usesDates: /\bclock\s+(?:add|format|scan)\b/u.test(code),
    usesEncodings: /\bencoding\s+(?:convert|system)|-encoding\s+(?!utf-8\b)/u.test(code),
    usesLocales: /-locale\b|\bmsgcat\b/u.test(code),
  };
}

const isCommand = /^(?:file|join|dirname|normalize|info|script)$/u;

/** The directories that variables hold of those above a source. */
function homesIn(code: string): ReadonlyMap<string, string> {
  const homes = new Map<string, string>();
  for (const [, name = "", value = ""] of code.matchAll(ownHome)) {
    const [chain, ofScript] = /^[^$]*?(info[ \t]+script|\$(?:::)?argv0)/u.exec(value) ?? [];
    if (chain === undefined || ofScript === undefined) continue;
    const depth = (chain.match(/\bdirname\b/gu)?.length ?? 0) - 1;
    if (depth >= 0) homes.set(name, `./${Array.from({ length: depth }, () => "..").join("/")}`);
  }
  return homes;
}

function pathsAfter(code: string, verb: RegExp, homes: ReadonlyMap<string, string>): ReadonlySet<string> {
  const found = new Set<string>();
  for (const match of code.matchAll(verb)) {
    const start = match.index + match[0].length;
    const line = /^[^\n;]*/u.exec(code.slice(start, start + 400))?.[0] ?? "";
    const path = pathOf(line, homes);
    if (path !== undefined) found.add(path);
  }
  return found;
}

/** A plain word, or `[file join DIRECTORY words]` where the directory is that of the script. */
function pathOf(text: string, homes: ReadonlyMap<string, string>): string | undefined {
  const plain = /^(?:"([^"$[\]{}]+)"|\{([^{}]+)\}|([^\s"$[\]{};]+))/u.exec(text);
  if (plain !== null) return plain[1] ?? plain[2] ?? plain[3];
  // Most variables before a name hold the directory of the script; that the file is there decides.
  const beside = text
    .replace(besideScript, " \uE000 ")
    .replace(/^(\[\s*file\s+join\s+)\$([\w:]+)/u, (_, head: string, name: string) => {
      const home = homes.get(name.replace(/^::/u, "")) ?? "";
      return `${head} \uE000 ${home.replace(/^\.\/?/u, "")} `;
    });
  if (!beside.includes("\uE000")) return undefined;
  const words = /\uE000([^\]\n]*)/u.exec(beside)?.[1] ?? "";
  const parts = words.split(/[\s/"]+/u).filter((part) => part !== "");
  return parts.some((part) => /[$[{]/u.test(part)) ? undefined : ["./", ...parts].join("/").replace("//", "/");
}

/** Names that `package ifneeded` gives in an index, with the text of each script. */
export function readIndex(text: string): readonly { readonly name: string; readonly script: string }[] {
  const parts = text.split(/^[^#\n]*?\bpackage\s+ifneeded\s+/mu).slice(1);
  return parts.map((part) => ({ name: /^\{?([\w:.-]+)/u.exec(part)?.[1] ?? "", script: part }));
}

/** Names of files that the script of an index puts together with `$dir`, and whole paths. */
export function filesOfIndex(script: string): readonly string[] {
  const joined = [...script.matchAll(/\[\s*file\s+join\s+(?:\$dir\s+|(?=\/))([^\]$[]+)\]/gu)].map(([, words = ""]) =>
    words
      .trim()
      .split(/[\s"{}]+/u)
      .filter((part) => part !== "")
      .join("/"),
  );
  const plain = [...script.matchAll(/\$dir\/([\w./-]+)/gu)].map((match) => match[1] ?? "");
  return [...new Set([...joined, ...plain])];
}
