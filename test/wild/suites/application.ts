import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { type Language, textOf } from "./sample.ts";

/** An upstream test as an application: the arguments of its interpreter. */
export interface SuiteApplication {
  readonly script: string;
  readonly interpreter: string;
  readonly cmd: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Packages that run tests of a language. */
export const testTools: Readonly<Record<Language, readonly string[]>> = {
  perl: ["perl"],
  python: ["python3", "python3-pytest"],
  ruby: ["ruby", "ruby-rspec", "ruby-minitest", "ruby-test-unit", "ruby-mocha"],
  node: ["nodejs", "mocha", "node-tape", "node-chai"],
  php: ["php-cli", "phpunit", "php-mbstring", "php-xml"],
};

const scripts: Readonly<Record<Language, readonly string[]>> = {
  perl: ["t/**/*.t"],
  python: ["{tests,test}/**/test_*.py", "{tests,test}/**/*_test.py"],
  ruby: ["spec/**/*_spec.rb", "test/**/*_test.rb", "test/**/test_*.rb"],
  node: ["test/**/*.js", "tests/**/*.js", "test.js"],
  php: ["{tests,test,Tests,Test}/**/*Test.php"],
};

/** The code that the installed package has, and what builds it: an application brings neither. */
const ownSources: Readonly<Record<Language, RegExp>> = {
  perl: /^(?:lib|blib|inc|xt|debian|.*\.(?:pm|PL|xs|c|h))$/u,
  python: /^(?:src|debian|docs?|setup\.py|pyproject\.toml|.*\.egg-info)$/u,
  ruby: /^(?:lib|ext|debian|Gemfile.*|.*\.gemspec)$/u,
  node: /^(?:lib|src|dist|build|debian|node_modules|index\.js)$/u,
  php: /^(?:src|lib|debian|vendor)$/u,
};

/** Test scripts of a tree, the largest first: it uses most. */
export function scriptsOf(language: Language, tree: string): readonly string[] {
  const found = globSync([...scripts[language]], { cwd: tree }).filter((path) => !isHelper(path));
  const size = (path: string): number => statSync(join(tree, path)).size;
  const usable = [...new Set(found)].filter((path) => size(path) < largestScript);
  return usable.toSorted((left, right) => size(right) - size(left) || (left < right ? -1 : 1));
}

/** Larger ones are tables, and take long. */
const largestScript = 100_000;

/** Tests of manuals, of style and of the release itself, and what tests only load. */
function isHelper(path: string): boolean {
  return (
    /(?:^|\/)(?:fixtures?|data|helpers?|support|lib|vendor|node_modules|author)\//u.test(path) ||
    /(?:^|\/)(?:release|author|00|pod|kwalitee|changes|manifest|boilerplate|eol|perlcritic|use_ok)[\w-]*\.t$/iu.test(
      path,
    )
  );
}

/** Copies a tree as an application, without the sources of what is installed. */
export function writeApplication(
  language: Language,
  {
    tree,
    context,
    installed,
  }: { readonly tree: string; readonly context: string; readonly installed: readonly string[] },
): void {
  mkdirSync(context, { recursive: true });
  for (const name of readdirSync(tree)) {
    if (ownSources[language].test(name) || (language === "python" && isPackage(tree, name))) continue;
    cpSync(join(tree, name), join(context, name), { recursive: true, verbatimSymlinks: true });
  }
  if (language === "node") useInstalled(tree, context);
  if (language === "php") writeAutoloader(tree, { context, installed });
}

function isPackage(tree: string, name: string): boolean {
  return !/^tests?$/u.test(name) && existsSync(join(tree, name, "__init__.py"));
}

/** `require("../lib/x")` of a package's own file becomes `require("name/lib/x")`. */
function useInstalled(tree: string, context: string): void {
  const listed = textOf(tree, "package.json");
  const name = nameOf(listed);
  if (name === undefined) return;
  // Imports, unlike require, do not look where Debian's packages are.
  const link = join(context, "node_modules", name);
  if (/"type"\s*:\s*"module"/u.test(listed)) {
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(`/usr/share/nodejs/${name}`, link);
  }
  for (const path of globSync("**/*.{js,cjs,mjs}", { cwd: context, exclude: (one) => one === "node_modules" })) {
    const depth = path.split("/").length - 1;
    const up = depth === 0 ? "\\." : Array.from({ length: depth }, () => "\\.\\.").join("/");
    const own = new RegExp(`(require\\(|from |import )(['"])${up}/?((?:/[^'"]*)?)\\2`, "gu");
    const file = join(context, path);
    const text = readFileSync(file, "utf8");
    const changed = text.replaceAll(own, (whole, call: string, quote: string, rest: string) => {
      const below = rest.replace(/^\/+/u, "");
      const isTheirs = below !== "" && existsOf(context, below);
      return isTheirs
        ? whole
        : `${call}${quote}${name}${below === "" || /^index(?:\.js)?$/u.test(below) ? "" : `/${below}`}${quote}`;
    });
    if (changed !== text) writeFileSync(file, changed);
  }
}

function existsOf(folder: string, below: string): boolean {
  return ["", ".js", ".json", "/index.js"].some((end) => existsSync(join(folder, below + end)));
}

function nameOf(text: string): string | undefined {
  return /"name"\s*:\s*"([^"]+)"/u.exec(text)?.[1];
}

/** What Composer would write: the installed autoloaders, and the names of the tests' own classes. */
function writeAutoloader(
  tree: string,
  { context, installed }: { readonly context: string; readonly installed: readonly string[] },
): void {
  const listed = textOf(tree, "composer.json");
  const dev = /"autoload-dev"\s*:\s*\{[^]*?"psr-4"\s*:\s*\{([^}]*)\}/u.exec(listed)?.[1] ?? "";
  const rows = [...dev.matchAll(/"([^"]+)"\s*:\s*"([^"]*)"/gu)].map(([, prefix, place]) => [prefix, place]);
  const loaders = installed.filter((path) => /^\/usr\/share\/php\/.*\/autoload\.php$/u.test(path));
  const lines = [
    "<?php",
    ...loaders.map((path) => `require_once '${path}';`),
    ...rows.map(
      ([prefix, place]) =>
        `spl_autoload_register(function ($class) { $prefix = '${prefix ?? ""}'; if (strpos($class, $prefix) === 0) { $file = __DIR__ . '/../${(place ?? "").replace(/\/$/u, "")}/' . str_replace('\\\\', '/', substr($class, strlen($prefix))) . '.php'; if (is_file($file)) require $file; } });`,
    ),
  ];
  mkdirSync(join(context, "vendor"), { recursive: true });
  writeFileSync(join(context, "vendor/autoload.php"), `${lines.join("\n")}\n`);
}

/** How a test script is started. */
export function applicationOf(
  language: Language,
  { tree, script }: { readonly tree: string; readonly script: string },
): SuiteApplication {
  const text = textOf(tree, script);
  const made = (interpreter: string, cmd: readonly string[], env = {}): SuiteApplication => ({
    script,
    interpreter,
    cmd,
    env,
  });
  if (language === "perl") return made("perl", [script]);
  if (language === "python") {
    const quiet = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "addopts=", script];
    const isUnit =
      /unittest/u.test(text) && !/\bpytest\b/u.test(text) && existsSync(join(tree, dirname(script), "__init__.py"));
    const module = script.replace(/\.py$/u, "").replaceAll("/", ".");
    return made("python3", isUnit ? ["-m", "unittest", "-v", module] : quiet);
  }
  if (language === "ruby") {
    return script.endsWith("_spec.rb") && script.startsWith("spec/")
      ? made("ruby", ["-Ispec", "/usr/bin/rspec", script])
      : made("ruby", ["-Itest", "-I.", script]);
  }
  if (language === "node") {
    const isMocha =
      /^\s*(?:describe|suite|it)\(/mu.test(text) && !/node:test|require\(['"](?:tape|tap|ava)['"]\)/u.test(text);
    return isMocha ? made("node", ["/usr/share/nodejs/mocha/bin/mocha.js", script]) : made("node", [script]);
  }
  const bootstrap = ["tests/bootstrap.php", "test/bootstrap.php"].find((path) => existsSync(join(tree, path)));
  return made("php", [
    "/usr/bin/phpunit",
    "--no-configuration",
    "--bootstrap",
    bootstrap ?? "vendor/autoload.php",
    script,
  ]);
}

/** What a test's output says of its parts: two runs that did the same have the same. */
export function tallyOf(output: string): string {
  const plain = stripVTControlCharacters(output);
  const perl = plain.split("\n").filter((line) => /^\s*(?:not )?ok\b/u.test(line));
  if (perl.length > 0)
    return perl
      .map((line) => line.replace(/^(\s*(?:not )?ok(?: \d+)?).*?(# (?:skip|TODO)\b.*)?$/iu, "$1 $2"))
      .join("\n");
  const lines = plain
    .split("\n")
    .filter((line) =>
      /^\s*(?:\d+ (?:passing|pending|failing)|\d+ examples?,|\d+ (?:runs|tests), |Ran \d+ tests?|OK \(|OK,? |Tests: |# (?:tests|pass|fail) |.*\b\d+ passed\b|1\.\.0)/u.test(
        line,
      ),
    );
  return lines
    .map((line) => line.replaceAll(/\(?\b[\d.]+ ?m?s(?:econds)?\b\)?|in [\d.]+s.*|=+/gu, "").trim())
    .join("\n");
}

export function labelOf(script: string): string {
  return `${dirname(script)}-${basename(script)}`.replaceAll(/[^\w.-]+/gu, "-");
}
