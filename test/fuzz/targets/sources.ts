import { readReferences } from "../../../src/languages/javascript/references.ts";
import { scanGuile } from "../../../src/runtimes/guile/source-scan.ts";
import { scanLua } from "../../../src/runtimes/lua/source.ts";
import { nodeSkeleton } from "../../../src/runtimes/node/skeleton.ts";
import { scanPerl } from "../../../src/runtimes/perl/source-scan.ts";
import { scanPhp } from "../../../src/runtimes/php/source-scan.ts";
import { pythonSkeleton } from "../../../src/runtimes/python/skeleton.ts";
import { scanSource } from "../../../src/runtimes/python/source-scan.ts";
import { scanRuby } from "../../../src/runtimes/ruby/source-scan.ts";
import { readScript } from "../../../src/runtimes/shell/syntax.ts";
import { scanTcl } from "../../../src/runtimes/tcl/source-scan.ts";
import { must, type Target } from "../target.ts";

const texts = (...sources: readonly string[]): readonly Buffer[] => sources.map((source) => Buffer.from(source));
const level = { isTraced: false };

/** How many things each field of a scan has, to three: which kinds of statements were met. */
function kindsOf(scan: object): string {
  return Object.entries(scan)
    .flatMap(([name, value]: readonly [string, unknown]) => {
      const count = Array.isArray(value) ? value.length : value instanceof Set || value instanceof Map ? value.size : 0;
      return count > 0 || value === true ? [`${name}${count > 2 ? "+" : ""}`] : [];
    })
    .join(" ");
}

/** Sources of Python: an answer to any text, with lines that it has, and a skeleton that answers the same. */
export const python: Target = {
  name: "Python",
  seeds: texts(
    'import os, a.b as c\nfrom . import d\nfrom ..e import (f,\n  g)\n__import__("h")\nimportlib.import_module(f"i.{x}")\n',
    "if TYPE_CHECKING:\n    import a\nelse:\n    import b\ntry:\n    import c\nexcept ImportError:\n    c = None\n",
    'x = """text\nimport no\n"""; import yes\nr"\\"; b\'\\\'\'; f"{a:{b}}{c!r}"\n# import no\n__all__ = ["a", "b"]\n',
    'ctypes.CDLL(find_library("z"))\nopen(os.path.join(os.path.dirname(__file__), "data", "x.json"))\nsubprocess.run(["ls", "-l"])\n',
    'if __name__ == "__main__":\n\tmain()\nlambda: (yield)\nmatch x:\n  case {"a": [1, *_]}: import a\n',
  ),
  words:
    "import |from |as |(|)|\\\n|\n|    |\t|\"\"\"|'''|f\"|rb'|{|}|#|;|:|if |else:|try:|except |__import__(|importlib.import_module(|__file__|__all__ = [|\f|\r|\0|\u00e9".split(
      "|",
    ),
  run(bytes) {
    const text = bytes.toString("utf8");
    const scan = scanSource(text);
    const skeleton = pythonSkeleton(text, level);
    if (skeleton !== undefined) must(pythonSkeleton(skeleton, level) === skeleton, "a skeleton is its own skeleton");
    return `${kindsOf(scan)} ${String(skeleton === undefined)}`;
  },
};

/** Sources of JavaScript and TypeScript, with and without errors. */
export const javascript: Target = {
  name: "JavaScript",
  seeds: texts(
    'import a, {b as c} from "a";\nexport * from "./b.js";\nconst d = require("d"), {e} = require(`./${x}/e`);\nawait import("f");\n',
    'new Worker(new URL("./w.js", import.meta.url));\npath.join(__dirname, "a", "b");\nrequire.resolve("c/package.json");\n',
    'const a = <T,>(x: T): T => x as T;\nimport type {B} from "b";\nenum C {D}\nexport default class E<T> extends F {}\n',
    'if (x) require("a"); else try { require("b") } catch {}\n/re[/]gex/.test(`a${`b${c}`}`); a / b; x = {y: /z/};\n',
    'child_process.spawn("ls", ["-l"]); fs.readFileSync(join(dirname(fileURLToPath(import.meta.url)), "data.json"));\n',
    "#!/usr/bin/env node\n<div>{require('a')}</div>\n",
  ),
  words:
    "import |export |from |require(|(|)|{|}|[|]|`|${|\"|'|/|//|/*|*/|\n|;|,|=>|await |import(|import.meta.url|__dirname|new URL(|async |function* |class |<T>|as const|?.|??|\\u{61}|\\|\u2028|\0".split(
      "|",
    ),
  run(bytes) {
    const text = bytes.toString("utf8");
    const source = { path: "/app/src/a.ts", text, workdir: "/app" };
    const references = readReferences(source);
    const lines = text.split(/\r\n|[\r\n\u2028\u2029]/u).length;
    for (const found of references) {
      const line: unknown = "line" in found ? found.line : undefined;
      must(line === undefined || (typeof line === "number" && line >= 1 && line <= lines), "lines are in the source");
    }
    const skeleton = nodeSkeleton(source, level);
    if (skeleton !== undefined) {
      must(nodeSkeleton({ ...source, text: skeleton }, level) === skeleton, "a skeleton is its own skeleton");
    }
    return `${[...new Set(references.map(({ kind }) => kind))].sort().join(" ")} ${String(skeleton === undefined)}`;
  },
};

/** Shell scripts. */
export const shell: Target = {
  name: "shell",
  seeds: texts(
    '#!/bin/sh\nset -e\n[ -x /usr/bin/a ] && exec a "$@"\nfor f in /etc/*.d; do . "$f"; done\ncat <<EOF | grep x >/dev/null\n$(b)\nEOF\n',
    'case "$1" in start|stop) c ;; *) exit 1 ;; esac\nf() { local x=${1:-d}; "$x" `e`; }\nf "$(dirname "$0")/g"\n',
    'while read -r a; do ((i++)); done < <(b)\n[[ $x =~ ^a ]] || { c & wait; }\na=(1 2 "$b"); echo ${a[@]#x} $((1+2))\n',
  ),
  words:
    "$(|`|\"|'|${|}|(|)|{ |; }|;;|;|&&|| |<<EOF\n|<<-'E'\n|\n|case |esac|for |in |do |done|if |then |fi|while |function f |[[ |]]|((|))|$@|$1|\\\n|#|>&2|=(|eval |exec |. ".split(
      "|",
    ),
  async run(bytes) {
    const text = bytes.toString("utf8");
    const script = await readScript(text);
    const lines = text.split("\n").length;
    for (const { line } of script.commands) must(line >= 1 && line <= lines, "lines are in the script");
    must(script.problem === undefined || script.problem.line >= 1, "a problem has a line");
    return kindsOf(script);
  },
};

/** Sources of the other languages: an answer to any text. */
export const scripts: readonly Target[] = [
  {
    name: "Perl",
    seeds: texts(
      'use strict; use parent -norequire, "A::B";\nrequire "c.pl"; require D::E;\nmy $x = "F::$y"; eval "require $x";\n=pod\n\nuse No;\n\n=cut\nqw(a b); q{c}; s{a}{b}e; m!x!; <<"E";\ntext\nE\nsystem("ls", "-l");\n__END__\nuse No;\n',
    ),
    words: [
      "use ",
      "require ",
      "=pod\n",
      "\n=cut\n",
      "qw(",
      "q{",
      "<<E;\n",
      "$",
      "->",
      "::",
      "__END__\n",
      "'",
      '"',
      "s/",
      "`",
    ],
    run: (bytes) => kindsOf(scanPerl(bytes.toString("utf8"))),
  },
  {
    name: "Ruby",
    seeds: texts(
      'require "a"; require_relative "b/c"\nautoload :D, "d"\nrequire "e/#{f}"\nload File.join(__dir__, "g.rb")\n%w[a b].each { |x| require x }\n<<~E\n  #{require "h"}\nE\n=begin\nrequire "no"\n=end\n/re#{x}/; :"sym"; ?a; system("ls")\n__END__\nrequire "no"\n',
    ),
    words: [
      "require ",
      "require_relative ",
      '"',
      "'",
      "#{",
      "}",
      "%w[",
      "<<~E\n",
      "\nE\n",
      "=begin\n",
      "\n=end\n",
      "/",
      "do |x| ",
      "end",
      ":",
      "`",
    ],
    run: (bytes) => kindsOf(scanRuby(bytes.toString("utf8"))),
  },
  {
    name: "PHP",
    seeds: texts(
      '<?php\nnamespace A\\B; use C\\D as E;\nrequire __DIR__ . "/f.php"; include_once("g.php");\nnew E(); H::class; $x = "I$y"; foreach (glob("*.php") as $z) require $z;\n$t = <<<E\n{$a["b"]}\nE;\n// c\n# d\n/* e */ ?>\n<html><?= f() ?>',
    ),
    words: [
      "<?php ",
      "?>",
      "require ",
      "include ",
      "__DIR__ . ",
      "namespace ",
      "use ",
      "\\",
      '"',
      "'",
      "$",
      "<<<E\n",
      "\nE;\n",
      "::class",
      "new ",
      "/*",
      "*/",
      "//",
      "#",
      "{",
      "}",
    ],
    run: (bytes) => kindsOf(scanPhp(bytes.toString("utf8"))),
  },
  {
    name: "Lua",
    seeds: texts(
      'local a = require "b.c"; require("d"); require([[e]])\n--[==[ require "no" ]==]\n-- x\nlocal f = require("g." .. h)\nloadfile("i.lua")\n',
    ),
    words: ["require", "(", ")", '"', "'", "[[", "]]", "[=[", "]=]", "--", "--[[", "..", "\\z", "\n"],
    run: (bytes) => kindsOf(scanLua(bytes.toString("utf8"))),
  },
  {
    name: "Tcl",
    seeds: texts(
      'package require Tk 8.6\nsource [file join [file dirname [info script]] a.tcl]\nload b.so; exec ls {-l} "x$y"\nproc f {x} {\n  eval $x ;# c\n}\n',
    ),
    words: ["package require ", "source ", "load ", "[", "]", "{", "}", "$", '"', ";", "\n", "\\\n", "#", "exec "],
    run: (bytes) => kindsOf(scanTcl(bytes.toString("utf8"))),
  },
  {
    name: "Guile",
    seeds: texts(
      '(use-modules (a b) ((c d) #:select (e)))\n(define-module (f) #:use-module (g))\n#| no |# ; x\n(load "h.scm") (@ (i j) k) #;(no) \'(l . m)\n',
    ),
    words: [
      "(use-modules ",
      "(define-module ",
      "#:use-module ",
      "(",
      ")",
      '"',
      "#|",
      "|#",
      ";",
      "#;",
      "'",
      "`",
      ",@",
      "#\\a",
      "\n",
    ],
    run: (bytes) => kindsOf(scanGuile(bytes.toString("utf8"))),
  },
];
