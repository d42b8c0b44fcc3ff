import { type AbsentFacts, explainAll, explainPath, isExplained } from "../closure/explain/explain.ts";
import { type ManifestEntry, parseManifest } from "../closure/manifest.ts";
import { type SpecPlace, type SpecPlaces, toPrintedManifest } from "../closure/printed-manifest.ts";

export interface Printing {
  readonly what: "manifest" | "explain";
  /** Text of `closure.json`. */
  readonly closure: string;
  /** JSON text: places of the spec by pointer. */
  readonly places: string | undefined;
  /** For `explain`: the one path, or pattern, to explain. */
  readonly path?: string;
  /** The SHA-256 of a file of a layer folder, in hexadecimal; undefined when the files are not at hand. */
  digest(entry: ManifestEntry): string | undefined;
  /** What the builders tell of a path that is not in the image. */
  lookFor?(path: string, places: SpecPlaces): Promise<AbsentFacts>;
}

/** Prints a closure for people or tools: the name of the file and its text. */
export async function printClosure(printing: Printing): Promise<{ readonly name: string; readonly text: string }> {
  const places = parsePlaces(printing.places);
  const isForTools = printing.what === "manifest";
  const printed = toPrintedManifest(parseManifest(printing.closure), {
    places,
    digest: (entry) => (isForTools ? printing.digest(entry) : undefined),
  });
  if (isForTools) return { name: "manifest.json", text: `${JSON.stringify(printed, undefined, 2)}\n` };
  const { path } = printing;
  if (path === undefined) return { name: "explain.txt", text: explainAll(printed) };
  const facts = isExplained(printed, path) ? [] : await printing.lookFor?.(path, places);
  return { name: "explain.txt", text: explainPath(printed, path, facts) };
}

function parsePlaces(text: string | undefined): SpecPlaces {
  const parsed: unknown = text === undefined ? {} : JSON.parse(text);
  if (typeof parsed !== "object" || parsed === null) return {};
  return Object.fromEntries(Object.entries(parsed).filter((pair): pair is [string, SpecPlace] => isPlace(pair[1])));
}

function isPlace(value: unknown): value is SpecPlace {
  return typeof value === "object" && value !== null && "place" in value && "key" in value && "isDefault" in value;
}
