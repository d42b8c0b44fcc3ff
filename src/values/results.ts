import type { Result } from "./effects/effects.ts";
import type { Call, Expr, List } from "./ir.ts";
import { foundPath, joinPath, parentPath, pathOfUrl, resolvePath } from "./paths.ts";
import { combine, hole, moduleMark, type Texts, union } from "./patterns.ts";
import { merge, textValue, unknown, type Value, type Values } from "./value.ts";

/** The value of a call of a function that gives such a result. */
export function resultOf(result: Result, call: Call, values: Values): Value {
  const { callee, args } = call;
  return results[result]({ call, first: args[0], receiver: callee.kind === "member" ? callee.of : undefined, values });
}

interface Asked {
  readonly call: Call;
  readonly first: Expr | undefined;
  /** What the function is a method of. */
  readonly receiver: Expr | undefined;
  readonly values: Values;
}

const results: Readonly<Record<Result, (asked: Asked) => Value>> = {
  first: ({ first, values }) => values.valueOf(first),
  receiver: ({ receiver, values }) => values.valueOf(receiver),
  join: ({ call, first, receiver, values }) => {
    const lists = values.listsOf(receiver);
    if (lists.length > 0) return merge(lists.map((list) => joinedList(list, first, values)));
    // `list().join(...)` is another join.
    if (receiver?.kind === "call" && values.originsOf(receiver).length === 0) return unknown;
    return textValue(combine(argumentTexts(call.args, values), joinPath));
  },
  resolve: ({ call, values }) =>
    textValue(combine([[values.surroundings.workdir], ...argumentTexts(call.args, values)], resolvePath)),
  parent: ({ first, values }) => textValue(union(values.textsOf(first).map(parentPath))),
  url: ({ call, first, values }) => {
    const base = call.args[1] === undefined ? [hole] : values.textsOf(call.args[1]);
    return textValue(combine([values.textsOf(first), base], ([text = hole, from = hole]) => pathOfUrl(text, from)));
  },
  "file url": ({ first, values }) =>
    textValue(
      union(
        values
          .textsOf(first)
          .map((text) => (/^[\w.-]+\//u.test(text) ? joinPath([values.surroundings.workdir, text]) : text)),
      ),
    ),
  "working directory": ({ values }) => textValue([values.surroundings.workdir]),
  place: ({ call, first, values }) => {
    const isImport = values.originsOf(call.callee).includes("import.meta.resolve");
    const place = (text: string): string =>
      text.includes(hole) ? hole : values.surroundings.placeOf(text, isImport ? "import" : "require");
    return textValue(union(values.textsOf(first).map(place)));
  },
  module: ({ first, values }) =>
    merge(
      values
        .textsOf(first)
        .map((text) => (text.includes(hole) ? unknown : values.origin(values.surroundings.moduleName(text)))),
    ),
  loader: ({ values }) => values.origin("require"),
  evaluated: ({ first, values }) =>
    merge(values.textsOf(first).map((text) => (text.includes(hole) ? unknown : values.surroundings.valueOfCode(text)))),
  found: ({ call, values }) => foundFiles(call, values),
  replaced: ({ call, receiver, values }) =>
    textValue(union(values.textsOf(receiver).map((text) => replaced(text, call.args, values)))),
  cut: ({ receiver, values }) => textValue(union(values.textsOf(receiver).map((text) => besideModule(text) ?? hole))),
  joined: ({ first, receiver, values }) =>
    merge(values.listsOf(receiver).map((list) => joinedList(list, first, values))),
  element: ({ receiver, values }) => values.elementOf(values.valueOf(receiver)),
  mapped: ({ call, first, values }) => {
    const functions = values.valueOf(first).things.filter((one) => one.kind === "function");
    const items = functions.flatMap(({ definition }) => values.unit.definitions[definition]?.returns ?? []);
    return items.length === 0 ? unknown : { texts: [], things: [{ kind: "list", at: call.at, items }] };
  },
  more: ({ call, receiver, values }) => {
    const { texts, things } = values.valueOf(receiver);
    if (things.length === 0) return textValue(texts);
    const more = call.args.map((of): Expr => (of.kind === "text" ? of : { kind: "spread", at: of.at, of }));
    const lists = things.map((one) =>
      one.kind === "list" && calledAs(call, "concat") ? { ...one, items: [...one.items, ...more] } : one,
    );
    return { texts, things: lists };
  },
  keys: ({ call, values }) =>
    listOf(call, values, (key, at) => (key === undefined ? { kind: "unknown", at } : text(key, at))),
  values: ({ call, values }) => listOf(call, values, (_key, _at, value) => value),
  entries: ({ call, values }) =>
    listOf(call, values, (key, at, value) => ({
      kind: "list",
      at,
      items: [key === undefined ? { kind: "unknown", at } : text(key, at), value],
    })),
};

function calledAs({ callee }: Call, name: string): boolean {
  return callee.kind === "member" && callee.name === name;
}

function text(value: string, at: number): Expr {
  return { kind: "text", at, text: value };
}

function argumentTexts(args: readonly Expr[], values: Values): readonly Texts[] {
  return args.map((one) => values.textsOf(one));
}

/** The list that is made of the entries of a table. */
function listOf(
  { args, at }: Call,
  values: Values,
  itemOf: (key: string | undefined, at: number, value: Expr) => Expr,
): Value {
  const tables = values.tablesOf(args[0]);
  if (tables.length === 0) return unknown;
  const items = tables.flatMap(({ entries }) => entries.map(({ key, value }) => itemOf(key, value.at, value)));
  return { texts: [], things: [{ kind: "list", at, items }] };
}

/** The text of all elements. Where only the run tells some of them, they may be any number. */
function joinedList(list: List, sign: Expr | undefined, values: Values): Value {
  const [between = hole] = sign === undefined ? [","] : values.textsOf(sign);
  const items = values.itemsOf(list).map((item) => (item === undefined ? [hole] : values.textsOf(item)));
  return textValue(combine(items, (parts) => parts.join(between)));
}

/** The files that a pattern finds, told from the directory in which it was looked for where the pattern is relative. */
export function foundFiles({ args, at }: Call, values: Values): Value {
  const options = args.flatMap((one) => values.tablesOf(one)).flatMap(({ entries }) => entries);
  const folder = options.find(({ key }) => key === "cwd")?.value;
  const bases = folder === undefined ? [values.surroundings.workdir] : values.textsOf(folder);
  const isAbsolute = options.some(({ key }) => key === "absolute");
  const patterns = values.listsOf(args[0]).flatMap((list) => values.itemsOf(list));
  const wanted = patterns.length > 0 ? union(patterns.flatMap((one) => values.textsOf(one))) : values.textsOf(args[0]);
  const found = combine([bases, wanted], ([base = hole, pattern = hole]) => {
    const path = foundPath(base, pattern);
    const isBelow = !isAbsolute && !pattern.startsWith("/") && path.startsWith(`${base}/`);
    return isBelow ? path.slice(base.length + 1) : path;
  });
  return { texts: [], things: [{ kind: "list", at, items: found.map((path) => text(path, at)) }] };
}

/** What is made of the path of a module's file: of it no more is known than the directory in which that lies. */
function besideModule(whole: string): string | undefined {
  return whole.startsWith(`/${moduleMark}`) ? `${joinPath([whole, ".."])}/${hole}` : undefined;
}

/** A text in which a part is replaced by another, as far as all three are known. */
function replaced(whole: string, [wanted, given]: readonly Expr[], values: Values): string {
  const beside = besideModule(whole);
  if (beside !== undefined) return beside;
  const [by = hole, ...others] = values.textsOf(given);
  if (whole.includes(hole) || by.includes(hole) || others.length > 0) return hole;
  const [pattern] = values.valueOf(wanted).things;
  if (pattern?.kind === "pattern") {
    const expression = plainExpression(pattern.pattern, pattern.flags);
    return expression === undefined ? hole : whole.replace(expression, () => by);
  }
  const [part = hole] = values.textsOf(wanted);
  return part.includes(hole) ? hole : whole.replace(part, () => by);
}

/** A regular expression without groups and with one repetition at most, which no text takes long for. */
function plainExpression(pattern: string, flags: string): RegExp | undefined {
  const isPlain = pattern.length <= 200 && /^[^()|{}]*$/u.test(pattern) && /^[gimsu]*$/u.test(flags);
  const isFast = isPlain && pattern.replaceAll(/\\./gu, "").split(/[*+]/u).length <= 2;
  try {
    return isFast ? new RegExp(pattern, flags) : undefined;
  } catch {
    return undefined;
  }
}
