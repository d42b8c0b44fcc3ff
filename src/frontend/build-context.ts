import { BuildError, type Diagnostic, type Span } from "../diagnostics/diagnostic.ts";
import { escapeText } from "../diagnostics/escape.ts";
import type { SourceFile } from "../formats/llb/graph.ts";
import type { Platform } from "../formats/oci/platform.ts";
import type { HeldLock } from "../plan/lock.ts";
import type { BuildOptions } from "../plan/options.ts";
import { formatPlatform } from "../plan/platforms.ts";
import type { Spec } from "../spec/spec.ts";
import type { Contexts } from "./contexts/contexts.ts";
import type { Engine } from "./engine.ts";

/** The context of every step of one build. */
export interface BuildContext {
  readonly engine: Engine;
  readonly options: BuildOptions;
  readonly contexts: Contexts;
  readonly spec: Spec;
  /** The whole spec as one text. */
  readonly specText: string | undefined;
  /** Undefined: nothing holds the builders to what they were. */
  readonly lock?: HeldLock | undefined;
  readonly sourceFiles: readonly SourceFile[];
  spanOf(pointer: string): Span;
  /** True when the spec says something at the pointer; false where a default holds. */
  isWritten(pointer: string): boolean;
}

/** A build for one platform. */
export interface PlatformBuild extends BuildContext {
  readonly platform: Platform;
  /** `[linux/arm64 ` or `[`, before the name of a step in progress output. */
  readonly progressPrefix: string;
}

/** The name of a step in progress output: `[main] install packages`, with the platform when there are several. */
export function progressName(build: PlatformBuild, group: string, text: string): string {
  const oneLine = escapeText(text.replaceAll(/\s+/gu, " ").trim());
  return `[${build.progressPrefix}${group}] ${oneLine.length > 160 ? `${oneLine.slice(0, 157)}...` : oneLine}`;
}

/** One error at a place of the spec. */
export function fail(build: BuildContext, pointer: string, found: Diagnostic, cause?: unknown): BuildError {
  return new BuildError([{ ...found, pointer, span: build.spanOf(pointer) }], { cause });
}

/** Shows warnings with their lines of the spec; clients print them at the end of the build. */
export async function showWarnings(
  { engine, sourceFiles }: Pick<BuildContext, "engine" | "sourceFiles">,
  found: readonly Diagnostic[],
): Promise<void> {
  for (const warning of found) {
    await engine.warn({
      short: escapeText(`${warning.code}: ${warning.message}`),
      detail: warning.hint === undefined ? [] : [escapeText(`hint: ${warning.hint}`)],
      spans: warning.span === undefined ? [] : [warning.span],
      sourceFiles,
    });
  }
}

/** The build for one of the platforms. */
export function platformBuild(context: BuildContext, platform: Platform): PlatformBuild {
  const severalPlatforms = context.options.platforms.length > 1;
  return { ...context, platform, progressPrefix: severalPlatforms ? `${formatPlatform(platform)} ` : "" };
}
