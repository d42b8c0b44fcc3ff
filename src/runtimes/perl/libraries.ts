import { type AbsPath, parentOf, toAbsPath } from "../../rootfs/rootfs.ts";

/**
 * The directories that the text after `use lib` can mean in a file: plain strings, and those that are put together from
 * the place of the script (FindBin, `__FILE__`). Only some of them may exist. Undefined when it names nothing that can
 * be told.
 */
export function libraryCandidates(
  text: string,
  location: { readonly file: AbsPath; readonly script: AbsPath | undefined; readonly workdir: AbsPath },
): readonly AbsPath[] | undefined {
  const strings = stringsOf(text);
  const isOfScript = /\b(?:FindBin|Bin|RealBin)\b/u.test(text);
  if (isOfScript || /__FILE__|\bcurfile\b/u.test(text)) {
    const base = parentOf(isOfScript ? (location.script ?? location.file) : location.file);
    const tails = strings.map((part) => part.replace(/\$\{?(?:FindBin::)?(?:Real)?Bin\}?/u, "").replace(/^\/+/u, ""));
    const joined = tails.join("/");
    const candidates = [...tails, joined].flatMap((tail) => [toAbsPath(tail, base), toAbsPath(tail, parentOf(base))]);
    return candidates.filter((path) => path !== "/" && !path.includes("$"));
  }
  const plain = strings.filter((part) => !/[$@]/u.test(part));
  return plain.length === 0 ? undefined : plain.map((part) => toAbsPath(part, location.workdir));
}

function stringsOf(text: string): readonly string[] {
  const quoted = [...text.matchAll(/(["'])([^"'\n]{1,400})\1/gu)].map((match) => match[2] ?? "");
  const words = [...text.matchAll(/\bqw\s*[([{</|!]([^)\]}>|!]{1,400})/gu)].flatMap((match) =>
    (match[1] ?? "").split(/[\s/]+(?=[^\w]|$)|\s+/u),
  );
  return [...quoted, ...words].filter((part) => part !== "");
}
