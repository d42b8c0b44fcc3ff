import { expect, it } from "vitest";
import { EffectIndex } from "../../../src/values/effects/effect-index.ts";
import { javascriptEffects } from "../../../src/values/effects/javascript.ts";
import { Evaluator } from "../../../src/values/evaluate.ts";
import type { Expr, Unit } from "../../../src/values/ir.ts";
import { unknown } from "../../../src/values/value.ts";

const at = 0;
const text = (value: string): Expr => ({ kind: "text", at, text: value });
const name = (value: string, variable?: number): Expr =>
  variable === undefined ? { kind: "name", at, name: value } : { kind: "name", at, name: value, variable };
const call = (callee: Expr, ...args: readonly Expr[]): Extract<Expr, { kind: "call" }> => ({
  kind: "call",
  at,
  callee,
  args,
  certainty: "certain",
});
const member = (of: Expr, key: string): Expr => ({ kind: "member", at, of, name: key });

const empty: Unit = { calls: [], imports: [], variables: [], properties: [], definitions: [], texts: [], roots: [] };

function evaluator(parts: Partial<Unit> = {}): Evaluator {
  return new Evaluator(
    { ...empty, ...parts },
    {
      effects: new EffectIndex(javascriptEffects),
      workdir: "/work",
      given: new Map([["__dirname", ["/app"]]]),
      moduleName: (specifier) => `node:${specifier}`,
      placeOf: (specifier) => `/place/${specifier}`,
      valueOfCode: () => unknown,
    },
  );
}

const textsOf = (expr: Expr, parts?: Partial<Unit>): readonly string[] =>
  evaluator(parts)
    .textsOf(expr)
    .map((one) => one.replaceAll("\0", "*"));

it("puts texts together, each choice of one of each part", () => {
  const choice: Expr = { kind: "choice", at, options: [text("a"), text("b")] };
  expect(textsOf({ kind: "concat", at, parts: [choice, text("/"), choice] })).toEqual(["a/a", "a/b", "b/a", "b/b"]);
  expect(textsOf({ kind: "concat", at, parts: [text("x"), name("y"), { kind: "unknown", at }] })).toEqual(["x*"]);
});

it("tells how values begin and end where they are too many ways to tell apart", () => {
  const options = Array.from({ length: 40 }, (_, index) => text(`p${index}.js`));
  const choice: Expr = { kind: "choice", at, options };
  expect(textsOf({ kind: "concat", at, parts: [choice, text("/"), choice] })).toHaveLength(40);
  const many = Array.from({ length: 1100 }, (_, index) => text(`p${index}.js`));
  expect(textsOf({ kind: "choice", at, options: many })).toEqual(["p*.js"]);
});

it("has all that a variable is given, and what it is told by itself may be anything", () => {
  const variables = [
    { name: "a", values: [text("x"), text("y")], mentions: 1, isExported: false },
    {
      name: "b",
      values: [{ kind: "concat", at, parts: [name("b", 1), text("/")] } as const],
      mentions: 1,
      isExported: false,
    },
  ];
  expect(textsOf(name("a", 0), { variables })).toEqual(["x", "y"]);
  expect(textsOf(name("b", 1), { variables })).toEqual(["*/"]);
});

it("gives parameters what the calls of a function give them, and anything where others may call it", () => {
  const parameter: Expr = { kind: "parameter", at, definition: 0, index: 0 };
  const calls = [call(name("f", 0), text("x")), call(name("f", 0), text("y"))];
  const definitions = [{ returns: [parameter], variable: 0 }];
  const held = {
    name: "f",
    values: [{ kind: "function", at, definition: 0 } as const],
    mentions: 0,
    isExported: false,
  };
  expect(textsOf(parameter, { calls, definitions, variables: [held] })).toEqual(["x", "y"]);
  expect(textsOf(parameter, { calls, definitions, variables: [{ ...held, isExported: true }] })).toEqual([
    "x",
    "y",
    "*",
  ]);
  expect(textsOf(calls[0] ?? parameter, { calls, definitions, variables: [held] })).toEqual(["x", "y"]);
});

it("finds functions of modules through names, tables and what binds them", () => {
  const module = call(name("require"), text("child_process"));
  const variables = [{ name: "cp", values: [module], mentions: 1, isExported: false }];
  const table: Expr = { kind: "table", at, entries: [{ key: "run", value: member(name("cp", 0), "exec") }] };
  const bound = call(member(member(table, "run"), "bind"), name("cp", 0));
  const promised = call(member(call(name("require"), text("util")), "promisify"), bound);
  expect(evaluator({ variables }).originsOf(promised)).toEqual(["node:child_process.exec"]);
  expect(
    evaluator({ variables })
      .rowsOf(call(promised))
      .map(({ effect }) => effect?.verb),
  ).toEqual(["shell"]);
});

it("joins paths from the place of the source, and files that a pattern finds", () => {
  const join = member(call(name("require"), text("path")), "join");
  expect(textsOf(call(join, name("__dirname"), text(".."), text("views")))).toEqual(["/views"]);
  const options: Expr = { kind: "table", at, entries: [{ key: "cwd", value: name("__dirname") }] };
  const each: Expr = {
    kind: "index",
    at,
    of: call(name("glob"), text("parts/*.js"), options),
    key: { kind: "unknown", at },
  };
  expect(textsOf(each)).toEqual(["parts/*.js"]);
});

it("goes through lists and the entries of tables", () => {
  const table: Expr = {
    kind: "table",
    at,
    entries: [
      { key: "a", value: text("x") },
      { key: "b", value: text("y") },
    ],
  };
  const of = (method: string): Expr => call(member(name("Object"), method), table);
  const each = (list: Expr): Expr => ({ kind: "index", at, of: list, key: { kind: "unknown", at } });
  expect(textsOf(each(of("keys")))).toEqual(["a", "b"]);
  expect(textsOf(each(of("values")))).toEqual(["x", "y"]);
  expect(textsOf({ kind: "index", at, of: each(of("entries")), key: text("1") })).toEqual(["x", "y"]);
  const spread: Expr = { kind: "list", at, items: [text("z"), { kind: "spread", at, of: of("values") }] };
  expect(textsOf(each(spread))).toEqual(["z", "x", "y"]);
});
