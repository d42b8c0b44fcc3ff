import specSchema from "../../../schema/pith.schema.json" with { type: "json" };
import { defaultSyntax, detectSpec } from "../../detect/detect.ts";
import { BuildError, type Diagnostic } from "../../diagnostics/diagnostic.ts";
import { placing } from "../../diagnostics/placing.ts";
import type { SourceFile } from "../../formats/llb/graph.ts";
import { type BuildOptions, parseBuildOptions } from "../../plan/options.ts";
import { checkBuild } from "../../plan/serverless/check-build.ts";
import { pickTarget } from "../../plan/targets.ts";
import type { SpanIndex } from "../../spec/spans.ts";
import type { Spec } from "../../spec/spec.ts";
import { type Contexts, openContexts } from "../contexts/contexts.ts";
import type { Engine } from "../engine.ts";
import { parseSpecFile, type SpecFiles } from "../read-spec.ts";
import { lintResult, printLint } from "./lint.ts";
import { columns } from "./locations.ts";
import { outlineTarget, printOutline } from "./outline.ts";
import { listTargets, printTargets } from "./targets.ts";

/**
 * A question that the client asks in place of a build: `docker buildx build --call NAME` (`--print NAME` before 0.15).
 */
interface Subrequest {
  readonly description: string;
  answer(asked: Asked): Promise<Answer>;
}

interface Asked {
  readonly engine: Engine;
  readonly options: BuildOptions;
  readonly contexts: Contexts;
  /** Findings about the options. */
  readonly found: readonly Diagnostic[];
  readonly seen: SpecFiles;
}

interface Answer {
  readonly json: unknown;
  readonly text: string;
  /** The exit code of the client. */
  readonly status?: 0 | 1;
}

const version = "1.0.0";
/** The protocol's own name of the list; people ask for `describe`. */
const describeName = "frontend.subrequests.describe";

const subrequests: Readonly<Record<string, Subrequest>> = {
  "frontend.init": { description: "Write a first spec for the build context", answer: init },
  "frontend.lint": { description: "Check the spec without building it", answer: lint },
  "frontend.outline": { description: "List what a build takes: arguments, secrets, SSH, caches", answer: outline },
  "frontend.schema": { description: "Print the JSON Schema of the spec", answer: schema },
  [describeName]: { description: "List these requests", answer: describe },
  "frontend.targets": { description: "List what --target may name", answer: targets },
};

/**
 * Answers a subrequest with values in place of an image: `result.json` for tools, `result.txt` for people. Undefined
 * for a request that nobody here knows. Throws what is wrong with the spec as `BuildError`, but for `frontend.lint`,
 * whose answer that is.
 */
export async function answerSubrequest(
  engine: Engine,
  name: string,
  seen: SpecFiles,
): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
  const known = name === "frontend.describe" ? describeName : name;
  const subrequest = Object.hasOwn(subrequests, known) ? subrequests[known] : undefined;
  if (subrequest === undefined) return undefined;
  const { options, diagnostics: found } = parseBuildOptions(engine.options, engine.workerPlatforms);
  const contexts = await openContexts(engine, options);
  const { json, text, status } = await subrequest.answer({ engine, options, contexts, found, seen });
  const values: Readonly<Record<string, string>> = {
    "result.json": JSON.stringify(json, undefined, 2),
    "result.txt": text,
    ...(status === undefined ? {} : { "result.statuscode": String(status) }),
    version,
  };
  return new Map(Object.entries(values).map(([key, value]) => [key, new TextEncoder().encode(value)]));
}

async function describe(): Promise<Answer> {
  const rows = Object.entries(subrequests).map(([name, { description }]) => ({ name, description }));
  return Promise.resolve({
    json: rows.map((row) => ({ ...row, version, type: "rpc", metadata: resultNames.map((name) => ({ name })) })),
    text: columns([
      ["NAME", "VERSION", "DESCRIPTION"],
      ...rows.map(({ name, description }) => [name.replace("frontend.", ""), version, description]),
    ]),
  });
}

const resultNames = ["result.json", "result.txt", "version"];

async function schema(): Promise<Answer> {
  return Promise.resolve({ json: specSchema, text: `${JSON.stringify(specSchema, undefined, 2)}\n` });
}

async function outline(asked: Asked): Promise<Answer> {
  const { spec, spans, files } = await readCleanSpec(asked);
  const name = asked.options.target;
  const picked = await placing(spans, () => pickTarget(spec, name));
  const found = outlineTarget(picked, { name, spans, files });
  return { json: found, text: printOutline(found) };
}

async function targets(asked: Asked): Promise<Answer> {
  const { spec, spans, files } = await readCleanSpec(asked);
  const found = listTargets(spec, { spans, files });
  return { json: found, text: printTargets(found) };
}

async function lint(asked: Asked): Promise<Answer> {
  const { options, contexts, found, seen } = asked;
  const parsed = await parseSpecFile(options, contexts, seen);
  const diagnostics = [...found, ...parsed.checked.diagnostics];
  const spec = parsed.checked.value;
  if (spec !== undefined) {
    const more = await findMore(spec, parsed.spans, options);
    diagnostics.push(
      ...more.filter(({ code, message }) => !diagnostics.some((one) => one.code === code && one.message === message)),
    );
  }
  return {
    json: lintResult(diagnostics, parsed.files),
    text: printLint(diagnostics, parsed.files),
    status: diagnostics.length === 0 ? 0 : 1,
  };
}

/** The findings of a build about the spec, before it asks the engine for anything. */
async function findMore(spec: Spec, spans: SpanIndex, options: BuildOptions): Promise<readonly Diagnostic[]> {
  try {
    const target = await placing(spans, () => pickTarget(spec, options.target));
    const warnings = target.report === undefined ? checkBuild(target.spec, options) : [];
    return warnings.map((one) => ({ ...one, span: spans.spanOf(`${target.pointerPrefix}${one.pointer ?? ""}`) }));
  } catch (failure) {
    if (failure instanceof BuildError) return failure.diagnostics;
    throw failure;
  }
}

async function init({ engine, contexts }: Asked): Promise<Answer> {
  const syntax = engine.options.get("source") ?? defaultSyntax;
  const { detected, diagnostics } = await detectSpec(await contexts.projectFiles(), { syntax });
  if (detected === undefined) throw new BuildError(diagnostics);
  return { json: detected, text: detected.text };
}

async function readCleanSpec({ options, contexts, found, seen }: Asked): Promise<{
  readonly spec: Spec;
  readonly spans: SpanIndex;
  readonly files: readonly SourceFile[];
}> {
  const { checked, spans, files } = await parseSpecFile(options, contexts, seen);
  const errors = [...found, ...checked.diagnostics].filter(({ severity }) => severity === "error");
  if (checked.value === undefined || errors.length > 0) throw new BuildError(errors);
  return { spec: checked.value, spans, files };
}
