import { parseReference, referenceNameLimit } from "../formats/oci/reference.ts";

/** Why a text is no image reference, and what to write instead. */
export interface ReferenceProblem {
  readonly reason: string;
  readonly hint: string;
}

const digestLengths: Readonly<Record<string, number>> = { sha256: 64, sha512: 128 };

/**
 * The error of an image reference; undefined when `oci/reference.ts` can read it. The reason never holds the
 * credentials that a wrong reference may carry.
 */
export function findReferenceProblem(text: string): ReferenceProblem | undefined {
  if (parseReference(text) !== undefined) return undefined;
  if (text === "") return { reason: "it is empty", hint: "write an image reference such as debian:trixie-slim" };
  const staged = /^(\S+)\s+as\s+(\S+)$/iu.exec(text);
  if (staged !== null && findReferenceProblem(staged[1] ?? "") === undefined) {
    const [, image = "", stage = ""] = staged;
    return { reason: "a stage has its name elsewhere", hint: `write builders: {${stage}: {from: ${image}}}` };
  }
  if (/[\s\p{C}]/u.test(text)) return { reason: "it has a space or an invisible character", hint: "remove it" };
  const variable = /\$(\w+)/u.exec(text);
  if (variable !== null) {
    const [written, name = ""] = variable;
    const hint = `write ${text.replace(written, () => `\${${name}}`)}, and args: {${name}: VALUE}`;
    return { reason: "an argument has braces", hint };
  }
  const at = text.indexOf("@");
  if (at !== -1 && text.slice(at).includes("/")) {
    return { reason: "it carries credentials", hint: "remove them and log in with docker login" };
  }
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(text)?.[1];
  if (scheme !== undefined) {
    return { reason: `it begins with ${scheme}://`, hint: "write the reference without a scheme" };
  }
  const digest = at === -1 ? undefined : findDigestProblem(text.slice(at + 1));
  return digest ?? findNameProblem(at === -1 ? text : text.slice(0, at));
}

function findDigestProblem(digest: string): ReferenceProblem | undefined {
  const [algorithm = "", hex = ""] = digest.split(":");
  const length = Object.hasOwn(digestLengths, algorithm) ? digestLengths[algorithm] : undefined;
  if (length === undefined) {
    return { reason: "its digest is of no known kind", hint: "write @sha256: and 64 hexadecimal digits" };
  }
  if (hex.length !== length) {
    return { reason: `its digest has ${hex.length} digits, ${algorithm} has ${length}`, hint: "copy the whole digest" };
  }
  if (/^[0-9a-f]+$/.test(hex)) return undefined;
  return { reason: "its digest is not in lower-case hexadecimal digits", hint: "copy the digest as it was printed" };
}

/** What stands before a name without a registry. */
const longestDefault = "docker.io/library/";

/** True where a name would be one if it were shorter. */
function isName(name: string): boolean {
  return name.split("/").every((part) => part !== "" && parseReference(`a/${part.slice(0, 100)}`) !== undefined);
}

function findNameProblem(named: string): ReferenceProblem {
  const colon = named.lastIndexOf(":");
  const hasTag = colon > named.lastIndexOf("/");
  const name = hasTag ? named.slice(0, colon) : named;
  if (parseReference(name) !== undefined) {
    const hint = "use letters, digits, dots, dashes and underscores after the colon, 128 at most";
    return { reason: "its tag is not valid", hint };
  }
  if (name !== name.toLowerCase() && parseReference(name.toLowerCase()) !== undefined) {
    return {
      reason: "its repository has upper-case letters",
      hint: `write ${named.replace(name, name.toLowerCase())}`,
    };
  }
  if (name.length > referenceNameLimit - longestDefault.length && isName(name)) {
    return { reason: "its name and registry are longer than 255 characters", hint: "shorten it" };
  }
  const hint = "use lower-case letters and digits, with single dots, underscores or dashes between them";
  return { reason: "its repository is not valid", hint };
}
