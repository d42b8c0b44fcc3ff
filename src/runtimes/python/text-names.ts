import { joinedLibrariesIn } from "../../languages/joined-libraries.ts";
import { declaredCodecsIn } from "./codecs.ts";

/** A text of several lines, and one of one, which is read once where no quote closes it on its line. */
const textOf = /("""|''')((?:(?!\1)[^])+?)\1|(["'])((?:\\.|(?!\3)[^\\\n])*)(\3|\\?$|\\?(?=\n))/gu;
const shortestText = 3;
const name = String.raw`[A-Za-z_][\w-]*(?:\.[A-Za-z_]\w*)*(?::[A-Za-z_]\w*)?`;
const wholeName = new RegExp(`^${name}$`, "u");
/** `package.module:object` among other words: `"daily 06:00 jobs.mail:send"`. */
const withObject = /(?<![\w./:@-])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*:[A-Za-z_]\w*(?![\w/:.-])/gu;
/** Functions of an application's own that are called as those of importlib.metadata are: `@requires("humanize")`. */
const ownAsking =
  /@(?:\w{1,40}\.)?(?:version|distribution|metadata|requires?|files)\(\s{0,20}["']([A-Za-z_][\w.]*)["']/gu;
const ofMetadata = /\bimportlib\b|metadata|\bpkg_resources\b/u;
/** `SELECT load_extension('mod_spatialite')`, of SQLite. */
const loadedExtension = /\bload_extension\(\s{0,9}["']([\w./-]{1,80})["']/gu;

/**
 * Names that a source has in texts which are no names themselves: in lists and lines of texts where it imports what
 * only the run tells, in its SQL, and put together of words. `names` are its texts that may be names.
 */
export function namesInTexts(
  source: string,
  { names, importsComputed }: { readonly names: ReadonlySet<string>; readonly importsComputed: boolean },
): readonly string[] {
  const found = [...joinedLibrariesIn(source, names)];
  if (source.includes("load_extension")) for (const [, one = ""] of source.matchAll(loadedExtension)) found.push(one);
  const asked = Array.from(source.matchAll(ownAsking), ([, one = ""]) => one);
  if (asked.length > 0 && !ofMetadata.test(source)) found.push(...asked);
  found.push(...declaredCodecsIn(source));
  if (!importsComputed) return found;
  for (const { index, 0: whole, 2: long, 4: short, 5: closing } of source.matchAll(textOf)) {
    const text = long ?? short ?? "";
    if (closing !== undefined && (!/["']/u.test(closing) || text.length < shortestText)) continue;
    const isSplit = source.startsWith(".split(", index + whole.length);
    const listed = listedNames(text, isSplit ? /[\s,;|]+/u : /[,;|\n]/u);
    if (isSplit || listed.length > 1) found.push(...listed);
    else if (/\s/u.test(text)) found.push(...(text.match(withObject) ?? []));
  }
  // `name.replace("-", "_")` makes the name of a module of that of a distribution.
  if (/\breplace\(\s?["']-["']/u.test(source)) {
    for (const one of [...names, ...found]) if (one.includes("-")) found.push(one.replaceAll("-", "_"));
  }
  return found.filter((one) => one !== "");
}

/** Of a path whose rest the run tells, the directory, with a slash at its end: `f"/usr/share/kit/{name}.dat"`. */
const begunPath = /["'](\/usr\/(?:local\/)?share\/(?:[\w.+-]{1,80}\/){1,12})[\w.+-]{0,80}[%{*]/gu;

/** Directories of which a source names something that only the run tells. */
export function begunDirectoriesIn(source: string): readonly string[] {
  return source.includes("/share/") ? Array.from(source.matchAll(begunPath), ([, directory = ""]) => directory) : [];
}

/** Names alone with signs between them: `"humanize, slugify"`, and one a line; empty for other texts. */
function listedNames(text: string, sign: RegExp): readonly string[] {
  const parts = text.split(sign).map((one) => one.trim());
  const filled = parts.filter((one) => one !== "");
  return filled.every((one) => wholeName.test(one)) ? filled : [];
}
