import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { ImageSettings } from "../../formats/oci/image-config.ts";
import type { ServerlessSpec, Spec } from "../../spec/spec.ts";

/** The program that a function's image starts. */
export type FunctionStart =
  /** The platform's client for the run-time of the spec's interpreter, which calls the function `handler`. */
  | { readonly kind: "client"; readonly handler: string }
  /** A program that speaks the platform's protocol itself. */
  | { readonly kind: "program"; readonly entrypoint: readonly string[]; readonly cmd: readonly string[] }
  /** The setting of the spec, or the adopted image's own. */
  | { readonly kind: "own" };

/** A serverless platform: its contract with images, as data and as changes of settings. */
export interface ServerlessPlatform {
  readonly name: ServerlessSpec["platform"];
  /** OCI architectures that its machines have; undefined: whatever the cluster has. */
  readonly architectures: readonly string[] | undefined;
  /** True where an image has to be one manifest: an index is refused, whatever is in it. */
  readonly refusesIndex: boolean;
  /** True where processes run as a user of the platform's, so that every file has to be readable to all. */
  readonly hasOwnUser: boolean;
  start(spec: Spec, serverless: ServerlessSpec): FunctionStart;
  /**
   * The image's settings with what the platform gives to processes and expects of images. The spec's own variables win.
   */
  settings(spec: Spec, serverless: ServerlessSpec, settings: ImageSettings): ImageSettings;
  /** Warnings about what the spec says and the platform does not heed. */
  check(spec: Spec): readonly Diagnostic[];
}

/** SERVERLESS_IGNORED at a place of the spec. */
export function ignored(
  platform: string,
  what: { readonly pointer: string; readonly why: string; readonly hint: string },
): Diagnostic {
  const { pointer, why, hint } = what;
  const key = pointer.slice(pointer.lastIndexOf("/") + 1).replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);
  return {
    severity: "warning",
    code: "SERVERLESS_IGNORED",
    message: `cannot make ${platform} heed ${key}: ${why}`,
    hint,
    pointer,
  };
}
