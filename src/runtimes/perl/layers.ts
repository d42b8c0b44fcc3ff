/** Modes of files with layers, and what is given to binmode and `use open`. */
const layered =
  /["']\s*[+<>|-]{1,3}\s*((?::\w+(?:\([^)"']*\))?\s*)+)["']|\b(?:binmode|use[ \t]+open)\b[^;\n]{0,200}?["']\s*((?::\w+(?:\([^)"']*\))?\s*)+)["']/gu;
/** Layers that the interpreter has itself (PerlIO(3perl)). */
const builtIn: ReadonlySet<string> = new Set(
  "bytes crlf locale mmap perlio pop raw std stdio unix utf8 win32".split(" "),
);

/** A layer that only the run tells: `open $in, "<:$layer"`, `binmode $out, $layer`. */
const computed =
  /"\s*(?:[+<>|-]{1,3}\s*)?(?::\w+(?:\([^)"']*\))?\s*){0,10}:\$\{?\w|\bbinmode\b[ \t(]*[\w$*{}\\]{1,40}\s*,\s*\$\w/u;

/** True for a source that puts layers on files by names which the run tells: any of them. */
export function putsAnyLayer(code: string): boolean {
  return computed.test(code);
}

/** Functions of the language that load a module (perlfunc(1)). */
const tied = /(?<![\w$%&@>:])dbmopen\b[ \t]*\(?[ \t]*(?:my[ \t]+)?%/gu;

/**
 * The modules that functions of the language load: those of layers that a source puts on its files, as
 * `open $in, "<:utf8_strict", $path`, and of what it ties to a file.
 */
export function* layersOf(code: string): Iterable<{ readonly name: string; readonly index: number }> {
  for (const { index, 1: ofMode, 2: given } of code.matchAll(layered)) {
    for (const [, layer = "", argument = ""] of (ofMode ?? given ?? "").matchAll(/:(\w+)(?:\(([\w:]+)\))?/gu)) {
      // A layer that is written in Perl: `:via(QuotedPrint)`.
      const classes = layer === "via" && /^[A-Z]/u.test(argument) ? [`PerlIO::via::${argument}`, argument] : [];
      for (const name of classes) yield { name, index };
      if (!builtIn.has(layer)) yield { name: `PerlIO::${layer}`, index };
    }
  }
  for (const { index } of code.matchAll(tied)) yield { name: "AnyDBM_File", index };
}
