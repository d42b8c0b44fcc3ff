import { z } from "zod";
import { type PolicyKind, policyKinds } from "../policy-kinds.ts";
import { didYouMean, wordList } from "../suggest.ts";
import { checkedText, type Problem, patternText, strict } from "./problem.ts";
import { absolutePattern, absolutePatternProblem, size, text } from "./texts.ts";

/** As written, defaults filled in. */
export interface RawPolicy {
  readonly forbid: readonly PolicyKind[];
  readonly allow: readonly (string | RawAllow)[];
  readonly max?: {
    readonly bytes?: number | string;
    readonly files?: number;
    readonly packages?: number;
  };
  readonly licenses?: { readonly forbid: readonly string[]; readonly allow: readonly RawAllowedLicense[] };
}

/** As written. */
export interface RawAllowedLicense {
  readonly package?: string;
  readonly path?: string;
  readonly license?: string;
  readonly because?: string;
}

/** As written, defaults filled in. */
export interface RawAllow {
  readonly path?: string;
  readonly kind?: PolicyKind;
  readonly because?: string;
}

const kind: z.ZodType<PolicyKind> = z.enum(policyKinds);

/** A kind, or a path; what is neither was meant as a kind. */
const exception = checkedText((value) => {
  if (value.startsWith("/")) return absolutePatternProblem(value);
  if (policyKinds.some((known) => known === value)) return undefined;
  const problem: Problem = {
    code: "SPEC_VALUE",
    reason: "it is neither a kind nor an absolute path",
    hint: didYouMean(value, policyKinds) ?? `use a path, or ${wordList(policyKinds)}`,
  };
  return problem;
});

const because = text.exactOptional().meta({ description: "The reason; reports show it." });

const allowed = z.union([
  exception,
  strict({
    path: absolutePattern.meta({ description: "A path, or a pattern for several." }),
    kind: kind.exactOptional().meta({ description: "The kind that is allowed there. Default: all." }),
    because,
  }),
  strict({ kind: kind.meta({ description: "The kind that is allowed anywhere." }), because }),
]);

const license = patternText(
  /^(?=.*[A-Za-z])[A-Za-z0-9.+*-]+$/,
  "not an SPDX identifier",
  "write it as https://spdx.org/licenses does, such as AGPL-3.0-only",
);

const limit = z.int().min(0);

const licenseTerms = {
  license: license.exactOptional().meta({ description: "The licence that is allowed there. Default: any." }),
  because,
};

const allowedLicense = z.union([
  strict({
    package: patternText(/^\S+$/, "not a package", "write its name, such as libreadline8, or npm:left@1.0.0").meta({
      description: "A package, by its name or as reports name it; `*` is any text.",
    }),
    ...licenseTerms,
  }),
  strict({
    path: absolutePattern.meta({ description: "Files that may ship: a path, or a pattern for several." }),
    ...licenseTerms,
  }),
]);

/** The paths that the image may not hold. */
export const policySchema: z.ZodType<RawPolicy> = strict({
  forbid: z
    .array(kind)
    .default([])
    .meta({ description: "Kinds of files that may not ship; see docs/guides/policy.md for what each means." }),
  allow: z
    .array(allowed)
    .default([])
    .meta({ description: "Exceptions: a path or a kind, or a map of both and the reason." }),
  max: strict({
    bytes: z
      .union([limit, size])
      .exactOptional()
      .meta({ description: "Bytes of all files, each once: `60MB` (of a thousand), `60MiB` (of 1024), or a number." }),
    files: limit.exactOptional().meta({ description: "Number of regular files." }),
    packages: limit.exactOptional().meta({ description: "Number of packages that a file of the image belongs to." }),
  })
    .exactOptional()
    .meta({ description: "The most that may ship; exactly as much is fine." }),
  licenses: strict({
    forbid: z.array(license).default([]).meta({ description: "SPDX identifiers; `*` is any text, as in `AGPL-*`." }),
    allow: z
      .array(allowedLicense)
      .default([])
      .meta({ description: "Exceptions: a package, or files of packages of which nothing else ships." }),
  })
    .exactOptional()
    .meta({ description: "Licences that may not ship." }),
}).meta({ id: "Policy", description: "What must be true of the contents; the image is not made otherwise." });
