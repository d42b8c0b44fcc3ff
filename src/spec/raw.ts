import type { DependencyManagerName } from "./dependency-managers.ts";
import type { PolicyKind } from "./policy-kinds.ts";
/**
 * The spec as written and checked, before short forms are expanded: what `schema.ts` yields. Defaults are filled in.
 */
export interface RawSpec {
  readonly version: 1;
  readonly include?: readonly string[];
  readonly args: Readonly<Record<string, string | null>>;
  readonly from?: RawFrom;
  readonly packages: readonly string[];
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

export interface RawBuilder {
  readonly from: RawFrom;
  readonly packages: readonly string[];
  readonly build: readonly RawStep[];
  readonly env: Readonly<Record<string, string>>;
  readonly workdir?: string;
  readonly user: string;
  readonly shell: readonly string[];
  readonly platform: string;
}

export type RawStep = string | RawRun | RawCopyStep;

export interface RawRun {
  readonly run: string | readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workdir?: string;
  readonly user?: string;
  readonly network: "default" | "none" | "host";
  readonly mounts: readonly RawMount[];
}

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

export type RawMount =
  | {
      readonly type: "cache";
      readonly target: string;
      readonly id?: string;
      readonly sharing: "shared" | "private" | "locked";
    }
  | {
      readonly type: "secret";
      readonly id: string;
      readonly target?: string;
      readonly env?: string;
      readonly required: boolean;
      readonly mode?: string;
    }
  | { readonly type: "ssh"; readonly id: string; readonly required: boolean }
  | { readonly type: "bind"; readonly from: string; readonly source: string; readonly target: string }
  | { readonly type: "tmpfs"; readonly target: string; readonly size?: string };

export interface RawInterpreter {
  readonly path?: string;
  readonly from: string;
  readonly stdlib: "safe" | "reachable" | "full";
  readonly bytecode: "keep" | "drop" | "only";
}

export interface RawApp {
  readonly src: string;
  readonly from: string;
  readonly dest: string;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly owner: string;
  readonly entry: readonly string[];
  readonly dependencies: DependencyManagerName;
  readonly prune: "safe" | "reachable" | "none";
}

export interface RawBinary {
  readonly path: string;
  readonly from: string;
  readonly as?: string;
}

interface RawFileCommon {
  readonly owner?: string;
  readonly mode?: string;
}

export type RawFile =
  | (RawFileCommon & { readonly content: string })
  | (RawFileCommon & { readonly directory: true })
  | (RawFileCommon & { readonly symlink: string })
  | (RawFileCommon & { readonly from: string; readonly src: string });

export interface RawSystem {
  readonly certificates: "auto" | boolean | readonly string[];
  readonly timezone: string | readonly string[];
  readonly locale: string | readonly string[];
  readonly nss: readonly string[];
  readonly tmp: boolean;
}

export interface RawClosure {
  readonly dlopen: "auto" | "notes" | "off";
  readonly include: readonly (string | { readonly path: string; readonly because?: string; readonly from: string })[];
  readonly exclude: readonly (string | { readonly path: string; readonly force: boolean })[];
  readonly missing: "error" | "warn";
  readonly trace?: { readonly run: readonly string[] };
}

export interface RawAccounts {
  readonly users: readonly {
    readonly name: string;
    readonly uid: number;
    readonly gid?: number;
    readonly home?: string;
  }[];
  readonly groups: readonly { readonly name: string; readonly gid: number; readonly members: readonly string[] }[];
}

export interface RawHealthcheck {
  readonly exec?: readonly string[];
  readonly http?: string;
  readonly tcp?: string | number;
  readonly interval?: string;
  readonly timeout?: string;
  readonly "start-period"?: string;
  readonly retries?: number;
}

export interface RawMetadata {
  readonly "package-db": "auto" | boolean;
  readonly sbom?: "spdx" | "cyclonedx" | "none";
  readonly vex: boolean;
  readonly reasons?: "attestation" | "file" | "none";
}

export type RawLayers = "single" | "per-package" | readonly ("system" | "interpreter" | "dependencies" | "app")[];

export type RawExpected = string | { readonly contains: string } | { readonly matches: string };

export type RawVerify =
  | {
      readonly run: readonly string[];
      readonly stdout?: RawExpected;
      readonly stderr?: RawExpected;
      readonly exit: number;
    }
  | {
      readonly start: true;
      readonly http: {
        readonly port: number;
        readonly path: string;
        readonly status: number;
        readonly within: string;
      };
    }
  | { readonly start: true; readonly tcp: { readonly port: number; readonly within: string } }
  | { readonly attacks: "default" | readonly string[] }
  | RawNoStart;

export interface RawNoStart {
  readonly start: "off" | false;
}

export interface RawPolicy {
  readonly forbid: readonly PolicyKind[];
  readonly allow: readonly (string | RawAllow)[];
  readonly max?: {
    readonly bytes?: number | string;
    readonly files?: number;
    readonly packages?: number;
  };
  readonly licenses?: { readonly forbid: readonly string[] };
}

export interface RawAllow {
  readonly path?: string;
  readonly kind?: PolicyKind;
  readonly because?: string;
}
