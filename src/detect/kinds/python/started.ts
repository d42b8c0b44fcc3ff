import type { Evidence } from "../../candidate.ts";

/** What a Python application is, and how it is started. */
export interface PythonStart {
  readonly name: string;
  readonly confidence: number;
  readonly evidence: readonly Evidence[];
  /** The arguments of `python3`. */
  readonly cmd: readonly string[];
  readonly cmdBecause: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly port?: number;
}

/** A start that cannot be known. */
export interface PythonObstacle extends Pick<PythonStart, "name" | "confidence" | "evidence"> {
  readonly reason: string;
  readonly hint: string;
}
