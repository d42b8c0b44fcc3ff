/**
 * The full form of an image reference, as Docker completes it: `debian` is `docker.io/library/debian:latest`. A reference
 * with a digest gets no tag.
 */
export function normalizeReference(reference: string): string {
  const slash = reference.indexOf("/");
  const first = slash < 0 ? "" : reference.slice(0, slash);
  const hasHost = first.includes(".") || first.includes(":") || first === "localhost" || first !== first.toLowerCase();
  const host = hasHost && first !== "index.docker.io" ? first : "docker.io";
  const rest = hasHost ? reference.slice(slash + 1) : reference;
  const path = host === "docker.io" && !rest.includes("/") ? `library/${rest}` : rest;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const isComplete = name.includes(":") || name.includes("@");
  return `${host}/${path}${isComplete ? "" : ":latest"}`;
}

/** An image of a layout that the client serves, as `--build-context NAME=oci-layout://...` names it. */
export interface LayoutReference {
  /** Without scheme and tag, with its digest. */
  readonly reference: string;
  /** What the client knows the layout by. */
  readonly storeId: string;
}

/** Reads `[oci-layout://]STORE[:TAG]@sha256:...`; undefined without a digest. */
export function parseLayoutReference(value: string): LayoutReference | undefined {
  const name = value.replace(/^oci-layout:\/\//u, "");
  const at = name.indexOf("@");
  if (at <= 0) return undefined;
  const tag = name.slice(0, at).lastIndexOf(":");
  const storeId = name.slice(0, tag > name.lastIndexOf("/", at) ? tag : at);
  return { reference: `${storeId}${name.slice(at)}`, storeId };
}
