/** An image reference after the grammar of the OCI distribution: `[domain/]path[:tag][@digest]`, as written. */
export interface ImageReference {
  readonly domain?: string;
  readonly path: string;
  readonly tag?: string;
  readonly digest?: string;
}

export interface ReferenceProblem {
  readonly reason: string;
  readonly hint: string;
}

const component = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const domainPattern = /^(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::\d{1,5})?$/;
const tagPattern = /^\w[\w.-]{0,127}$/;
const digestLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/**
 * Reads an image reference. Names no defaults: `debian` has no domain and no tag. The reason never holds the credentials
 * that a wrong reference may carry.
 */
export function parseReference(text: string): ImageReference | ReferenceProblem {
  const early = plainMistake(text);
  if (early !== undefined) return early;
  const at = text.indexOf("@");
  const digest = at === -1 ? undefined : text.slice(at + 1);
  if (digest !== undefined) {
    const problem = digestProblem(digest);
    if (problem !== undefined) return problem;
  }
  const named = at === -1 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(":");
  const hasTag = colon > named.lastIndexOf("/");
  const tag = hasTag ? named.slice(colon + 1) : undefined;
  if (tag !== undefined && !tagPattern.test(tag)) {
    return {
      reason: "its tag is not valid",
      hint: "use letters, digits, dots, dashes and underscores after the colon, 128 at most",
    };
  }
  const { domain, path } = splitDomain(hasTag ? named.slice(0, colon) : named);
  if (domain !== undefined && !domainPattern.test(domain)) {
    return { reason: "its registry is not a host name", hint: "write host or host:port before the first slash" };
  }
  const problem = pathProblem(path);
  if (problem !== undefined) return problem;
  return {
    path,
    ...(domain === undefined ? {} : { domain }),
    ...(tag === undefined ? {} : { tag }),
    ...(digest === undefined ? {} : { digest }),
  };
}

/** True for what `parseReference` could not read. */
export function isReferenceProblem(parsed: ImageReference | ReferenceProblem): parsed is ReferenceProblem {
  return "reason" in parsed;
}

function plainMistake(text: string): ReferenceProblem | undefined {
  if (text === "") return { reason: "it is empty", hint: "write an image reference such as debian:trixie-slim" };
  if (/[\s\p{C}]/u.test(text)) return { reason: "it has a space or an invisible character", hint: "remove it" };
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(text)?.[1];
  const firstAt = text.indexOf("@");
  const hasCredentials = firstAt !== -1 && !/^[a-z0-9+._-]+:[0-9a-fA-F]*$/.test(text.slice(firstAt + 1));
  if (hasCredentials && text.slice(firstAt + 1).includes("/")) {
    return { reason: "it carries credentials", hint: "remove them and log in with `docker login`" };
  }
  if (scheme !== undefined) {
    return { reason: `it begins with ${scheme}://`, hint: "write the reference without a scheme" };
  }
  return undefined;
}

function digestProblem(digest: string): ReferenceProblem | undefined {
  const [algorithm = "", hex = "", rest] = digest.split(":");
  const length = Object.hasOwn(digestLengths, algorithm) ? digestLengths[algorithm] : undefined;
  if (length === undefined || rest !== undefined) {
    return { reason: "its digest is of no known kind", hint: "write @sha256: and 64 hexadecimal digits" };
  }
  if (hex.length !== length) {
    const reason = `its digest has ${hex.length} digits, ${algorithm} has ${length}`;
    return { reason, hint: "copy the whole digest" };
  }
  if (!/^[0-9a-f]+$/.test(hex)) {
    return { reason: "its digest is not in lower-case hexadecimal digits", hint: "copy the digest as it was printed" };
  }
  return undefined;
}

function splitDomain(name: string): { readonly domain?: string; readonly path: string } {
  const slash = name.indexOf("/");
  if (slash === -1) return { path: name };
  const first = name.slice(0, slash);
  const isDomain = /[.:[]/.test(first) || first === "localhost" || first.toLowerCase() !== first;
  return isDomain ? { domain: first, path: name.slice(slash + 1) } : { path: name };
}

function pathProblem(path: string): ReferenceProblem | undefined {
  if (path.length > 255) return { reason: "its name is longer than 255 characters", hint: "shorten it" };
  if (path !== path.toLowerCase()) {
    return { reason: "its repository has upper-case letters", hint: `write ${path.toLowerCase()}` };
  }
  if (path === "" || !path.split("/").every((part) => component.test(part))) {
    return {
      reason: "its repository is not valid",
      hint: "use lower-case letters and digits, with single dots, underscores or dashes between them",
    };
  }
  return undefined;
}
