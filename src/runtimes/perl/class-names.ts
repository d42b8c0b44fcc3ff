const classKey = String.raw`\w*(?:class|module|package|backend|driver|engine|parser|adapter|handler|serializer|renderer|formatter|factory)(?:_?names?)?`;
const given = new RegExp(
  String.raw`\b(${classKey})\b["'}\])]*[ \t]*(?:\|\||//)?(?:=>|=(?![=~]))\s*(?:\([^;()]{0,200}?\bdefault[ \t]*=>[ \t]*)?(?:sub\s*\{\s*(?:return\s+)?)?(?:\[|[^;,"'\n]{1,80}(?:\|\||//)[ \t]*)?["']([A-Z]\w*(?:::\w+)+)["']`,
  "giu",
);
const answered = new RegExp(
  String.raw`\bsub[ \t]+(${classKey})\s*\{\s*(?:return\s+)?["']([A-Z]\w*(?:::\w+)+)["']`,
  "giu",
);

/**
 * Names of modules that a source holds under names that say that they stand for classes, which others then load:
 * `RootClass => "A::B"`, `has parser_class => (default => "A::B")`, `sub default_backend { "A::B" }`. With them, those
 * that Import::Into and UNIVERSAL::require are told of.
 */
export function classNames(code: string): readonly { readonly name: string; readonly index: number }[] {
  const held = [given, answered].flatMap((pattern) =>
    [...code.matchAll(pattern)].map(({ index, 2: name = "" }) => ({ name, index })),
  );
  return [...held, ...importedInto(code)];
}

/**
 * Import::Into(3pm) loads what it imports from, `Kit::Names->import::into($caller)`, and UNIVERSAL::require(3pm) gives
 * each name two methods: `Kit::Names->require`.
 */
function importedInto(code: string): readonly { readonly name: string; readonly index: number }[] {
  const calls = code.matchAll(/(?<![\w$:])([A-Z]\w*(?:::\w+)*)[ \t]*->[ \t]*(?:import::into|require|use)\b/gu);
  return [...calls].map(({ index, 1: name = "" }) => ({ name, index }));
}

/**
 * The words that say what a class inherits from: `extends "A"`, `with "B"`, `inherit A`, and of Perl's own classes and
 * those of Object::Pad `class Point3D 1.2 :isa(Point 1.0) :does(Shape)`.
 */
export function* inherited(code: string): Iterable<{ readonly words: string; readonly index: number }> {
  for (const { index, 1: words = "" } of code.matchAll(
    /^[ \t]*(?:extends|with|inherit|apply)[ \t(]+([^;]{0,2000});/gmu,
  ))
    yield { words, index };
  for (const { index, 1: rest = "" } of code.matchAll(
    /^[ \t]*(?:class|role)[ \t]+[A-Z][\w:]{0,200}([^;{]{0,2000})[;{]/gmu,
  ))
    for (const [, words = ""] of rest.matchAll(/(?::|\b)(?:isa|does|extends)\b[ \t(]{1,4}([A-Z][\w:]{0,200})/gu))
      yield { words, index };
}
