import type { EvaluationSyntax } from "../../languages/evaluated-files.ts";

/** How a source shows that it runs as code what it reads. */
export const pythonEvaluation: EvaluationSyntax = {
  runs: /(?<![\w.])(?:exec|eval|compile)\s*\(/u,
  reads: /(?<!\w)open\s*\(|\bread_text\s*\(|\bget_data\s*\(/u,
};

const runs =
  /\b(?:exec|eval|compile|timeit|repeat|Timer|runsource|runcode)\s*\(|["']-c["']|sys\.executable\s*,\s*["']-["']/u;
/** An import that is an expression: `__import__("x").go()`. */
const called = /\b(?:__import__|import_module)\(\s?\\?["']([A-Za-z_][\w.]*)\\?["']/gu;
const statement =
  /(?:^|[;\n])[ \t]*(?:import[ \t]+([\w.]+(?:[ \t]*,[ \t]*[\w.]+){0,20})|from[ \t]+([\w.]+)[ \t]+import\b)/gu;

/** True for a source that has texts run as code: `exec(...)`, `[sys.executable, "-c", ...]`. */
export function runsTexts(source: string): boolean {
  return runs.test(source);
}

/** The modules that a text imports where it is code; none of any other text. */
export function importsInText(text: string): readonly string[] {
  if (!text.includes("import")) return [];
  const code = text.replaceAll("\\n", "\n");
  const named = [...code.matchAll(statement)].flatMap(
    ([, list, from]) => from ?? (list ?? "").split(",").map((name) => name.trim()),
  );
  return [...named, ...[...code.matchAll(called)].map(([, name = ""]) => name)];
}
