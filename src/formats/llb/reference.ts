/** An image of a layout that the client serves, as `--build-context NAME=oci-layout://...` names it. */
export interface LayoutReference {
  /** Without scheme and tag, with its digest. */
  readonly reference: string;
  /** The client's name of the layout. */
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
