import { z } from "zod";
import { type DependencyManagerName, dependencyManagers } from "../dependency-managers.ts";
import { managerNames } from "../manager-names.gen.ts";
import { checkedText, strict } from "./problem.ts";
import {
  absolutePath,
  absolutePattern,
  anyPath,
  contextPath,
  mode,
  name,
  pattern,
  program,
  relativePattern,
  text,
  user,
} from "./texts.ts";

/** As written, defaults filled in. */
export interface RawInterpreter {
  readonly path?: string;
  readonly from: string;
  readonly stdlib: "safe" | "reachable" | "full";
  readonly bytecode: "keep" | "drop" | "only";
}

/** As written, defaults filled in. */
export interface RawDependencies {
  readonly manager: "auto" | (typeof managerNames)[number];
  readonly scripts: boolean;
}

/** As written, defaults filled in. */
export interface RawApp {
  readonly src: string;
  readonly from: string;
  readonly dest: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly owner: string;
  readonly entry: readonly string[];
  readonly dependencies: DependencyManagerName | RawDependencies;
  readonly prune: "safe" | "reachable" | "none";
}

/** As written, defaults filled in. */
export interface RawBinary {
  readonly path: string;
  readonly from: string;
  readonly as?: string;
}

interface RawFileCommon {
  readonly owner?: string;
  readonly mode?: string;
}

/** As written, defaults filled in. */
export type RawFile =
  | (RawFileCommon & { readonly content: string })
  | (RawFileCommon & { readonly directory: true })
  | (RawFileCommon & { readonly symlink: string })
  | (RawFileCommon & { readonly from: string; readonly src: string });

/** As written, defaults filled in. */
export interface RawSystem {
  readonly certificates: "auto" | boolean | readonly string[];
  readonly timezone: string | readonly string[];
  readonly locale: string | readonly string[];
  readonly nss: readonly string[];
  readonly tmp: boolean;
}

/** As written, defaults filled in. */
export interface RawClosure {
  readonly dlopen: "auto" | "notes" | "off";
  readonly include: readonly (string | { readonly path: string; readonly because?: string; readonly from: string })[];
  readonly exclude: readonly (string | { readonly path: string; readonly force: boolean })[];
  readonly missing: "error" | "warn";
  readonly observed?: readonly (string | { readonly run: readonly string[]; readonly from?: string })[];
  readonly trace?: { readonly run: readonly string[] };
}

/** The run-time that runs the app. */
export const interpreterSchema: z.ZodType<string | RawInterpreter> = z
  .union([
    program,
    strict({
      path: program.exactOptional().meta({
        description:
          "A name on the builder's PATH, or an absolute path. Without it the levels are those of what `from` runs.",
      }),
      from: name.default("main").meta({ description: "The builder that has it." }),
      stdlib: z
        .enum(["safe", "reachable", "full"])
        .default("safe")
        .meta({ description: "How much of the standard library ships." }),
      bytecode: z
        .enum(["keep", "drop", "only"])
        .default("keep")
        .meta({ description: "What happens to compiled files such as `.pyc`." }),
    }),
  ])
  .meta({
    id: "Interpreter",
    description: "The runtime that runs the app: a name on the builder's PATH, a path, or a map.",
  });

/** The application's own files. */
export const appSchema: z.ZodType<string | RawApp> = z
  .union([
    anyPath,
    strict({
      src: anyPath
        .default(".")
        .meta({ description: "A directory of the build context, or an absolute one of a builder." }),
      from: name.default("context").meta({ description: "`context` or a builder." }),
      dest: absolutePath.default("/app").meta({ description: "The directory of the files in the image." }),
      include: z.array(relativePattern).default(["**"]).meta({ description: "Patterns of files that ship." }),
      exclude: z
        .array(relativePattern)
        .default([])
        .meta({ description: "Patterns that do not ship, in addition to those of `.dockerignore`." }),
      owner: user.default("65532:65532").meta({ description: "The owner of the files." }),
      entry: z
        .array(contextPath)
        .default([])
        .meta({ description: "Files from which imports are traced. Default: those that cmd and entrypoint name." }),
      dependencies: z
        .union([
          z.enum(dependencyManagers),
          strict({
            manager: z
              .enum(["auto", ...managerNames])
              .default("auto")
              .meta({ description: "What installs them." }),
            scripts: z
              .boolean()
              .default(true)
              .meta({ description: "Whether programs of packages run while they are installed." }),
          }),
        ])
        .default("auto")
        .meta({ description: "What installs dependencies; `auto` decides by the lock file." }),
      prune: z
        .enum(["safe", "reachable", "none"])
        .default("safe")
        .meta({ description: "How much of third-party packages ships." }),
    }),
  ])
  .meta({ id: "App", description: "The application: a directory of the build context, or a map." });

/** A program that ships. */
export const binarySchema: z.ZodType<string | RawBinary> = z
  .union([
    program,
    strict({
      path: program.meta({ description: "A name on the builder's PATH, or an absolute path." }),
      from: name.default("main").meta({ description: "The builder that has it." }),
      as: absolutePath
        .exactOptional()
        .meta({ description: "Its path in the image. Default: its path in the builder." }),
    }),
  ])
  .meta({ id: "Binary", description: "A program that ships with its closure." });

const soname = checkedText((value) =>
  /^[^\s\0]+$/.test(value) && !value.split("/").includes("..")
    ? undefined
    : {
        code: "SPEC_VALUE",
        reason: "not a library",
        hint: "write a soname such as libpq.so.5, a pattern or a path",
      },
);

/** A library that is opened at run time. */
export const librarySchema: z.ZodType<string | { readonly name: string; readonly from: string }> = z
  .union([
    soname,
    strict({
      name: soname.meta({ description: "A soname, a pattern over sonames, or an absolute path." }),
      from: name.default("main").meta({ description: "The builder that has it." }),
    }),
  ])
  .meta({ id: "Library", description: "A library that a program opens at run time, found by the loader's own rules." });

const fileCommon = {
  owner: user.exactOptional().meta({ description: "The owner. Default: root, or as in the builder." }),
  mode: mode
    .exactOptional()
    .meta({ description: 'The mode, such as `"0644"`. Default: 0644, 0755 for directories, or as in the builder.' }),
};

/** One path made or copied. */
export const fileSchema: z.ZodType<RawFile> = z
  .union([
    strict({ content: z.string().meta({ description: "The file's text." }), ...fileCommon }),
    strict({ directory: z.literal(true).meta({ description: "An empty directory." }), ...fileCommon }),
    strict({ symlink: anyLink().meta({ description: "What the link holds." }), ...fileCommon }),
    strict({
      from: name.meta({ description: "`context` or a builder." }),
      src: pattern.meta({ description: "A path or pattern there." }),
      ...fileCommon,
    }),
  ])
  .meta({ id: "File", description: "A file, directory, link or copy at the path that is the key." });

function anyLink(): z.ZodString {
  return checkedText((value) =>
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what a link must not hold
    value === "" || value.length > 4095 || /[\0\r\n]/.test(value)
      ? { code: "SPEC_PATH", reason: "not a link target", hint: "write the path that the link holds" }
      : undefined,
  );
}

const zone = checkedText((value) =>
  /^[A-Za-z0-9_+-]+(?:\/[A-Za-z0-9_+-]+){0,2}$/.test(value)
    ? undefined
    : { code: "SPEC_VALUE", reason: "not a time zone", hint: "write none, all, or names such as Europe/Paris" },
);
const localeName = checkedText((value) =>
  /^[A-Za-z0-9_]+(?:\.[A-Za-z0-9-]+)?(?:@[A-Za-z0-9]+)?$/.test(value)
    ? undefined
    : { code: "SPEC_VALUE", reason: "not a locale", hint: "write a name such as C.UTF-8 or de_DE.UTF-8" },
);
const service = checkedText((value) =>
  /^[a-z][a-z0-9_]*$/.test(value)
    ? undefined
    : { code: "SPEC_VALUE", reason: "not a name service", hint: "write names such as files and dns" },
);

/** The files that an operating system usually has and a program may need. */
export const systemSchema: z.ZodType<RawSystem> = strict({
  certificates: z
    .union([z.literal("auto"), z.boolean(), z.array(contextPath)])
    .default("auto")
    .meta({
      description: "The CA bundle: `auto` when something in the closure speaks TLS, `true`, `false`, or extra files.",
    }),
  timezone: z
    .union([zone, z.array(zone).min(1)])
    .default("none")
    .meta({
      description:
        "`none`, `all`, or zones; a single zone also sets `/etc/localtime`. With `none`, the builder's local time stays.",
    }),
  locale: z
    .union([localeName, z.array(localeName).min(1)])
    .default("C.UTF-8")
    .meta({
      description: "Locales, beside those that texts of the stage itself name; what converts their texts follows.",
    }),
  nss: z.array(service).default(["files", "dns"]).meta({
    description:
      "Name services for `nsswitch.conf`, beside those that the builder's own names; their libraries follow.",
  }),
  tmp: z.boolean().default(true).meta({ description: "Have `/tmp` with mode 1777." }),
}).meta({ id: "System", description: "What an operating system usually has and a program may need." });

const because = text.meta({ description: "The reason, for whoever reads the manifest." });

/** How the closure is found. */
export const closureSchema: z.ZodType<RawClosure> = strict({
  dlopen: z
    .enum(["auto", "notes", "off"])
    .default("auto")
    .meta({ description: "How libraries opened at run time are found: by notes and rules, by notes only, or not." }),
  include: z
    .array(
      z
        .union([
          absolutePattern,
          strict({
            path: absolutePattern.meta({ description: "A path or pattern." }),
            because: because.exactOptional(),
            from: name.default("main").meta({ description: "The builder that has it." }),
          }),
        ])
        .meta({
          id: "Include",
          description:
            "Paths that ship although nothing names them. A link that a pattern finds ships as it is, whatever it leads to.",
        }),
    )
    .default([])
    .meta({ description: "Paths that ship although nothing names them." }),
  exclude: z
    .array(
      z
        .union([
          absolutePattern,
          strict({
            path: absolutePattern.meta({ description: "A path or pattern." }),
            force: z
              .boolean()
              .default(false)
              .meta({ description: "Leave it out even if something that stays needs it." }),
          }),
        ])
        .meta({ id: "Exclude", description: "Paths that do not ship." }),
    )
    .default([])
    .meta({ description: "Paths that do not ship; an error if something that stays needs one." }),
  missing: z
    .enum(["error", "warn"])
    .default("error")
    .meta({ description: "What an unresolved library, import or script interpreter is." }),
  observed: z
    .array(
      z
        .union([
          contextPath,
          strict({
            run: z.array(text).min(1).meta({ description: "A program and its arguments: the application's tests." }),
            from: name.exactOptional().meta({
              description:
                "The builder that it runs in, with the dependencies and the application. Default: the image's.",
            }),
          }),
        ])
        .meta({
          id: "Observed",
          description: "A recorded run of the application: a file beside the spec, or a program that the build runs.",
        }),
    )
    .min(1)
    .exactOptional()
    .meta({
      description:
        "Runs of the application. Of what `safe` ships, only what they opened stays, by package and directory (docs/guides/observed.md).",
    }),
  trace: strict({ run: z.array(text).min(1).meta({ description: "A program and its arguments." }) })
    .exactOptional()
    .meta({
      description: "A program that runs in the builder and in the closure, to report what only the builder has.",
    }),
}).meta({ id: "Closure", description: "How the set of files that ships is found." });
