import { parseRecord } from "../formats/json/json-object.ts";
import type { Spec } from "../spec/spec.ts";

/** What an image is called in documents about it, as far as its spec says. */
export interface ImageSubject {
  readonly name?: string;
  readonly version?: string;
  readonly vendor?: string;
  /** An address of the vendor or of the image's sources. */
  readonly url?: string;
  /** When it was made as its author says, or the commit that it is of: for a build that is given no time. */
  readonly createdSeconds?: number;
}

/** The image's name, version and vendor, by the annotations and labels of the OCI specification. */
export function imageSubject(
  { image }: { readonly image: Pick<Spec["image"], "annotations" | "labels"> },
  labels: Readonly<Record<string, string>>,
): ImageSubject {
  const stated = { ...image.annotations, ...image.labels, ...labels };
  const find = (key: string): string | undefined => {
    const value = stated[`org.opencontainers.image.${key}`];
    return value === undefined || value.trim() === "" ? undefined : value.trim();
  };
  const [name, version, vendor] = [find("title"), find("version"), find("vendor")];
  const url = [find("url"), find("source")].find((one) => one !== undefined && URL.canParse(one));
  const created = Date.parse(find("created") ?? "") / 1000;
  return {
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    ...(vendor === undefined ? {} : { vendor }),
    ...(url === undefined ? {} : { url }),
    ...(Number.isSafeInteger(created) && created >= 0 ? { createdSeconds: created } : {}),
  };
}

/** Reads the JSON of a subject back; what is none has no name. */
export function parseImageSubject(text: string | undefined): ImageSubject {
  const { name, version, vendor, url, createdSeconds } = (text === undefined ? undefined : parseRecord(text)) ?? {};
  return {
    ...(typeof name === "string" ? { name } : {}),
    ...(typeof version === "string" ? { version } : {}),
    ...(typeof vendor === "string" ? { vendor } : {}),
    ...(typeof url === "string" ? { url } : {}),
    ...(typeof createdSeconds === "number" ? { createdSeconds } : {}),
  };
}
