import { printPurl } from "../../packages/shared/purl.ts";

/** An image as it is stored, for documents that are made when that is known. */
export interface PackedImage {
  /** Of its manifest, as `sha256:` and 64 digits. */
  readonly digest: string;
  /** What it is called there: `registry.example/team/shop:1`, or a tag alone. */
  readonly name: string | undefined;
}

/** A packed image as documents have it. */
export interface DescribedImage {
  /** SHA-256 of its manifest. */
  readonly sha256: string;
  /** Its address; undefined where its repository has no name. */
  readonly purl: string | undefined;
}

/** The digest of an image, and its address in the type `oci` (package-url/purl-spec). */
export function describePacked({ digest, name = "" }: PackedImage): DescribedImage {
  const sha256 = digest.replace(/^sha256:/u, "");
  const [, repository, tag = ""] = /^([^@]+?)(?::([\w][\w.-]*))?(?:@.*)?$/u.exec(name) ?? [];
  // A word alone is the tag of a layout.
  if (repository === undefined || (tag === "" && !repository.includes("/"))) return { sha256, purl: undefined };
  const last = repository.slice(repository.lastIndexOf("/") + 1).toLowerCase();
  const qualifiers = { repository_url: repository === last ? "" : repository.toLowerCase(), tag };
  return { sha256, purl: printPurl({ type: "oci", name: last, version: digest, qualifiers }) };
}
