import type { managerNames } from "./manager-names.gen.ts";
import type { PolicyKind } from "./policy-kinds.ts";
/**
 * The normalised spec: short forms expanded, defaults filled in, includes merged, arguments substituted. Its shape is
 * what pointers in diagnostics and reasons refer to. Language: docs/spec.md.
 */
export interface Spec {
  readonly version: 1;
  /** Declared arguments with their final values. */
  readonly args: Readonly<Record<string, string>>;
  readonly builders: Readonly<Record<string, BuilderSpec>>;
  readonly interpreter?: InterpreterSpec;
  readonly app?: AppSpec;
  readonly levels: Levels;
  readonly binaries: readonly BinarySpec[];
  readonly libraries: readonly { readonly name: string; readonly from: string }[];
  /** Sorted by path. */
  readonly files: readonly FileSpec[];
  readonly system: SystemSpec;
  readonly closure: ClosureSpec;
  readonly image: ImageSpec;
  readonly layers: LayersSpec;
  /** Undefined where the spec states none. */
  readonly policy?: PolicySpec;
  readonly verify: readonly VerifySpec[];
  /** False: the image is not started before it is given to anyone. */
  readonly startCheck: boolean;
  /** Recorded runs of the application, by which the closure is cut; undefined: it is not. */
  readonly observed?: readonly ObservedSpec[];
  /** The program of `closure.trace`, which is evidence only: no part of what decides the closure. */
  readonly trace?: { readonly args: readonly string[] };
  readonly serverless?: ServerlessSpec;
  readonly metadata: MetadataSpec;
  readonly targets: Readonly<Record<string, Spec>>;
}

/** A recorded run: a file beside the spec, or a program that runs in a builder while the image is built. */
export type ObservedSpec =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "run"; readonly args: readonly string[]; readonly from?: string };

/** Where a builder's root comes from. */
export type FromSpec =
  /** A plain string: another builder's name, a named build context, `scratch` or an image reference, in this order. */
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "image"; readonly reference: string }
  | { readonly kind: "context"; readonly name: string }
  | {
      readonly kind: "dockerfile";
      readonly path: string;
      readonly target?: string;
      readonly args: Readonly<Record<string, string>>;
    }
  | { readonly kind: "git"; readonly url: string }
  | { readonly kind: "oci-layout"; readonly reference: string };

export interface BuilderSpec {
  readonly from: FromSpec;
  readonly packages: readonly string[];
  /** The moment of the archive that `packages` come from: `20260901T000000Z`. */
  readonly snapshot?: string;
  readonly build: readonly StepSpec[];
  readonly env: Readonly<Record<string, string>>;
  readonly workdir?: string;
  readonly user: string;
  readonly shell: readonly string[];
  /** `target`, `build` or an OCI platform such as `linux/arm64`. */
  readonly platform: string;
}

export type StepSpec = RunSpec | CopySpec;

export interface RunSpec {
  readonly kind: "run";
  /** Shell command, or exec form. */
  readonly command: string | readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workdir?: string;
  readonly user?: string;
  readonly network: "default" | "none" | "host";
  readonly mounts: readonly MountSpec[];
}

/** A mount whose values mean what they say. */
export type PlainMount =
  | {
      readonly type: "cache";
      readonly target: string;
      readonly id?: string;
      readonly sharing: "shared" | "private" | "locked";
    }
  | { readonly type: "ssh"; readonly id: string; readonly required: boolean }
  | { readonly type: "bind"; readonly from: string; readonly source: string; readonly target: string };

/** A secret of the build; its mode is a number, or the digits that stand for one. */
export interface SecretMount<Mode> {
  readonly type: "secret";
  readonly id: string;
  readonly target?: string;
  /** Name of an environment variable that gets the secret instead of, or beside, a file. */
  readonly env?: string;
  readonly required: boolean;
  readonly mode?: Mode;
}

export type MountSpec =
  | PlainMount
  | SecretMount<number>
  | { readonly type: "tmpfs"; readonly target: string; readonly sizeBytes?: number };

export interface CopySpec {
  readonly kind: "copy";
  /** `context` or a builder's name. */
  readonly from: string;
  readonly src: readonly string[];
  readonly dest: string;
  readonly chown?: string;
  readonly chmod?: number;
  readonly exclude: readonly string[];
}

export interface InterpreterSpec {
  /** A name on the builder's PATH, or an absolute path. */
  readonly path: string;
  readonly from: string;
}

/** How much ships of the run-time, and of the packages beside the application. */
export interface Levels {
  readonly stdlib: "safe" | "reachable" | "full";
  readonly bytecode: "keep" | "drop" | "only";
  readonly prune: "safe" | "reachable" | "none";
}

/** Package managers that install an application's dependencies. */
export type ManagerName = (typeof managerNames)[number];

export type DependencyManager = "auto" | "none" | ManagerName;

export interface AppSpec {
  readonly src: string;
  /** `context` or a builder's name. */
  readonly from: string;
  readonly dest: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly owner: string;
  readonly entry: readonly string[];
  readonly dependencies: DependencyManager;
  /** False where no program of a package may run while it is installed; absent: they run. */
  readonly runsDependencyScripts?: false;
}

export interface BinarySpec {
  readonly path: string;
  readonly from: string;
  readonly as?: string;
}

export type FileSpec = { readonly path: string; readonly owner?: string; readonly mode?: number } & (
  | { readonly kind: "content"; readonly content: string }
  | { readonly kind: "directory" }
  | { readonly kind: "symlink"; readonly target: string }
  | { readonly kind: "copy"; readonly from: string; readonly src: string }
);

export interface SystemSpec {
  /** `auto`, on, off, or extra certificate files of the build context beside the bundle. */
  readonly certificates: "auto" | boolean | readonly string[];
  readonly timezone: "none" | "all" | readonly string[];
  readonly locales: readonly string[];
  readonly nss: readonly string[];
  readonly tmp: boolean;
}

export interface ClosureSpec {
  readonly dlopen: "auto" | "notes" | "off";
  readonly include: readonly { readonly path: string; readonly because?: string; readonly from: string }[];
  readonly exclude: readonly { readonly path: string; readonly force: boolean }[];
  readonly missing: "error" | "warn";
}

/** A health check. Hosts are loopback addresses, or `localhost` for both of them. */
export type ProbeSpec =
  | { readonly kind: "exec"; readonly args: readonly string[] }
  | { readonly kind: "http"; readonly host: string; readonly port: number; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number };

export interface HealthcheckSpec {
  readonly probe: ProbeSpec;
  readonly intervalNanoseconds?: number;
  readonly timeoutNanoseconds?: number;
  readonly startPeriodNanoseconds?: number;
  readonly retries?: number;
}

/** Users and groups that the image has beside those of its packages. */
export interface AccountsSpec {
  readonly users: readonly {
    readonly name: string;
    readonly uid: number;
    readonly gid?: number;
    readonly home?: string;
  }[];
  readonly groups: readonly { readonly name: string; readonly gid: number; readonly members: readonly string[] }[];
}

/** Image settings; undefined where the spec is silent, so that an adopted image's own may take the place. */
export interface ImageSpec {
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workdir?: string;
  readonly user?: string;
  readonly accounts: AccountsSpec;
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly stopSignal?: string;
  readonly healthcheck?: HealthcheckSpec;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The platform whose contract the image follows, and the function that it calls. */
export interface ServerlessSpec {
  readonly platform: "aws-lambda" | "google-cloud-run" | "knative";
  readonly handler?: string;
}

/** The metadata of the image. Undefined where the spec is silent: the default then costs nothing unasked. */
export interface MetadataSpec {
  readonly packageDb: "auto" | boolean;
  readonly sbom?: "spdx" | "spdx3" | "cyclonedx" | "none";
  readonly reasons?: "attestation" | "file" | "none";
  /** False: no statements about vulnerabilities are attached, whatever list the build is given. */
  readonly vex?: false;
  /** True: labels and annotations say where the image comes from. */
  readonly origin?: true;
}

export type LayersSpec = "single" | "per-package" | readonly ("system" | "interpreter" | "dependencies" | "app")[];

/** The output that a program must have printed. `equal`: the whole, one line break at the end left out. */
export type ExpectedText = { readonly kind: "equal" | "contains" | "matches"; readonly text: string };

/** One entry of `verify`; `none` where it only turns the start check off. */
export type VerifySpec = RunCheck | StartCheck | AttacksCheck | { readonly kind: "none" };

export interface RunCheck {
  readonly kind: "run";
  readonly args: readonly string[];
  readonly exit: number;
  readonly stdout?: ExpectedText;
  readonly stderr?: ExpectedText;
}

export interface StartCheck {
  readonly kind: "start";
  readonly probe:
    | { readonly kind: "http"; readonly port: number; readonly path: string; readonly status: number }
    | { readonly kind: "tcp"; readonly port: number };
  readonly withinMilliseconds: number;
}

export interface AttacksCheck {
  readonly kind: "attacks";
  /** Undefined: the default list. */
  readonly programs?: readonly string[];
}

/** Conditions on the contents; the image is not made where one fails. */
export interface PolicySpec {
  readonly forbid: readonly PolicyKind[];
  readonly allow: readonly AllowSpec[];
  readonly max: { readonly bytes?: number; readonly files?: number; readonly packages?: number };
  readonly licenses: { readonly forbid: readonly string[]; readonly allow?: readonly AllowLicenseSpec[] };
}

/** An exception for a package, or for files of packages: from one licence, or from all that are forbidden. */
export interface AllowLicenseSpec {
  readonly package?: string;
  readonly path?: string;
  readonly license?: string;
  readonly because?: string;
}

/** An exception: for one kind, for the paths of a pattern, or for one kind at these paths. */
export interface AllowSpec {
  readonly kind?: PolicyKind;
  readonly path?: string;
  readonly because?: string;
}
