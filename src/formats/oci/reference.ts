/** An image reference, normalised as Docker does: registry and tag are always there unless a digest is. */
export interface ImageReference {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const domain =
  /^(?:localhost|[A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z0-9.-]+|[A-Za-z0-9][A-Za-z0-9.-]*:\d+|\[[0-9A-Fa-f:.]+\](?::\d+)?|[A-Za-z0-9.-]*[A-Z][A-Za-z0-9.-]*)(?::\d+)?$/u;
const pathComponent = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/u;
/** Characters of a name with its registry. */
export const referenceNameLimit = 255;
const tagForm = /^\w[\w.-]{0,127}$/u;
const digestForm = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/u;

/**
 * Parses a reference (distribution `reference` grammar: `[registry/]path[:tag][@digest]`). Undefined when the text is
 * none. `debian` is `docker.io/library/debian:latest`.
 */
export function parseReference(text: string): ImageReference | undefined {
  const [beforeDigest = "", digest, ...extra] = text.split("@");
  if (extra.length > 0 || (digest !== undefined && !digestForm.test(digest))) return undefined;
  const slash = beforeDigest.lastIndexOf("/");
  const colon = beforeDigest.indexOf(":", slash + 1);
  const tag = colon === -1 ? undefined : beforeDigest.slice(colon + 1);
  if (tag !== undefined && !tagForm.test(tag)) return undefined;
  const name = colon === -1 ? beforeDigest : beforeDigest.slice(0, colon);
  const [first = "", ...others] = name.split("/");
  const hasRegistry = others.length > 0 && domain.test(first);
  const path = hasRegistry ? others : [first, ...others];
  if (!path.every((component) => pathComponent.test(component))) return undefined;
  const registry = hasRegistry && first !== "index.docker.io" ? first : "docker.io";
  const repository = registry === "docker.io" && path.length === 1 ? `library/${path.join("/")}` : path.join("/");
  // Docker counts the registry too, also where it is not written.
  if (`${registry}/${repository}`.length > referenceNameLimit) return undefined;
  return { registry, repository, tag: tag ?? (digest === undefined ? "latest" : undefined), digest };
}

/** The full text of a reference. */
export function formatReference(reference: ImageReference): string {
  const tag = reference.tag === undefined ? "" : `:${reference.tag}`;
  const digest = reference.digest === undefined ? "" : `@${reference.digest}`;
  return `${reference.registry}/${reference.repository}${tag}${digest}`;
}

/**
 * The short name that people write, by which named build contexts replace images: no default registry, no `:latest`.
 */
export function familiarName(reference: ImageReference): string {
  const repository =
    reference.registry === "docker.io"
      ? reference.repository.replace(/^library\//u, "")
      : `${reference.registry}/${reference.repository}`;
  const tag = reference.tag === undefined || reference.tag === "latest" ? "" : `:${reference.tag}`;
  return `${repository}${tag}${reference.digest === undefined ? "" : `@${reference.digest}`}`;
}

/**
 * The full text of a reference written short: `debian` is `docker.io/library/debian:latest`. Text that is none stays as
 * it is.
 */
export function normalizeReference(text: string): string {
  const parsed = parseReference(text);
  return parsed === undefined ? text : formatReference(parsed);
}

/**
 * The name that `docker load` gives an image called `text`, with its tag, in the short form and in full: `app` is
 * `app:latest`. Undefined for what Docker can call no image.
 */
export function loadedName(text: string): { readonly short: string; readonly full: string } | undefined {
  const parsed = parseReference(text);
  if (parsed?.tag === undefined || parsed.digest !== undefined) return undefined;
  const short = `${familiarName({ ...parsed, tag: undefined })}:${parsed.tag}`;
  return { short, full: formatReference(parsed) };
}
