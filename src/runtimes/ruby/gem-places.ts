import type { Because } from "../../languages/needs.ts";
import type { ProcessFiles } from "../../rootfs/process-files.ts";
import { type AbsPath, isWithin, toAbsPath } from "../../rootfs/rootfs.ts";
import { shownCall } from "./computed-names.ts";
import type { Emitter } from "./emitter.ts";
import { featureBelow } from "./gems.ts";
import type { Reach } from "./reach.ts";

/**
 * A path below the directory of a gem that a source names: `Gem.loaded_specs["kit"].full_gem_path + "/lib/kit.rake"`.
 */
export interface GemPlace {
  readonly gem: string;
  /** What stands behind the directory, as far as it is written; empty for the directory itself. */
  readonly below: string;
  /** True where it begins at the gem's directories of the load path. */
  readonly isLoadPath: boolean;
  /** True where only the run tells what follows. */
  readonly isOpen: boolean;
  /** True where it is what a call loads. */
  readonly isLoaded: boolean;
  readonly line: number;
  readonly what: string;
}

const specification = String.raw`(?:Gem::Specification\.find_by_name|Gem\.loaded_specs\.fetch|Bundler\.rubygems\.find_name)[ \t]*\(?[ \t]*["']([\w.-]+)["'][^\n).]{0,60}\)?|Gem\.loaded_specs\[[ \t]*["']([\w.-]+)["'][ \t]*\]`;
const directory = String.raw`(?:&?\.(?:first|last))?&?\.(gem_dir|full_gem_path|gem_path|full_require_paths?|lib_dirs_glob|require_paths?|datadir)\b(?:\.first|\.to_s)?`;
const place = new RegExp(`(?:${specification})${directory}`, "gu");
const held = new RegExp(
  String.raw`^[ \t]*(@?\w+)[ \t]*(?:\|\|)?=[ \t]*(?:${specification})(${directory})?[ \t]*(?:if\b.*|rescue\b.*)?$`,
  "gmu",
);
const maximumHolders = 20;

const begun = new RegExp(
  String.raw`^(?:File\.(?:join|expand_path)\(\s*)?"?(?:#\{)?(?:${specification})${directory}`,
  "u",
);

/** True for an argument that begins with the directory of a gem whose name is written. */
export function isGemPlace(argument: string): boolean {
  return begun.test(argument);
}

/** Paths below directories of gems, by calls and by variables that hold a gem's specification or its directory. */
export function gemPlacesIn(code: string, lineOf: (at: number) => number): readonly GemPlace[] {
  if (!/\bfind_by_name\b|\bloaded_specs\b|\brubygems\.find_name\b/u.test(code)) return [];
  const found: GemPlace[] = [];
  const add = (at: number, end: number, gem: string, verb: string): void => {
    const rest = /^[^\n]{0,300}/u.exec(code.slice(end, end + 300))?.[0] ?? "";
    const before = code.slice(Math.max(code.lastIndexOf("\n", at - 1) + 1, at - 60), at);
    const call = /\b(?:require|load)\b[^\n]*$/u.exec(before)?.[0];
    found.push({
      gem,
      ...behind(rest),
      isLoadPath: /require_path|lib_dirs/u.test(verb),
      isLoaded: call !== undefined,
      line: lineOf(at),
      what: shownCall(code, at - (call?.length ?? 0)),
    });
  };
  for (const match of code.matchAll(place)) {
    const [whole, called, indexed, verb = ""] = match;
    // A variable that holds the directory is followed to where it is used.
    const isHeld = /^[ \t]*@?\w+[ \t]*(?:\|\|)?=[ \t]*$/u.test(
      code.slice(code.lastIndexOf("\n", match.index) + 1, match.index),
    );
    const isWhole = /^[ \t]*(?:$|\n)/u.test(code.slice(match.index + whole.length, match.index + whole.length + 40));
    if (!isHeld || !isWhole) add(match.index, match.index + whole.length, called ?? indexed ?? "", verb);
  }
  for (const { 1: name = "", 2: called, 3: indexed, 4: ending, 5: verb = "", index, 0: whole } of [
    ...code.matchAll(held),
  ].slice(0, maximumHolders)) {
    const used = new RegExp(`(?<![\\w.:@])${name}\\b${ending === undefined ? directory : ""}`, "gu");
    used.lastIndex = index + whole.length;
    for (let one = used.exec(code); one !== null; one = used.exec(code))
      add(one.index, one.index + one[0].length, called ?? indexed ?? "", ending === undefined ? (one[1] ?? "") : verb);
  }
  return found;
}

/** What is written behind a directory: `+ "/x"`, `}/x"` in a text, `, "a", "b")` among the parts of a path. */
function behind(rest: string): Pick<GemPlace, "below" | "isOpen"> {
  const text = /^\s*(?:\+|\/)\s*(?:"([^"\n]*)"|'([^'\n]*)')/u.exec(rest) ?? /^\}([^"\n]*)"/u.exec(rest);
  const written = text === null ? partsOf(rest) : [text[1] ?? text[2] ?? ""];
  const joined = written.join("/");
  const plain = /^[^#*?{[]*/u.exec(joined)?.[0] ?? "";
  const isOpen =
    plain.length < joined.length || (text === null && /^(?:\s*,\s*["'][^"'\n]*["'])*\s*,\s*[^\s"']/u.test(rest));
  const below = isOpen && plain.length < joined.length ? plain.replace(/[^/]*$/u, "") : plain;
  return { below: below.replaceAll(/^\/+|\/+$/gu, ""), isOpen };
}

function partsOf(rest: string): readonly string[] {
  const parts = /^(?:\s*,\s*(?:"[^"\n]*"|'[^'\n]*'))+/u.exec(rest)?.[0] ?? "";
  return [...parts.matchAll(/["']([^"'\n]*)["']/gu)].map((match) => match[1] ?? "");
}

/** The files that such paths lead to, and an unknown where one is not written to its end. */
export async function reachGemPlaces(
  { gemPlaces }: { readonly gemPlaces: readonly GemPlace[] },
  path: AbsPath,
  { files, emitter, reach }: { readonly files: ProcessFiles; readonly emitter: Emitter; readonly reach: Reach },
): Promise<void> {
  for (const { gem: name, below, isLoadPath, isOpen, isLoaded, line, what } of gemPlaces) {
    const found = reach.find(name);
    if (found === undefined) {
      if (isLoaded) emitter.unknown(path, { kind: "computed-name", line, what, bound: { kind: "anything" } });
      continue;
    }
    const because: Because = {
      evidence: "proved",
      why: `asks for the directory of the gem ${name} (line ${String(line)})`,
    };
    await reach.gem(name, because);
    for (const base of isLoadPath ? found.requirePaths : [found.root]) {
      const target = toAbsPath(below, base);
      if (below !== "" && !isOpen) {
        const file = (await files.isFile(target)) ? target : await featureBelow([base], below, files);
        if (file !== undefined) {
          emitter.file(file, because);
          continue;
        }
      }
      if (!isWithin(target, found.root) || isWithin(path, target)) continue;
      if (!(await files.isDirectory(target))) continue;
      emitter.unknown(path, { kind: "listed-directory", line, what, bound: { kind: "directory", path: target } });
    }
  }
}

/** True for a source that shows how a gem is used: nothing of an image runs it, nor what it starts. */
export function isGemSample(path: AbsPath): boolean {
  return /\/gems\/[^/]+\/(?:samples?|examples?|demos?)\//u.test(path);
}
