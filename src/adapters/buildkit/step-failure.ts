import type { DiagnosticCode } from "../../diagnostics/codes.ts";
import type { EngineError } from "../../frontend/engine.ts";
import { unknownCode } from "./errors.ts";

interface Explained {
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly hint: string;
}

/**
 * The engine's failure of a step that a line of the spec asked for, in our form: `FILE:LINE: CODE: cannot ...` and a
 * hint. Other failures (of an adopted Dockerfile, an end by the user, a lost connection) keep the engine's own words.
 */
export function explainFailure(error: EngineError, files: ReadonlySet<string>): string {
  const { location } = error;
  if (location === undefined || !files.has(location.file) || !explainable.has(error.code)) return error.message;
  const { code, message, hint } = explain(error);
  return `${location.file}:${String(location.line)}: ${code}: ${message}\n  hint: ${hint}`;
}

const notFoundCode = 5;
const explainable: ReadonlySet<number> = new Set([unknownCode, notFoundCode]);

// The engine has no codes of its own for these, only texts.
function explain({ message, missingPath }: EngineError): Explained {
  if (missingPath !== undefined) {
    return {
      code: "FILE_MISSING",
      message: `cannot find ${missingPath}: the tree that the step reads has no such path`,
      hint: "correct the path, or look whether .dockerignore leaves it out",
    };
  }
  const secret = /^secret (\S+): not found$/u.exec(message)?.[1];
  if (secret !== undefined) {
    return {
      code: "SECRET_MISSING",
      message: `cannot give the step the secret ${secret}: the build has none of this name`,
      hint: `add --secret id=${secret},src=FILE to the command`,
    };
  }
  const agent = /no SSH key "([^"]+)" forwarded/u.exec(message)?.[1];
  if (agent !== undefined) {
    return {
      code: "SECRET_MISSING",
      message: `cannot give the step the ssh agent ${agent}: the build has none of this name`,
      hint: `add --ssh ${agent} to the command`,
    };
  }
  const reason = /^process ".*" did not complete successfully: (.*)$/su.exec(message)?.[1] ?? message;
  const hasRun = reason.startsWith("exit code: ");
  return {
    code: "STEP_FAILED",
    message: `cannot run the step: ${reason}`,
    hint: hasRun ? "read what it printed, above under its name" : "correct the step, or look into the engine's log",
  };
}
