import type { SpecValue } from "../spec/flow-text.ts";
import type { Project } from "./project.ts";

/** One key of a spec, and why it has its value. */
export interface SpecKey {
  readonly key: string;
  readonly value: SpecValue;
  readonly because?: string | undefined;
}

/** A fact of a file that a finding stands on. */
export interface Evidence {
  /** Relative to the directory of the application; from the root of the build context where it begins with a slash. */
  readonly file: string;
  readonly line?: number | undefined;
  readonly fact: string;
}

/** An application that was recognised. */
export interface Candidate {
  /** For people, as `Next.js`. */
  readonly name: string;
  /** 1 to 100: how sure it is that this is what the directory is for. */
  readonly confidence: number;
  readonly evidence: readonly Evidence[];
  /** The spec that builds it, in the order in which it is written. */
  readonly keys: readonly SpecKey[];
}

/** An application that was recognised, and for which no spec can be written. */
export interface Obstacle {
  readonly name: string;
  readonly confidence: number;
  readonly evidence: readonly Evidence[];
  /** The end of `cannot write a spec for NAME: `. */
  readonly reason: string;
  /** What to add to the application, or to the spec. */
  readonly hint: string;
}

export type Found = Candidate | Obstacle;

/** The applications of one kind. */
export interface Detector {
  /** The files that it looks for, for people. */
  readonly looksFor: readonly string[];
  find(project: Project): Promise<readonly Found[]>;
}

/** True for an application that a spec can be written for. */
export function isCandidate(found: Found): found is Candidate {
  return "keys" in found;
}

/** A fact of a file with the line that shows it. */
export function evidenceAt(
  file: string,
  fact: string,
  { text, shows }: { readonly text: string; readonly shows: string | RegExp },
): Evidence {
  const at = typeof shows === "string" ? text.indexOf(shows) : (shows.exec(text)?.index ?? -1);
  return { file, fact, line: at === -1 ? undefined : text.slice(0, at).split("\n").length };
}
