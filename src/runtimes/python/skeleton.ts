import {
  begunPaths,
  begunWords,
  firstWordsIn,
  listedCommandsIn,
  shellLinesIn,
  wordsHeldIn,
} from "../../languages/command-words.ts";
import { evaluatesFiles } from "../../languages/evaluated-files.ts";
import { wordsOfPrograms } from "../../languages/listed-programs.ts";
import { namedWords } from "../../languages/setting-commands.ts";
import type { SkeletonLanguage } from "../../languages/skeleton.ts";
import { startedCommandsIn } from "../../languages/started-commands.ts";
import { printAddedPath } from "./added-paths.ts";
import { callsByFullName } from "./call-names.ts";
import { anyCodecWords, namedCodecWord } from "./codecs.ts";
import type { ImportStatement } from "./import-statement.ts";
import { calledMembers, startedByLibraries } from "./library-programs.ts";
import { pythonEvaluation } from "./made-code.ts";
import { factsOf } from "./source-facts.ts";
import type { LiteralCall } from "./source-scan.ts";
import { exportedNamesIn, joinsNamespace } from "./source-text.ts";
import { libraryOpeners, packageLists } from "./source-words.ts";
import { pythonCalls } from "./started-programs.ts";

/**
 * Skeletons of Python. Installed packages have sources that are read as tables: the finders of editable installations.
 */
export const pythonSkeletons: SkeletonLanguage = {
  programs: /^python[\d.]*$/u,
  comment: "#",
  open({ stdlib }) {
    const isTraced = stdlib === "reachable";
    return {
      sources: /^(?!.*(?:site|dist)-packages\/).*\.py$/u,
      skeletonOf: (_, text) => pythonSkeleton(text, { isTraced }),
    };
  },
};

/**
 * The skeleton of a source: a text that answers everything the closure asks of a source as the source itself does, and
 * holds nothing else of it. Sources that differ in what no question is about have one skeleton. Undefined for a source
 * that cannot be told so.
 */
export function pythonSkeleton(text: string, level: { readonly isTraced: boolean }): string | undefined {
  if (evaluatesFiles(text, pythonEvaluation)) return undefined;
  const answers = answersOf(text, level);
  const skeleton = printSkeleton(answers, text.startsWith("#!") ? (text.split("\n", 1)[0] ?? "") : undefined);
  return isEqual(answersOf(skeleton, level), answers) ? skeleton : undefined;
}

type Answers = ReturnType<typeof answersOf>;

/** All answers, those whose order means nothing sorted. */
function answersOf(text: string, level: { readonly isTraced: boolean }) {
  const { scan, gateWords, wantsEveryCodec, decodesByName } = factsOf(text, level);
  return {
    ...scan,
    names: [...scan.names].sort(),
    paths: [...scan.paths].sort(),
    files: [...scan.files].sort(),
    prefixes: [...scan.prefixes].sort(),
    computed: [...scan.computed].sort(),
    gateWords: [...gateWords].sort(),
    wantsEveryCodec,
    decodesByName,
    exported: exportedNamesIn(text),
    joinsNamespace: joinsNamespace(text),
    ...commandsOf(text),
  };
}

/** What a source tells of programs that the application starts. One that starts any is sent as it is. */
function commandsOf(text: string) {
  const code = callsByFullName(text);
  const lines = [...begunWords(code)].flatMap(([word, isLine]) => (isLine ? [word] : []));
  return {
    commands: startedCommandsIn(code, pythonCalls),
    commandLines: lines.sort(),
    lists: [...listedCommandsIn(code)].map(([word, isCommand]) => ({ word, isCommand })).sort(byWord),
    firstWords: [...firstWordsIn(code)].sort(),
    shellLines: [...shellLinesIn(code)].sort(),
    words: [...wordsHeldIn(code)].sort(),
    // Names with other signs stand in tables, whose sources are sent as they are.
    named: [...new Set(Array.from(namedWords(code), ({ key, word }) => `${key} = "${word}"`))].sort(),
    programs: [...wordsOfPrograms(code)],
    programPaths: begunPaths(code),
    libraryPrograms: startedByLibraries(text),
    members: calledMembers(text),
  };
}

function byWord(left: { readonly word: string }, right: { readonly word: string }): number {
  return left.word < right.word ? -1 : 1;
}

function isEqual(left: Answers, right: Answers): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

function printSkeleton(answers: Answers, shebang: string | undefined): string {
  const { imports, calls, names, paths, files, exported } = answers;
  const isComputed = answers.computed.length > 0;
  // Texts to look for, wherever they stand.
  const words = [
    ...answers.gateWords,
    ...(answers.wantsEveryCodec ? anyCodecWords.slice(0, 1) : []),
    ...(answers.decodesByName ? [namedCodecWord] : []),
    ...(answers.joinsNamespace ? ["extend_path"] : []),
  ];
  const hasCall = (callee: RegExp): boolean => calls.some((call) => !call.complete && callee.test(call.callee));
  const held = new Set(answers.words);
  const texts = new Set([...names, ...paths, ...files, ...answers.prefixes.map((prefix) => `${prefix}%`), ...held]);
  const lines = [
    ...(shebang === undefined ? [] : [shebang]),
    ...(words.length === 0 ? [] : [`# ${words.join(" ")}`]),
    ...(exported.length === 0 ? [] : [`__all__ = [${exported.map((name) => `"${name}"`).join(", ")}]`]),
    ...imports.map(printImport),
    ...calls.map(printCall),
    ...(answers.importsComputed && !isComputed && !hasCall(/^(?:import_module|__import__|run_module|resolve_name)$/u)
      ? ["import_module(_)"]
      : []),
    ...answers.computed.map((call) => call.replace("(...)", "(())")),
    ...(answers.looksUpComputed && !hasCall(/^find_library$/u) ? ["find_library(_)"] : []),
    ...(answers.touchesPath ? ["sys.path"] : []),
    ...answers.addedPaths.map(
      (path) => `${answers.touchesPath ? "sys.path.append" : "addsitedir"}(${printAddedPath(path)})`,
    ),
    ...(answers.opensLibraries ? [...libraryOpeners].slice(0, 1) : []),
    // One of the two words is a gate's too, where gates count.
    ...(answers.listsModules ? [answers.gateWords.includes("iter_modules") ? "iter_modules" : "walk_packages"] : []),
    ...(answers.startsPrograms ? ["subprocess"] : []),
    ...(answers.listsDirectory ? ["listdir"] : []),
    ...(answers.loadsEntryPoints ? ["entry_points"] : []),
    ...(answers.installsFinder ? ["meta_path"] : []),
    ...(answers.readsStub ? ["stub(__file__)"] : []),
    ...(answers.listsPackages ? [...packageLists].slice(0, 1) : []),
    ...answers.lists.map(({ word, isCommand }) => `["${word}"${isCommand ? "" : ', "a"'}]`),
    ...answers.libraryPrograms.map((word) => `spawn_("${word}")`),
    // Imports stand by their own names.
    ...answers.members.map(({ module, member }) => `${module}.${member}.a()`),
    ...answers.commandLines.map((word) => `"${word} -a${answers.shellLines.includes(word) ? ";" : ""}"`),
    ...answers.firstWords.filter((word) => !answers.commandLines.includes(word)).map((word) => `"${word} _"`),
    ...answers.named,
    // What is compared is no value that a command could begin with.
    ...[...texts].map((text) => (held.has(text) ? `"${text}"` : `"${text}" == _`)),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** Each in a block of its own. */
function printImport({ module, level, names, time }: ImportStatement): string {
  const statement =
    names === undefined ? `import ${module}` : `from ${".".repeat(level)}${module} import ${names.join(", ")}`;
  const blocks = { always: "", sometimes: "if _:\n ", main: 'if __name__ == "__main__":\n ', never: "if 0:\n " };
  return blocks[time] + statement;
}

function printCall({ callee, text, complete, isList }: LiteralCall): string {
  const quote = ['"', "'", '"""'].find((one) => !text.includes(one) && (one.length > 1 || !text.includes("\n"))) ?? '"';
  return `${callee}(${isList === true ? "[" : ""}${quote}${text}${quote}${complete ? "" : " % _"}${isList === true ? "]" : ""})`;
}
