import { evaluatesFiles } from "../../languages/evaluated-files.ts";
import { partsOf } from "../../languages/javascript/data-commands.ts";
import { nodeEvaluation } from "../../languages/javascript/module-runtime.ts";
import { packageRootOf } from "../../languages/javascript/packages.ts";
import { type Reference } from "../../languages/javascript/reference.ts";
import { mentionsOthers } from "../../languages/javascript/reference-needs.ts";
import { readReferences, type SourceFile } from "../../languages/javascript/references.ts";
import { heldTag, possibleTag, wordTag } from "../../languages/javascript/starts.ts";
import { printTypeReference } from "../../languages/javascript/type-references.ts";
import { namedPathTexts } from "../../languages/named-paths.ts";
import { namedWords } from "../../languages/setting-commands.ts";
import type { SkeletonLanguage } from "../../languages/skeleton.ts";
import { toAbsPath } from "../../rootfs/rootfs.ts";
import { hole } from "../../values/patterns.ts";

/** Skeletons of Node. */
export const nodeSkeletons: SkeletonLanguage = {
  programs: /^node(?:js)?$/u,
  comment: "//",
  open({ prune, appRoot, workdir }) {
    const level = { isTraced: prune === "reachable" };
    return {
      sources: /(?<!\.d|\.d\.[^.]+)\.(?:[cm]?[jt]s|[jt]sx)$/u,
      skeletonOf: (path, text) => nodeSkeleton({ path: toAbsPath(path, appRoot), text, workdir }, level),
    };
  },
};

/**
 * The skeleton of a source: a text that refers to what the source refers to, on the same lines, and holds nothing else
 * of it. Sources that differ in what no question is about have one skeleton. Undefined for a source that cannot be told
 * so.
 */
export function nodeSkeleton(source: SourceFile, level: { readonly isTraced: boolean }): string | undefined {
  // Sources of packages are searched for words, where all of the package comes along.
  if (!level.isTraced && packageRootOf(toAbsPath(source.path), []) !== undefined) return undefined;
  if (evaluatesFiles(source.text, nodeEvaluation)) return undefined;
  const references = referencesOf(source, level);
  const shebang = source.text.startsWith("#!") ? (source.text.split("\n", 1)[0] ?? "") : "";
  // For JavaScript a line ends there, and its code would be taken for a part of the first line.
  if (/[\r\u2028\u2029]./u.test(shebang)) return undefined;
  const paths = namedPathTexts(source.text);
  const words = namedWordsOf(source.text);
  const parts = asksForParts(references) ? partsOf(source.text) : [];
  const printed = printSkeleton(references, shebang);
  const more = [...paths, ...words, ...parts.map((name) => `.${name}`)];
  const text = more.length === 0 ? printed : `${printed}\n// ${more.join(" ")}`;
  if (namedPathTexts(text).join() !== paths.join() || namedWordsOf(text).join() !== words.join()) return undefined;
  if (asksForParts(references) && partsOf(text).join() !== parts.join()) return undefined;
  const found = new Set(referencesOf({ ...source, text }, level).map((one) => JSON.stringify(one)));
  const wanted = new Set(references.map((one) => JSON.stringify(one)));
  return found.size === wanted.size && [...wanted].every((key) => found.has(key)) ? text : undefined;
}

/** Words under names, which other sources may ask for. */
function namedWordsOf(text: string): readonly string[] {
  return [...new Set(Array.from(namedWords(text), ({ key, word }) => `${key}: "${word}"`))].sort();
}

/** True for a source that starts what only the run tells: what it asks others for may be that. */
function asksForParts(references: readonly Reference[]): boolean {
  return references.some(
    (one) =>
      (one.kind === "program" && one.name.startsWith(hole)) || (one.kind === "command" && one.text.startsWith(hole)),
  );
}

function referencesOf(source: SourceFile, { isTraced }: { readonly isTraced: boolean }): readonly Reference[] {
  if (!isTraced && !mentionsOthers(source.text)) return [];
  // Texts count only where what ships is traced.
  const packageRoot = packageRootOf(toAbsPath(source.path), []);
  return readReferences({ ...source, packageRoot }).filter(({ kind }) => isTraced || kind !== "literal");
}

function printSkeleton(references: readonly Reference[], shebang: string): string {
  const lines: Set<string>[] = shebang === "" ? [] : [new Set([shebang])];
  const texts = new Set<string>();
  const types = new Set<string>();
  for (const reference of references) {
    if (reference.kind === "types") continue;
    const line = "line" in reference ? reference.line : shebang === "" ? 1 : 2;
    const statements = reference.kind === "literal" ? texts : (lines[line - 1] ??= new Set());
    statements.add(printReference(reference));
  }
  const printed = Array.from(lines, (statements) => [...(statements ?? [])].sort().join(""));
  printed.push([...texts].sort().join(""));
  for (const one of references) if (one.kind === "types") types.add(printTypeReference(one.specifier));
  printed.push(...[...types].sort());
  // Paths are put together only where a source knows its own place.
  if (references.some(({ kind }) => kind === "path" || kind === "handed")) printed.push("// __dirname");
  return printed.join("\n");
}

function printReference(reference: Reference): string {
  if (reference.kind === "module") return printModule(reference);
  // What is compared is no value that a command could begin with.
  if (reference.kind === "literal") return `;${JSON.stringify(reference.text)}==_;`;
  // It follows from the text, which counts as such.
  if (reference.kind === "script-text") return `;${JSON.stringify(reference.text)}==_;`;
  if (reference.kind === "script") return `fork(${template(reference.path)});`;
  if (reference.kind === "made-code") return "eval(_);";
  if (reference.kind === "renames") return "registerHooks();";
  // Only packages bundle.
  if (reference.kind === "bundles" || reference.kind === "types") return "";
  if (reference.kind === "command" && reference.isGuess === true) return printGuess(reference);
  if (reference.kind === "command") return `spawn(${template(reference.text)},{shell:1});`;
  if (reference.kind === "program") {
    const args = [...reference.args.map(template), ...(reference.isCut === true ? ["_"] : [])];
    return `spawn(${template(reference.name)},[${args.join(",")}]);`;
  }
  return `${template(reference.path)};`;
}

function printGuess({ text, isHeld, isPossible, isWord }: Extract<Reference, { readonly kind: "command" }>): string {
  const name = isWord === true ? wordTag : isPossible === true ? possibleTag : isHeld === true ? heldTag : undefined;
  const tag = name === undefined ? "$" : `$.${name}`;
  return [tag, template(text), ";"].join("");
}

function printModule({ specifier, mode, certainty }: Extract<Reference, { readonly kind: "module" }>): string {
  if (mode === "import" && certainty === "certain") return `import ${JSON.stringify(specifier)};`;
  const call = `${mode}(${template(specifier)})`;
  if (certainty === "tried") return `try{${call}}catch{}`;
  return certainty === "possible" && mode === "require" ? `()=>${call};` : `${call};`;
}

/**
 * A text in which each hole is the value of a variable that nothing assigns. Templates are no literals, and name
 * nothing by themselves.
 */
function template(text: string): string {
  const escaped = JSON.stringify(text).slice(1, -1).replaceAll("`", "\\`").replaceAll("${", "\\${");
  return `\`${escaped.replaceAll(JSON.stringify(hole).slice(1, -1), "${_}")}\``;
}
