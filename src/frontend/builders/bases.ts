import { BuildError } from "../../diagnostics/diagnostic.ts";
import { unreachable } from "../../diagnostics/invariant.ts";
import { redact } from "../../diagnostics/redact.ts";
import { sourceImage, sourceOciLayout } from "../../formats/llb/ops/source.ts";
import type { State, VertexOptions } from "../../formats/llb/state.ts";
import { emptySettings, type ImageSettings, parseImageConfig } from "../../formats/oci/image-config.ts";
import { type Platform } from "../../formats/oci/platform.ts";
import { familiarName, formatReference, parseReference } from "../../formats/oci/reference.ts";
import type { PlacedFile } from "../../rootfs/placed-file.ts";
import type { FromSpec } from "../../spec/spec.ts";
import { fail, type PlatformBuild, progressName } from "../build-context.ts";
import { gitState, type NamedContext } from "../contexts/named-contexts.ts";
import { EngineError } from "../engine.ts";
import { lockedDigest } from "../lock/held-lock.ts";
import { solveDockerfile } from "./adopt.ts";

/** The start of a builder. */
export interface Base {
  readonly state: State;
  /** The configuration that came with it; empty for a plain tree. */
  readonly settings: ImageSettings;
  /** The image of a registry that it is; undefined for trees, and for what the command line put in an image's place. */
  readonly image?: { readonly name: string; readonly digest: string } | undefined;
  /** Of a stage of a Dockerfile: what its author copied there. */
  readonly placed?: readonly PlacedFile[];
}

export interface BaseLocation {
  readonly platform: Platform;
  /** The builder that starts from it. */
  readonly builder: string;
  /** Where the spec says so. */
  readonly pointer: string;
}

/**
 * Opens what `from` names when it is not another builder. Throws CONTEXT_UNKNOWN, CONTEXT_INVALID, DOCKERFILE_MISSING,
 * IMAGE_REFERENCE, IMAGE_UNRESOLVED and IMAGE_CONFIG_INVALID as `BuildError`.
 */
export async function openBase(build: PlatformBuild, from: FromSpec, location: BaseLocation): Promise<Base> {
  switch (from.kind) {
    case "name": {
      const context = await findNamed(build, from.name, location);
      if (context !== undefined) return openNamedContext(build, context, location);
      if (from.name === "scratch") return { state: undefined, settings: emptySettings };
      return openSpecImage(build, from.name, location);
    }
    case "image":
      return openSpecImage(build, from.reference, location);
    case "context": {
      const context = await findNamed(build, from.name, location);
      if (context !== undefined) return openNamedContext(build, context, location);
      throw unknownContext(build, from.name, { ...location, value: "DIRECTORY" });
    }
    case "dockerfile":
      return solveDockerfile(build, from, location);
    case "git": {
      const state = gitState(from.url, sourceOptions(build, location, `from ${redact(from.url)}`));
      if (state !== undefined) return { state, settings: emptySettings };
      throw fail(build, location.pointer, {
        severity: "error",
        code: "CONTEXT_INVALID",
        message: `cannot open ${redact(from.url)}: not a git URL`,
        hint: "give a URL such as https://host/repository.git#branch",
      });
    }
    case "oci-layout":
      return openNamedLayout(build, from.reference, location);
  }
  return unreachable(from);
}

// Sources never ignore the cache: they are shared by builders, and not to use the cache means to run steps again, not
// to load anew.
function sourceOptions(build: PlatformBuild, location: BaseLocation, text: string): VertexOptions {
  return { name: progressName(build, location.builder, text), spans: [build.spanOf(location.pointer)] };
}

/** A context that the command line names. One that replaces an image is found by the image's short name too. */
async function findNamed(
  build: PlatformBuild,
  name: string,
  location: BaseLocation,
): Promise<NamedContext | undefined> {
  const reference = parseReference(name);
  const names = new Set([name, ...(reference === undefined ? [] : [familiarName(reference)])]);
  try {
    for (const candidate of names) {
      const context = await build.contexts.named(candidate, location.platform);
      if (context !== undefined) return context;
    }
    return undefined;
  } catch (failure) {
    if (!(failure instanceof BuildError)) throw failure;
    const located = failure.diagnostics.map((found) => ({ ...found, pointer: location.pointer }));
    throw new BuildError(located, { cause: failure });
  }
}

function unknownContext(
  build: PlatformBuild,
  name: string,
  { pointer, value }: { readonly pointer: string; readonly value: string },
): BuildError {
  return fail(build, pointer, {
    severity: "error",
    code: "CONTEXT_UNKNOWN",
    message: `cannot open build context ${name}: the build names no such context`,
    hint: `add --build-context ${name}=${value} to the command`,
  });
}

async function openNamedContext(build: PlatformBuild, context: NamedContext, location: BaseLocation): Promise<Base> {
  switch (context.kind) {
    case "scratch":
      return { state: undefined, settings: emptySettings };
    case "image": {
      const { state, settings } = await openImage(build, context.reference, location);
      return { state, settings };
    }
    case "oci-layout":
      return openOciLayout(build, context, location);
    case "tree": {
      const settings = context.config === undefined ? emptySettings : parseImageConfig(context.config);
      return { state: context.state, settings: settings ?? emptySettings };
    }
  }
  return unreachable(context);
}

/** The image that the spec itself names: the one that was locked, where a lock holds the build. */
async function openSpecImage(build: PlatformBuild, text: string, location: BaseLocation): Promise<Base> {
  return openImage(build, text, { ...location, digest: lockedDigest(build, { ...location, name: text }) });
}

async function openImage(
  build: PlatformBuild,
  text: string,
  location: BaseLocation & { readonly digest?: string | undefined },
): Promise<Base> {
  const parsed = parseReference(text);
  if (parsed === undefined) {
    throw fail(build, location.pointer, {
      severity: "error",
      code: "IMAGE_REFERENCE",
      message: `cannot use image ${text}: it is not an image reference`,
      hint: "write it as NAME:TAG or NAME@sha256:DIGEST",
    });
  }
  const written = formatReference(parsed);
  const name = location.digest === undefined || written.includes("@") ? written : `${written}@${location.digest}`;
  const resolved = await resolve(build, { reference: text, pointer: location.pointer }, async () =>
    build.engine.resolveImage(name, {
      platform: location.platform,
      mode: build.options.resolveMode,
      logName: progressName(build, "internal", `load metadata for ${familiarName(parsed)}`),
    }),
  );
  const rewritten = resolved.reference === "" ? name : resolved.reference;
  const pinned = resolved.digest === "" || rewritten.includes("@") ? rewritten : `${rewritten}@${resolved.digest}`;
  const state = sourceImage(pinned, {
    ...sourceOptions(build, location, `from ${familiarName(parsed)}`),
    platform: location.platform,
    resolveMode: build.options.resolveMode,
  });
  const settings = settingsOf(build, resolved.config, { reference: text, pointer: location.pointer });
  const digest = pinned.slice(pinned.indexOf("@") + 1);
  return { state, settings, ...(pinned.includes("@") ? { image: { name: text, digest } } : {}) };
}

/**
 * `from: {oci-layout: NAME}`: a named context that has to be a layout. A digest after the name picks another image of
 * it.
 */
async function openNamedLayout(build: PlatformBuild, reference: string, location: BaseLocation): Promise<Base> {
  const [name = "", digest] = reference.split("@");
  const context = await findNamed(build, name, location);
  if (context === undefined) {
    throw unknownContext(build, name, { pointer: location.pointer, value: "oci-layout://DIRECTORY:TAG" });
  }
  if (context.kind !== "oci-layout") {
    throw fail(build, location.pointer, {
      severity: "error",
      code: "CONTEXT_INVALID",
      message: `cannot open build context ${name} as an OCI layout: the build gives it in another form`,
      hint: `write {context: ${name}}, or give --build-context ${name}=oci-layout://DIRECTORY:TAG`,
    });
  }
  const picked = digest === undefined ? {} : { reference: `${context.layout.storeId}@${digest}` };
  return openOciLayout(build, { ...context, layout: { ...context.layout, ...picked } }, location);
}

async function openOciLayout(
  build: PlatformBuild,
  { name, layout }: Extract<NamedContext, { kind: "oci-layout" }>,
  location: BaseLocation,
): Promise<Base> {
  const session = { sessionId: build.engine.sessionId, storeId: layout.storeId };
  // The store's ID is another one in every build; the name keeps the graph the same.
  const path = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, "-")
    .replaceAll(/^-|-$/gu, "");
  const reference = `${path === "" ? "layout" : path}${layout.reference.slice(layout.reference.indexOf("@"))}`;
  const shown = { reference: name, pointer: location.pointer };
  const resolved = await resolve(build, shown, async () =>
    build.engine.resolveImage(reference, {
      platform: location.platform,
      mode: "default",
      logName: progressName(build, `context ${name}`, "load metadata from client"),
      ociLayout: session,
    }),
  );
  const state = sourceOciLayout(reference, {
    ...sourceOptions(build, location, `from OCI layout ${name}`),
    ...session,
    platform: location.platform,
  });
  return { state, settings: settingsOf(build, resolved.config, shown) };
}

interface ShownReference {
  readonly reference: string;
  readonly pointer: string;
}

async function resolve<T>(build: PlatformBuild, shown: ShownReference, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    throw fail(
      build,
      shown.pointer,
      {
        severity: "error",
        code: "IMAGE_UNRESOLVED",
        message: `cannot load image ${shown.reference}: ${cause.message}`,
        hint: cause.message.includes("unknown scheme oci-layout")
          ? "use Docker's containerd image store, or another driver: the classic store reads no OCI layouts"
          : "check the name, the registry and the platform, or give it with --build-context",
      },
      cause,
    );
  }
}

function settingsOf(build: PlatformBuild, config: Uint8Array, shown: ShownReference): ImageSettings {
  const settings = parseImageConfig(config);
  if (settings !== undefined) return settings;
  throw fail(build, shown.pointer, {
    severity: "error",
    code: "IMAGE_CONFIG_INVALID",
    message: `cannot use image ${shown.reference}: its configuration is not an OCI image configuration`,
    hint: "build or pull the image again",
  });
}
