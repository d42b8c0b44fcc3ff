import type { Diagnostic } from "../../../src/diagnostics/diagnostic.ts";
import { renderText } from "../../../src/diagnostics/render.ts";
import { type ParsedSpec, parseSpec } from "../../../src/spec/parse.ts";
import type { Spec } from "../../../src/spec/spec.ts";

export interface ParseOptions {
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly predefinedArgs?: Readonly<Record<string, string>>;
  /** Files that can be included, by path. */
  readonly files?: Readonly<Record<string, string>>;
  readonly file?: string;
}

export interface ParsedText {
  readonly value: Spec | undefined;
  readonly diagnostics: readonly Diagnostic[];
  readonly rendered: string;
  readonly parsed: ParsedSpec;
}

/** Parses a spec given as text or bytes, with its includes in memory. */
export async function parseText(spec: string | Uint8Array, options: ParseOptions = {}): Promise<ParsedText> {
  const encode = (text: string) => new TextEncoder().encode(text);
  const parsed = await parseSpec({
    file: options.file ?? "pith.yaml",
    bytes: typeof spec === "string" ? encode(spec) : spec,
    buildArgs: options.buildArgs ?? {},
    predefinedArgs: options.predefinedArgs ?? {},
    readInclude: (path) => {
      const text = options.files?.[path];
      return Promise.resolve(text === undefined ? undefined : encode(text));
    },
  });
  const { value, diagnostics } = parsed.checked;
  return { value, diagnostics, rendered: renderText(diagnostics, parsed.files), parsed };
}
