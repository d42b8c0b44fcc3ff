import { z } from "zod";
import type { PlainMount, SecretMount } from "../spec.ts";
import { checkedText, strict } from "./problem.ts";
import {
  absolutePath,
  anyPath,
  argumentName,
  contextPath,
  gitUrl,
  mode,
  name,
  pattern,
  platform,
  reference,
  size,
  text,
  user,
  variableName,
} from "./texts.ts";

/** Where a builder comes from, as written. */
export type RawFrom =
  | string
  | {
      readonly dockerfile: string;
      readonly target?: string;
      readonly args: Readonly<Record<string, string>>;
    }
  | { readonly image: string }
  | { readonly context: string }
  | { readonly git: string }
  | { readonly "oci-layout": string };

/** As written, defaults filled in. */
export interface RawBuilder {
  readonly from: RawFrom;
  readonly packages: readonly string[];
  readonly snapshot?: string;
  readonly build: readonly RawStep[];
  readonly env: Readonly<Record<string, string>>;
  readonly workdir?: string;
  readonly user: string;
  readonly shell: readonly string[];
  readonly platform: string;
}

/** As written, defaults filled in. */
export type RawStep = string | RawRun | RawCopyStep;

/** As written, defaults filled in. */
export interface RawRun {
  readonly run: string | readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workdir?: string;
  readonly user?: string;
  readonly network: "default" | "none" | "host";
  readonly mounts: readonly RawMount[];
}

/** As written, defaults filled in. */
export interface RawCopyStep {
  readonly copy: {
    readonly from: string;
    readonly src: string | readonly string[];
    readonly dest: string;
    readonly chown?: string;
    readonly chmod?: string;
    readonly exclude: readonly string[];
  };
}

/** As written, defaults filled in. */
export type RawMount =
  | PlainMount
  | SecretMount<string>
  | { readonly type: "tmpfs"; readonly target: string; readonly size?: string };

const fromName = reference.meta({
  description: "The name of another builder, a named build context, `scratch` or an image reference, in this order.",
});

/** Where a builder's root comes from. */
export const fromSchema: z.ZodType<RawFrom> = z
  .union([
    fromName,
    strict({
      dockerfile: contextPath.meta({
        description: "A Dockerfile of the build context; BuildKit's own frontend builds it.",
      }),
      target: text.exactOptional().meta({ description: "The stage to take. Default: the last one." }),
      args: z.record(argumentName, text).default({}).meta({ description: "Build arguments for the Dockerfile." }),
    }),
    strict({ image: reference.meta({ description: "An image reference, whatever else has this name." }) }),
    strict({ context: text.meta({ description: "The name of a build context given by `--build-context`." }) }),
    strict({ git: gitUrl.meta({ description: "A git repository; `#branch:directory` may follow." }) }),
    strict({ "oci-layout": reference.meta({ description: "An image of an OCI layout given by `--build-context`." }) }),
  ])
  .meta({ id: "From", description: "Where a builder's root file system comes from." });

const mountSchema: z.ZodType<RawMount> = z
  .discriminatedUnion("type", [
    strict({
      type: z.literal("cache").meta({ description: "A directory that is kept between builds." }),
      target: absolutePath.meta({ description: "Where it is mounted." }),
      id: text.exactOptional().meta({ description: "The cache's name. Default: the target." }),
      sharing: z
        .enum(["shared", "private", "locked"])
        .default("shared")
        .meta({ description: "What happens when two steps want it at once." }),
    }),
    strict({
      type: z.literal("secret").meta({ description: "A secret given by `--secret`; it never stays in a layer." }),
      id: text.meta({ description: "The secret's id." }),
      target: absolutePath
        .exactOptional()
        .meta({ description: "The file. Default: `/run/secrets/<id>`, unless `env` is given." }),
      env: variableName.exactOptional().meta({ description: "A variable that holds the secret." }),
      required: z.boolean().default(false).meta({ description: "Fail when the secret is not given." }),
      mode: mode.exactOptional().meta({ description: 'The file\'s mode. Default: `"0400"`.' }),
    }),
    strict({
      type: z.literal("ssh").meta({ description: "The ssh agent given by `--ssh`." }),
      id: text.default("default").meta({ description: "The agent's id." }),
      required: z.boolean().default(false).meta({ description: "Fail when no agent is given." }),
    }),
    strict({
      type: z.literal("bind").meta({ description: "Files of a builder or of the build context, not written back." }),
      from: name.default("context").meta({ description: "`context` or a builder." }),
      source: anyPath.default("/").meta({ description: "What is mounted." }),
      target: absolutePath.meta({ description: "Where it is mounted." }),
    }),
    strict({
      type: z.literal("tmpfs").meta({ description: "An empty directory in memory." }),
      target: absolutePath.meta({ description: "Where it is mounted." }),
      size: size.exactOptional().meta({ description: "How much it may hold, such as `64MB`." }),
    }),
  ])
  .meta({ id: "Mount", description: "Something mounted while a step runs." });

const command = z.array(text).min(1);

const shellCommand = checkedText((value) =>
  value.trim() === "" || value.includes("\0")
    ? { code: "SPEC_VALUE", reason: "not a command", hint: "write a shell command, or a list in exec form" }
    : undefined,
);

const runSchema = strict({
  run: z
    .union([shellCommand, command])
    .meta({ description: "A text is a command of the builder's shell; a list is a program and its arguments." }),
  env: z.record(variableName, text).default({}).meta({ description: "Variables of this step." }),
  workdir: absolutePath.exactOptional().meta({ description: "Where it runs. Default: the builder's." }),
  user: user.exactOptional().meta({ description: "Who runs it. Default: the builder's." }),
  network: z.enum(["default", "none", "host"]).default("default").meta({ description: "The network that it sees." }),
  mounts: z.array(mountSchema).default([]).meta({ description: "Caches, secrets and files for this step." }),
}).meta({ id: "Run", description: "A command in the builder." });

const copySchema = strict({
  copy: strict({
    from: name.default("context").meta({ description: "`context` or a builder." }),
    src: z
      .union([pattern, z.array(pattern).min(1)])
      .meta({ description: "Paths or patterns: relative in the build context, absolute in a builder." }),
    dest: absolutePath.meta({ description: "The path; a directory when it ends in a slash." }),
    chown: user.exactOptional().meta({ description: 'The owner, such as `"65532:65532"`. Default: root.' }),
    chmod: mode.exactOptional().meta({ description: 'The mode, such as `"0644"`. Default: as it is.' }),
    exclude: z.array(pattern).default([]).meta({ description: "Patterns that are left out." }),
  }),
}).meta({ id: "Copy", description: "Files copied into the builder." });

/** One step of a builder. */
export const stepSchema: z.ZodType<RawStep> = z
  .union([shellCommand.meta({ description: "A command of the builder's shell." }), runSchema, copySchema])
  .meta({ id: "Step", description: "A step in a builder. Its files ship only if the closure reaches them." });

const packageName = checkedText((value) =>
  /^[A-Za-z0-9][A-Za-z0-9+._:@=~^<>()/-]*$/.test(value)
    ? undefined
    : { code: "SPEC_VALUE", reason: "not a package name", hint: "write a name, or name=version" },
);

/** Packages to install. */
export const packagesSchema: z.ZodDefault<z.ZodArray<z.ZodString>> = z.array(packageName).default([]).meta({
  description:
    "Packages that the builder's own package manager installs (apt-get, apk, dnf, microdnf or yum), as `name` or `name=version`.",
});

/** The date of an archive. */
export const snapshotSchema: z.ZodType<string> = checkedText((value) =>
  /^\d{8}T\d{6}Z$/.test(value)
    ? undefined
    : {
        code: "SPEC_VALUE",
        reason: "not a date of a snapshot",
        hint: "write it as 20260901T000000Z, in quotes or not",
      },
).meta({
  description:
    "The archive as it was at this moment, for `packages`: what apt-get's `--snapshot` takes, such as `20260901T000000Z`. Needs the apt of Debian 13 or later.",
});

/** Steps in order. */
export const buildSchema: z.ZodDefault<z.ZodArray<z.ZodType<RawStep>>> = z
  .array(stepSchema)
  .default([])
  .meta({ description: "Steps in the builder, in order. Their files ship only if the closure reaches them." });

/** One builder stage. */
export const builderSchema: z.ZodType<RawBuilder> = strict({
  from: fromSchema,
  packages: packagesSchema,
  snapshot: snapshotSchema.exactOptional(),
  build: buildSchema,
  env: z.record(variableName, text).default({}).meta({ description: "Variables of every step." }),
  workdir: absolutePath.exactOptional().meta({ description: "Where steps run. Default: the image's own." }),
  user: user.default("root").meta({ description: "Who runs the steps." }),
  shell: z.array(text).min(1).default(["/bin/sh", "-c"]).meta({ description: "What runs a step that is a text." }),
  platform: platform.default("target").meta({ description: "`target`, `build` or a platform such as `linux/arm64`." }),
}).meta({ id: "Builder", description: "A stage in which things are built." });
