/**
 * True when a file of a package is there for those who build, test or read the package, and not for the program. `path`
 * is relative to the package. Licences and package.json always stay. Directories count at the top only: deeper ones
 * such as `dist/doc` or `lib/test` are code in many packages.
 */
export function isPrunedFile(
  path: string,
  { isCompiled }: { readonly isCompiled: boolean } = { isCompiled: true },
): boolean {
  const components = path.split("/");
  const name = components.at(-1) ?? "";
  if (name === "package.json" || /^(?:licen[cs]e|copying|copyright|notice)/iu.test(name)) return false;
  const isTop = components.length === 1;
  // Where packages that are compiled at their installation keep the sources of the libraries that they link.
  if (isCompiled && components.length === 2 && components[0] === "deps" && archives.test(name)) return true;
  if (isTop && (topNames.test(name) || topDotNames.test(name))) return true;
  // The compiler reads its declarations at run time, under these names.
  if (/\.[cm]?tsx?$/u.test(name)) return !/^lib\..*\.d\.ts$/u.test(name);
  if (isCompiled && compiledEndings.test(name)) return true;
  return endings.test(name) || components.slice(0, -1).some((component) => component === "__tests__");
}

/**
 * True for a text that names something which is pruned, in quotes: cheap, and true too often. A single word counts
 * where paths are joined.
 */
export function mentionsPruned(text: string, { joinsPaths }: { readonly joinsPaths: boolean }): boolean {
  return prunedPaths.test(text) || (joinsPaths && prunedNames.test(text));
}

/** The same for a directory: nothing below it comes along. */
export function isPrunedDirectory(path: string): boolean {
  const components = path.split("/");
  const name = components.at(-1) ?? "";
  if (name === "node_modules" || name === ".git" || name === "__tests__") return true;
  if (components.length === 1) return topDirectories.has(name);
  // The files that node-gyp leaves beside the addons that it builds.
  return /^build\/(?:Release|Debug)\/(?:\.deps|obj|obj\.target)$/u.test(path);
}

/**
 * Directories that show how a package is used, unless all they hold is data: then a program shows it, as an editor does
 * that has flows to begin with.
 */
export const exampleDirectories: readonly string[] = ["example", "examples"];

/** True for a file of an example that people read or run. */
export function isExampleText(path: string): boolean {
  return /\.(?:[cm]?[jt]sx?|html?|md|markdown|txt|vue|svelte|sh|coffee)$|\/(?:readme|makefile|package\.json)$/iu.test(
    path,
  );
}

const topDirectories: ReadonlySet<string> = new Set(
  `test tests __test__ __mocks__ doc docs man example examples benchmark benchmarks bench coverage .github .circleci .vscode
  .idea .husky .nyc_output .changeset`.split(/\s+/u),
);

const topNames =
  /^(?:(?:readme|changelog|changes|history|contributing|contributors|authors|security|code_of_conduct|governance|upgrading|migration)(?:(?:[._-][\w-]+)?\.(?:md|markdown|mkd|txt|rst|adoc|org|html?|pdf)|-[\w-]+)?|makefile|(?:grunt|gulp|jake)file\.js|(?:eslint|rollup|webpack|karma|jest|vitest|tsup)\.conf(?:ig)?\.[cm]?[jt]s|tsconfig(?:\..*)?\.json|(?:package-lock|bower|component)\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|.*\.(?:md|markdown))$/iu;

const topDotNames =
  /^\.(?:eslint|npmignore|npmrc|travis|editorconfig|prettier|babelrc|nyc|jshint|jscs|git|mocharc|taprc|tap|swcrc|appveyor|codeclimate|coveralls|dockerignore|zuul|testem|c8rc|nvmrc|node-version|airtap|release|lint|size-limit|browserslist|yarn)/u;

const archives = /\.(?:tar\.(?:gz|bz2|xz|zst)|tgz)$/u;

/** Maps, type declarations of Flow, what compilers leave behind, unit tests. */
const endings = /(?:\.(?:[cm]?[jt]sx?\.map|css\.map|flow|tsbuildinfo)|\.(?:test|spec)\.[cm]?jsx?)$/iu;

/** Sources and by-products of compiled parts. */
const compiledEndings =
  /(?:\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx|s|asm|gyp|gypi|mk|o|a|obj|pdb|tlog|makefile|ar-file-list)|makefile)$/iu;

/** True for a source or a by-product of compiled parts, by its name. */
export function isForCompilers(path: string): boolean {
  return compiledEndings.test(path.slice(path.lastIndexOf("/") + 1));
}

/** True for a map from code that was made to its sources, which debuggers read. */
export function isSourceMap(path: string): boolean {
  return /\.[cm]?[jt]sx?\.map$/u.test(path);
}

/** A file of settings that the top of a package is pruned of, where a source of it says its path or its name. */
const settingsNames = `(?:\\.{1,2}/)+(?:\\.[\\w.-]{3,60}|[a-z]{4,8}\\.conf(?:ig)?\\.[cm]?[jt]s|(?:tsconfig|package-lock)[\\w.-]{0,40}\\.json)`;
const directoryNames = [...topDirectories].map((name) => name.replaceAll(".", "\\.")).join("|");
const dotNames = `${topDotNames.source.slice(1)}[\\w.-]{0,40}`;
const prunedNames = new RegExp(`["'\`](?:${directoryNames}|__tests__|readme|changelog|${dotNames})["'\`]`, "iu");
const prunedPaths = new RegExp(
  `["'\`](?:(?:\\.{0,2}/)+(?:${directoryNames})["'\`/]|(?:${directoryNames})/|[^"'\`\\s]{0,200}(?:\\.(?:md|markdown|map|flow|(?<!\\.d\\.)[cm]?tsx?|(?:test|spec)\\.[cm]?jsx?)|__tests__/[^"'\`]{0,200}|(?:bower|component)\\.json|${settingsNames})["'\`])`,
  "iu",
);
