import { parseRecord } from "../formats/json/json-object.ts";
import type { Spec } from "../spec/spec.ts";

/** What an image is called in documents about it, as far as its spec says. */
export interface ImageSubject {
  readonly name?: string;
  readonly version?: string;
  readonly vendor?: string;
}

/** The image's name, version and vendor, by the annotations and labels of the OCI specification. */
export function imageSubject({ image }: Pick<Spec, "image">, labels: Readonly<Record<string, string>>): ImageSubject {
  const stated = { ...image.annotations, ...image.labels, ...labels };
  const find = (key: string): string | undefined => {
    const value = stated[`org.opencontainers.image.${key}`];
    return value === undefined || value.trim() === "" ? undefined : value.trim();
  };
  const [name, version, vendor] = [find("title"), find("version"), find("vendor")];
  return {
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    ...(vendor === undefined ? {} : { vendor }),
  };
}

/** Reads the JSON of a subject back; what is none has no name. */
export function parseImageSubject(text: string | undefined): ImageSubject {
  const { name, version, vendor } = (text === undefined ? undefined : parseRecord(text)) ?? {};
  return {
    ...(typeof name === "string" ? { name } : {}),
    ...(typeof version === "string" ? { version } : {}),
    ...(typeof vendor === "string" ? { vendor } : {}),
  };
}
