import { z } from "zod";
import { findReferenceProblem } from "../reference.ts";
import { suggest, wordList } from "../suggest.ts";
import { checkedText, type Problem, patternText } from "./problem.ts";

const maxPathLength = 4096;
const maxAlternatives = 1000;
const maxWildcards = 64;

/** Any text without a NUL character, which no argument, variable or label can hold. */
export const text: z.ZodString = checkedText((value) =>
  value.includes("\0") ? { code: "SPEC_VALUE", reason: "it holds a NUL character", hint: "remove it" } : undefined,
);

/** An absolute path inside a root file system. */
export const absolutePath: z.ZodString = checkedText((value) => pathProblem(value) ?? absoluteProblem(value));

/** A path of a builder or of the build context; which of the two decides later whether it must be absolute. */
export const anyPath: z.ZodString = checkedText(pathProblem);

/** A pattern over paths. */
export const pattern: z.ZodString = checkedText((value) => pathProblem(value) ?? patternProblem(value));

/** A pattern over absolute paths. */
export const absolutePattern: z.ZodString = checkedText(absolutePatternProblem);

/** A pattern over paths below a directory. */
export const relativePattern: z.ZodString = checkedText(
  (value) => pathProblem(value) ?? relativeProblem(value) ?? patternProblem(value),
);

/** A path below the build context. */
export const contextPath: z.ZodString = checkedText((value) => pathProblem(value) ?? relativeProblem(value));

/** A program's name, looked up on PATH, or its absolute path. */
export const program: z.ZodString = checkedText((value) => {
  const problem = pathProblem(value);
  if (problem === undefined && / - /u.test(value)) {
    const hint = `write a list: [${value.split(/(?<!\s)\s+-\s+/u).join(", ")}]`;
    return { code: "SPEC_VALUE", reason: "it is two entries of a list on one line", hint };
  }
  const [name = "", ...words] = value.split(/\s+/u);
  if (problem === undefined && words.length > 0 && !value.startsWith("/")) {
    return {
      code: "SPEC_VALUE",
      reason: "it is a command, not a program",
      hint: `write ${name}, and put cmd: [${words.join(", ")}] before the other arguments`,
    };
  }
  if (problem !== undefined || value.startsWith("/") || !value.includes("/")) return problem;
  return {
    code: "SPEC_PATH",
    reason: "it is a relative path",
    hint: "write a name without slashes, or an absolute path",
  };
});

/** Permission bits as octal digits. A text, since YAML reads 0755 as seven hundred and fifty-five. */
export const mode: z.ZodString = patternText(
  /^(?:0o?)?[0-7]{3,4}$/,
  "a mode is three or four octal digits",
  'write it in quotes, such as "0644"',
);

const accountName = "[A-Za-z_][A-Za-z0-9_.-]{0,31}\\$?|\\d{1,10}";

/** `user` or `user:group`, by name or number. */
export const user: z.ZodString = checkedText((value) => {
  const isWellFormed = new RegExp(`^(?:${accountName})(?::(?:${accountName}))?$`).test(value);
  const numbers = value.split(":").filter((part) => /^\d+$/.test(part));
  if (isWellFormed && numbers.every((part) => Number(part) < 2 ** 32 - 1)) return undefined;
  return {
    code: "SPEC_VALUE",
    reason: "not a user",
    hint: 'write a name or a number, or both parts as "65532:65532"',
  };
});

/** Length of time: `30s`, `1m30s`, `500ms`. */
export const duration: z.ZodString = checkedText((value) =>
  parseDuration(value) === undefined
    ? {
        code: "SPEC_VALUE",
        reason: "not a length of time",
        hint: "write numbers with units h, m, s or ms, such as 1m30s",
      }
    : undefined,
);

/** Size in bytes: `64MB`, `512KiB`. */
export const size: z.ZodString = checkedText((value) =>
  parseSize(value) === undefined
    ? { code: "SPEC_VALUE", reason: "not a size", hint: "write a number with a unit, such as 64MB or 512KiB" }
    : undefined,
);

/** A name of a builder, a target or the like. */
export const name: z.ZodString = patternText(
  /^[a-z][a-z0-9._-]{0,62}$/,
  "not a name",
  "use lower-case letters, digits, dots, dashes and underscores, a letter first",
);

/** Name of an environment variable. */
export const variableName: z.ZodString = patternText(
  /^[^\s=\p{C}]+$/u,
  "not a variable name",
  "use letters, digits and underscores",
);

/** Name of an argument. */
export const argumentName: z.ZodString = patternText(
  /^[A-Za-z_][A-Za-z0-9_]*$/,
  "not an argument name",
  "use letters, digits and underscores, no digit first",
);

/** An image reference, or a name that is looked up before it is taken as one. */
export const reference: z.ZodString = checkedText((value) => {
  const problem = findReferenceProblem(value);
  return problem === undefined ? undefined : { code: "SPEC_REFERENCE", ...problem };
});

/** A git address without credentials. */
export const gitUrl: z.ZodString = checkedText((value) => {
  if (/[\s\p{C}]/u.test(value) || value === "") {
    return {
      code: "SPEC_REFERENCE",
      reason: "not an address",
      hint: "write an address such as https://host/project.git#branch",
    };
  }
  const [address = "", ref = "", directory = ""] = /^([^#]*)(?:#([^:]*)(?::(.*))?)?$/u.exec(value)?.slice(1) ?? [];
  if (address.startsWith("-") || ref.startsWith("-")) {
    return {
      code: "SPEC_REFERENCE",
      reason: "git takes what begins with a dash for an option",
      hint: "write an address such as https://host/project.git#branch",
    };
  }
  if (/\.\.|[~^?*[\\]|@\{|^\/|\/$|\.lock$/u.test(ref)) {
    return {
      code: "SPEC_REFERENCE",
      reason: `git knows no reference ${JSON.stringify(ref.slice(0, 100))}`,
      hint: "write a branch, a tag or a commit after #",
    };
  }
  if (directory.split("/").includes("..")) {
    return {
      code: "SPEC_REFERENCE",
      reason: "its directory leads out of the repository",
      hint: "write a directory of the repository after the colon",
    };
  }
  if (/^[a-z]+:\/\/[^/@]*:[^/@]*@/.test(value)) {
    return {
      code: "SPEC_REFERENCE",
      reason: "it carries credentials",
      hint: "remove them and give a secret or an ssh agent",
    };
  }
  return undefined;
});

const architectures: Readonly<Record<string, readonly string[]>> = {
  "386": [],
  amd64: ["v1", "v2", "v3", "v4"],
  arm: ["v5", "v6", "v7", "v8"],
  arm64: ["v8", "v9"],
  loong64: [],
  mips64le: [],
  ppc64le: [],
  riscv64: [],
  s390x: [],
};
const otherNames: Readonly<Record<string, string>> = {
  aarch64: "arm64",
  armhf: "arm/v7",
  i386: "386",
  x64: "amd64",
  x86_64: "amd64",
};

/** `target`, `build` or an OCI platform of Linux. */
export const platform: z.ZodString = checkedText((value) => {
  if (value === "target" || value === "build") return undefined;
  const [os = "", architecture = "", variant, rest] = value.split("/");
  const known = Object.keys(architectures);
  const hint = `write target, build, or linux/ and one of ${wordList(known)}`;
  if (os !== "linux" || rest !== undefined) return { code: "SPEC_PLATFORM", reason: "not a Linux platform", hint };
  if (!Object.hasOwn(architectures, architecture)) {
    const near = Object.hasOwn(otherNames, architecture) ? otherNames[architecture] : suggest(architecture, known);
    const reason = "its architecture is not known";
    return { code: "SPEC_PLATFORM", reason, hint: near === undefined ? hint : `did you mean linux/${near}?` };
  }
  const variants = architectures[architecture] ?? [];
  if (variant === undefined || variants.includes(variant)) return undefined;
  const reason = `${architecture} has no variant ${JSON.stringify(variant.slice(0, 20))}`;
  const wanted = variants.length === 0 ? "leave the variant out" : `use ${wordList(variants)}, or none`;
  return { code: "SPEC_PLATFORM", reason, hint: wanted };
});

/** Nanoseconds of a length of time; undefined when it is none. */
export function parseDuration(value: string): number | undefined {
  if (!/^(?:\d{1,9}(?:\.\d{1,9})?(?:h|ms|m|s))+$/.test(value)) return undefined;
  let total = 0;
  for (const [, amount = "", unit = ""] of value.matchAll(/(?<![\d.])([\d.]+)(h|ms|m|s)/g)) {
    total += Number(amount) * (nanoseconds[unit] ?? 0);
  }
  return Number.isSafeInteger(Math.round(total)) ? Math.round(total) : undefined;
}

const nanoseconds: Readonly<Record<string, number>> = { h: 3.6e12, m: 6e10, s: 1e9, ms: 1e6 };

/** Bytes of a size; undefined when it is none. Units of a thousand (kB, MB, GB) and of 1024 (KiB, MiB, GiB). */
export function parseSize(value: string): number | undefined {
  const match = /^(\d{1,12}(?:\.\d{1,6})?)\s?([KkMG]i?B|B)?$/.exec(value);
  if (match === null) return undefined;
  const [, amount = "", unit = "B"] = match;
  const power = { B: 0, K: 1, M: 2, G: 3 }[unit[0]?.toUpperCase() ?? "B"] ?? 0;
  const bytes = Math.round(Number(amount) * (unit.includes("i") ? 1024 : 1000) ** power);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** Permission bits of a checked mode. */
export function parseMode(value: string): number {
  return Number.parseInt(value.replace(/^0o/, ""), 8);
}

function pathProblem(value: string): Problem | undefined {
  const problem = (reason: string, hint: string): Problem => ({ code: "SPEC_PATH", reason, hint });
  if (value === "") return problem("it is empty", "write a path");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a path must not hold
  if (/[\0\r\n]/.test(value)) return problem("it holds a NUL character or a line end", "remove it");
  if (value.length > maxPathLength) return problem(`it is longer than ${maxPathLength} characters`, "shorten it");
  if (value.split("/").includes("..")) return problem("it leads upwards with ..", "write the path without ..");
  return undefined;
}

function absoluteProblem(value: string): Problem | undefined {
  if (value.startsWith("/")) return undefined;
  return {
    code: "SPEC_PATH",
    reason: "it is relative",
    hint: `write an absolute path, such as /${value.replace(/^(\.\/)+/, "")}`,
  };
}

function relativeProblem(value: string): Problem | undefined {
  if (!value.startsWith("/")) return undefined;
  return { code: "SPEC_PATH", reason: "it is absolute", hint: "write it relative to the directory that it is about" };
}

/** Patterns are matched against every path of a tree, so what one costs is bounded. */
function patternProblem(value: string): Problem | undefined {
  let alternatives = 1;
  for (const group of value.matchAll(/\{([^{}]*)\}/g)) alternatives *= (group[1] ?? "").split(",").length;
  const problem = (reason: string): Problem => ({ code: "SPEC_GLOB", reason, hint: "write several simpler patterns" });
  if (alternatives > maxAlternatives)
    return problem(`its alternatives in braces stand for more than ${maxAlternatives} patterns`);
  if ((value.match(/\*+|\?/g)?.length ?? 0) > maxWildcards)
    return problem(`it has more than ${maxWildcards} wildcards`);
  return undefined;
}

/** The error of a pattern over absolute paths. */
export function absolutePatternProblem(value: string): Problem | undefined {
  return pathProblem(value) ?? absoluteProblem(value) ?? patternProblem(value);
}
