import { formatReference, parseReference } from "../formats/oci/reference.ts";
import type { Spec } from "../spec/spec.ts";

/** Where an image comes from, as far as a build is told. */
export interface ImageOrigin {
  /** The commit; `-dirty` at its end where files differ from it. */
  readonly revision?: string | undefined;
  /** The address of the sources, which may have a login. */
  readonly source?: string | undefined;
  /** The time that the build was given. */
  readonly epochSeconds?: number | undefined;
}

const prefix = "org.opencontainers.image.";

/**
 * The spec with labels and annotations of the OCI specification that say where its image comes from, if it asks for
 * them (`metadata.origin`). What it states itself goes first, and what it states as one of the two is the other too.
 */
export function withOrigin(spec: Spec, origin: ImageOrigin): Spec {
  if (spec.metadata.origin !== true) return spec;
  const { labels, annotations } = spec.image;
  const known = { ...originOf(spec, origin), ...ofStandard(labels), ...ofStandard(annotations) };
  const image = { ...spec.image, labels: { ...known, ...labels }, annotations: { ...known, ...annotations } };
  return { ...spec, image };
}

/** The label for the image that the builder of the image's process starts from. */
export function baseLabel(
  spec: Spec,
  image: { readonly digest: string } | undefined,
): Readonly<Record<string, string>> {
  if (spec.metadata.origin !== true || image === undefined) return {};
  const key = `${prefix}base.digest`;
  return spec.image.labels[key] === undefined ? { [key]: image.digest } : {};
}

function originOf(spec: Spec, { revision, source, epochSeconds }: ImageOrigin): Readonly<Record<string, string>> {
  const found: Readonly<Record<string, string | undefined>> = {
    "base.name": baseName(spec),
    created: epochSeconds === undefined ? undefined : new Date(epochSeconds * 1000).toISOString().replace(".000Z", "Z"),
    revision,
    source: source === undefined ? undefined : withoutLogin(source),
  };
  return Object.fromEntries(
    Object.entries(found).flatMap(([key, value]) => (value === undefined ? [] : [[`${prefix}${key}`, value]])),
  );
}

/** The image that the main builder starts from, with its registry; undefined where it starts from something else. */
function baseName({ builders }: Spec): string | undefined {
  const from = builders["main"]?.from;
  if (from?.kind === "image") return fullName(from.reference);
  if (from?.kind !== "name" || from.name === "scratch" || builders[from.name] !== undefined) return undefined;
  return fullName(from.name);
}

function fullName(text: string): string | undefined {
  const reference = parseReference(text);
  return reference === undefined ? undefined : formatReference(reference);
}

function withoutLogin(source: string): string {
  return source.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/iu, "$1");
}

function ofStandard(texts: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(texts).filter(([key]) => key.startsWith(prefix)));
}
