import { appendFileSync, existsSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import { isInterrupted } from "./interruption.ts";
import { logFile, say } from "./project.ts";

/** Something that the machine lacks, and what its user can do about it. */
export class Lack extends Error {
  readonly hint: string;

  /** `message` is `cannot VERB THING: REASON`, `hint` an imperative sentence. */
  constructor(message: string, hint: string, options: ErrorOptions = {}) {
    super(message, options);
    this.name = "Lack";
    this.hint = hint;
  }
}

/** How a script ends that failed. */
export interface Ending {
  readonly text: string;
  readonly code: number;
}

const diskHint = "free some space, or let PITH_ENGINE_DIR and TMPDIR name folders of another disk";
const networkHint = "check the network and the proxy of this machine, and run it again";

/** What to do about errors of the system, by their codes. */
const hints: Readonly<Record<string, string>> = {
  EACCES: "run it as a user who may do that, or in a clone of your own",
  ECONNREFUSED: networkHint,
  ECONNRESET: networkHint,
  EDQUOT: diskHint,
  EMFILE: "raise the limit of open files (ulimit -n), and run it again",
  ENOSPC: diskHint,
  ENOTFOUND: networkHint,
  EAI_AGAIN: networkHint,
  EPERM: "run it as a user who may do that",
  EROFS: "run it in a clone on a disk that can be written",
  ETIMEDOUT: networkHint,
  UND_ERR_CONNECT_TIMEOUT: networkHint,
};

/** What other programs print that a hint of ours stands for. */
const toldByOthers: readonly (readonly [RegExp, string])[] = [
  [/no space left on device|disk quota exceeded/iu, diskHint],
  [
    /temporary failure (?:in name resolution|resolving)|could not resolve|no such host|network is unreachable/iu,
    networkHint,
  ],
];

/**
 * What a failure means for whoever started the script: a sentence, the reason, and what to do. A defect of ours keeps
 * its stack trace, which a report needs.
 */
export function describeFailure(failure: unknown): Ending {
  if (!(failure instanceof Error)) return { text: String(failure), code: 1 };
  const chain = causesOf(failure);
  const codes = chain.map(codeOf);
  if (codes.some((code) => code.startsWith("ERR_PARSE_ARGS_"))) {
    return { text: `cannot read the command line: ${failure.message}`, code: 2 };
  }
  const hint = chain.find((one) => one instanceof Lack)?.hint ?? hintFor(chain, codes);
  if (hint === undefined && isDefect(failure)) {
    return {
      text: `internal error: please report it with what follows\n${failure.stack ?? failure.message}`,
      code: 70,
    };
  }
  const [first = "", ...reasons] = [...new Set(chain.map(({ message }) => message))];
  const isSentence = /^(?:cannot|interrupted)\b/u.test(first);
  const told = [isSentence ? first : `cannot go on: ${first}`, ...reasons.filter((reason) => !first.includes(reason))];
  return {
    text: stripVTControlCharacters([told.join(": "), ...(hint === undefined ? [] : [hint])].join("\n")),
    code: 1,
  };
}

/** Lets a script that fails end with `describeFailure`. The stack trace goes to the log, where there is one. */
export function sayFailuresPlainly(): void {
  process.on("uncaughtException", (failure) => {
    // What is cut off by an interruption fails, and the interruption has said why.
    if (isInterrupted()) return;
    const { text, code } = describeFailure(failure);
    say(text);
    try {
      if (existsSync(logFile())) appendFileSync(logFile(), `${failure.stack ?? text}\n`);
    } catch {
      // A disk without room has no place for it either.
    }
    process.exit(code);
  });
}

function causesOf(failure: Error): readonly Error[] {
  const found: Error[] = [];
  for (let next: unknown = failure; next instanceof Error && found.length < 8; next = next.cause) {
    found.push(next);
    // Several addresses of one name fail together.
    const together: readonly unknown[] = next instanceof AggregateError ? next.errors : [];
    found.push(...together.filter((one) => one instanceof Error).slice(0, 1));
  }
  return found.filter(({ message }) => message !== "");
}

function codeOf(failure: Error): string {
  return "code" in failure && typeof failure.code === "string" ? failure.code : "";
}

function hintFor(chain: readonly Error[], codes: readonly string[]): string | undefined {
  const known = codes.map((code) => hints[code]).find((hint) => hint !== undefined);
  if (known !== undefined) return known;
  return toldByOthers.find(([pattern]) => chain.some(({ message }) => pattern.test(message)))?.[1];
}

/** Errors that JavaScript itself throws: nothing of the machine makes them. */
function isDefect(failure: Error): boolean {
  return [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => failure instanceof kind);
}
