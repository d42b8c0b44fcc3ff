import { z } from "zod";
import type { RawBuilder, RawFrom, RawStep } from "./schema/builders.ts";
import { builderSchema, buildSchema, fromSchema, packagesSchema, snapshotSchema } from "./schema/builders.ts";
import type { RawApp, RawBinary, RawClosure, RawFile, RawInterpreter, RawSystem } from "./schema/contents.ts";
import {
  appSchema,
  binarySchema,
  closureSchema,
  fileSchema,
  interpreterSchema,
  librarySchema,
  systemSchema,
} from "./schema/contents.ts";
import type { RawAccounts, RawHealthcheck, RawLayers, RawMetadata } from "./schema/image.ts";
import {
  accountsSchema,
  healthcheckSchema,
  layersSchema,
  metadataSchema,
  portSchema,
  signalSchema,
} from "./schema/image.ts";
import type { RawPolicy } from "./schema/policy.ts";
import { policySchema } from "./schema/policy.ts";
import { patternText, strict } from "./schema/problem.ts";
import { absolutePath, argumentName, name, text, user, variableName } from "./schema/texts.ts";
import type { RawNoStart, RawVerify } from "./schema/verify.ts";
import { verifySchema } from "./schema/verify.ts";

/**
 * The spec as written and checked, before short forms are expanded: what `schema.ts` yields. Defaults are filled in.
 */
export interface RawSpec {
  readonly version: 1;
  readonly include?: readonly string[];
  readonly args: Readonly<Record<string, string | null>>;
  readonly from?: RawFrom;
  readonly packages: readonly string[];
  readonly snapshot?: string;
  readonly build: readonly RawStep[];
  readonly builders: Readonly<Record<string, RawBuilder>>;
  readonly interpreter?: string | RawInterpreter;
  readonly app?: string | RawApp;
  readonly binaries: readonly (string | RawBinary)[];
  readonly libraries: readonly (string | { readonly name: string; readonly from: string })[];
  readonly files: Readonly<Record<string, RawFile>>;
  readonly system: RawSystem;
  readonly closure: RawClosure;
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workdir?: string;
  readonly user?: string;
  readonly accounts: RawAccounts;
  readonly ports: readonly (string | number)[];
  readonly volumes: readonly string[];
  readonly "stop-signal"?: string;
  readonly healthcheck?: RawHealthcheck;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly layers: RawLayers;
  readonly policy?: RawPolicy;
  readonly verify: readonly RawVerify[] | RawNoStart;
  readonly serverless: "none" | "aws-lambda" | "google-cloud-run" | "knative" | "azure-functions";
  readonly handler?: string;
  readonly metadata?: RawMetadata;
  readonly targets: Readonly<Record<string, unknown>>;
}

const emptySystem = systemSchema.parse({});
const emptyClosure = closureSchema.parse({});
const emptyAccounts = accountsSchema.parse({});

const labelName = patternText(/^[^\s\p{C}]+$/u, "not a label name", "write it without spaces");

/**
 * The language, version 1, as written: short forms and all. What it yields has its defaults filled in. Rules that
 * concern more than one value (builder names, conflicting paths) are in `rules.ts`.
 */
export const specSchema: z.ZodType<RawSpec> = strict({
  version: z.literal(1).default(1).meta({ description: "The version of the language." }),
  include: z
    .array(text)
    .exactOptional()
    .meta({ description: "Spec files that lie under this one, by paths relative to it; later ones win." }),
  args: z
    .record(argumentName, text.nullable())
    .default({})
    .meta({ description: "Arguments and their defaults; `--build-arg` overrides. Empty: no default." }),
  from: fromSchema.exactOptional(),
  packages: packagesSchema,
  snapshot: snapshotSchema.exactOptional(),
  build: buildSchema,
  builders: z.record(name, builderSchema).default({}).meta({
    description: "Stages by name, in any order. `from`, `packages`, `snapshot` and `build` above are those of `main`.",
  }),
  interpreter: interpreterSchema.exactOptional(),
  app: appSchema.exactOptional(),
  binaries: z.array(binarySchema).default([]).meta({ description: "Programs that ship." }),
  libraries: z.array(librarySchema).default([]).meta({ description: "Libraries that programs open at run time." }),
  files: z.record(absolutePath, fileSchema).default({}).meta({ description: "Files by path: made, linked or copied." }),
  system: systemSchema.default(emptySystem),
  closure: closureSchema.default(emptyClosure),
  entrypoint: z.array(text).exactOptional().meta({
    description:
      "The program and its first arguments. Default: the interpreter, the first binary, or the adopted image's own.",
  }),
  cmd: z.array(text).exactOptional().meta({
    description: "Arguments that `docker run` can replace. Default: the app's entry, or the adopted image's own.",
  }),
  env: z
    .record(variableName, text)
    .default({})
    .meta({ description: "Variables of the image; PATH is set to what it really has." }),
  workdir: absolutePath
    .exactOptional()
    .meta({ description: "Default: the app's directory, the adopted image's own, or `/`." }),
  user: user
    .exactOptional()
    .meta({ description: "Default: `nonroot` (65532), or the adopted image's own; `root` must be written out." }),
  accounts: accountsSchema.default(emptyAccounts),
  ports: z.array(portSchema).default([]).meta({ description: "Ports that the image says it listens on." }),
  volumes: z.array(absolutePath).default([]).meta({
    description:
      "Paths that the image says are volumes. A directory that the builder lacks is made for the image's user.",
  }),
  "stop-signal": signalSchema
    .exactOptional()
    .meta({ description: "The signal that stops it. Default: the engine's, SIGTERM." }),
  healthcheck: healthcheckSchema.exactOptional(),
  labels: z.record(labelName, text).default({}).meta({ description: "Labels of the image." }),
  annotations: z
    .record(labelName, text)
    .default({})
    .meta({ description: "Annotations of the manifests, and of the index of several platforms." }),
  layers: layersSchema.default(["system", "interpreter", "dependencies", "app"]),
  metadata: metadataSchema.exactOptional(),
  policy: policySchema.exactOptional(),
  verify: verifySchema,
  serverless: z
    .enum(["none", "aws-lambda", "google-cloud-run", "knative", "azure-functions"])
    .default("none")
    .meta({ description: "The platform whose contract the image follows." }),
  handler: text.exactOptional().meta({ description: "The function that a serverless platform calls." }),
  targets: z
    .record(name, z.looseObject({}))
    .default({})
    .meta({ description: "Other images by name: changes to this one, chosen by `--target`." }),
}).meta({ id: "Spec", title: "Pith spec", description: "What an image is made of, version 1." });

/** Keys that stand only at the top of a spec, never in a target. */
export const topOnlyKeys: readonly string[] = ["version", "include", "args", "targets"];

/** Targets that every spec has, beside the image and `debug`; no own target takes such a name. */
export const builtInTargets = [
  "builder",
  "dependencies",
  "diff",
  "explain",
  "lock",
  "manifest",
  "record",
  "report",
  "rootfs",
  "sbom",
  "spec",
  "try",
  "vex",
] as const;
