import fs from "node:fs";
import path from "node:path";
import { type ImageReference, parseReference } from "../../formats/oci/reference.ts";
import { refuse } from "./refuse.ts";

/** Where an image is, or goes to, as a person writes it. */
export type ImageLocation =
  | { readonly kind: "registry"; readonly reference: ImageReference }
  | { readonly kind: "oci" | "oci-archive"; readonly hostPath: string; readonly tag: string | undefined }
  | { readonly kind: "docker-archive"; readonly hostPath: string; readonly tag: string | undefined }
  | { readonly kind: "docker-daemon"; readonly name: string };

const fileKinds = ["oci", "oci-archive", "docker-archive"] as const;

/**
 * Parses `oci:DIR[:TAG]`, `oci-archive:FILE[:TAG]`, `docker-archive:FILE[:TAG]`, `docker-daemon:NAME`, `registry:NAME`,
 * or a name with its registry. Throws REGISTRY_REFERENCE for what is none of them.
 */
export function parseImageLocation(text: string, hostFolder: string): ImageLocation {
  const kind = fileKinds.find((known) => text.startsWith(`${known}:`));
  if (kind !== undefined && text.length > kind.length + 1) {
    return { kind, ...splitTag(path.resolve(hostFolder, text.slice(kind.length + 1))) };
  }
  const daemon = "docker-daemon:";
  if (text.startsWith(daemon) && text.length > daemon.length) {
    return { kind: "docker-daemon", name: text.slice(daemon.length) };
  }
  const reference = parseRegistryName(text);
  if (reference !== undefined) return { kind: "registry", reference };
  throw refuse(
    "REGISTRY_REFERENCE",
    `cannot use ${JSON.stringify(showName(text))} as an image: not a place that Pith knows, and not a name with its registry`,
    "write a name as localhost:5000/app:1 or registry:debian:trixie, or a place as oci:DIR or oci-archive:FILE",
  );
}

/**
 * The image of a registry that a text names: after `registry:` in any form, else with its registry in it. A word alone
 * is none: a typo must never query Docker Hub.
 */
export function parseRegistryName(text: string): ImageReference | undefined {
  for (const prefix of ["registry:", "docker://"]) {
    if (text.startsWith(prefix)) return parseReference(text.slice(prefix.length));
  }
  const first = text.split("/")[0] ?? "";
  const hasRegistry = text.includes("/") && (/[.:]/u.test(first) || first === "localhost");
  return hasRegistry ? parseReference(text) : undefined;
}

/** A tag stands after the last colon, unless the whole is there. */
function splitTag(text: string): { readonly hostPath: string; readonly tag: string | undefined } {
  for (let colon = text.indexOf(":"); colon !== -1 && !fs.existsSync(text); colon = text.indexOf(":", colon + 1)) {
    const hostPath = text.slice(0, colon);
    if (fs.existsSync(hostPath)) return { hostPath, tag: text.slice(colon + 1) };
  }
  const [, hostPath, tag] = /^(.+):(\w[\w.-]{0,127})$/u.exec(fs.existsSync(text) ? "" : text) ?? [];
  return hostPath === undefined ? { hostPath: text, tag: undefined } : { hostPath, tag };
}

/** A name may carry a password by mistake. */
function showName(text: string): string {
  return text.replace(/^[^@]*@(?!sha\d{3}:)/u, "***@").slice(0, 200);
}
