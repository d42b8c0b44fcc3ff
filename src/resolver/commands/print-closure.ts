import type { PrintKind } from "../../closure/model/commands.ts";
import { type SpecPlace, type SpecPlaces } from "../../closure/model/reasons.ts";
import { unreachable } from "../../diagnostics/invariant.ts";
import { diffManifests, printDiff } from "../../inspect/explain/diff.ts";
import { type AbsentFacts, explainAll, explainPath, isExplained } from "../../inspect/explain/explain.ts";
import { type ManifestEntry, parseManifest } from "../../inspect/manifest/manifest.ts";
import { readPrintedManifest, toPrintedManifest } from "../../inspect/manifest/printed-manifest.ts";

export interface PrintedFile {
  readonly name: string;
  readonly text: string;
}

export interface Printing {
  readonly what: PrintKind;
  /** Text of `closure.json`. */
  readonly closure: string;
  /** JSON text: places of the spec by pointer. */
  readonly places: string | undefined;
  /** For `explain`: the one path, or pattern, to explain. */
  readonly path?: string;
  /** For `diff`: the text of the older image's manifest. */
  readonly older?: string;
  /** The SHA-256 of a file of a layer folder, in hexadecimal; undefined when the files are not at hand. */
  digest(entry: ManifestEntry): string | undefined;
  /** What the builders tell of a path that is not in the image. */
  lookFor?(path: string, places: SpecPlaces): Promise<AbsentFacts>;
}

/** Prints a closure for people or tools: the files of the answer. */
export async function printClosure(printing: Printing): Promise<readonly PrintedFile[]> {
  const places = parsePlaces(printing.places);
  const needsDigests = printing.what !== "explain";
  const printed = toPrintedManifest(parseManifest(printing.closure), {
    places,
    digest: (entry) => (needsDigests ? printing.digest(entry) : undefined),
  });
  switch (printing.what) {
    case "manifest":
      return [{ name: "manifest.json", text: toJson(printed) }];
    case "diff": {
      const diff = diffManifests(readPrintedManifest(printing.older ?? ""), printed);
      return [
        { name: "diff.json", text: toJson(diff) },
        { name: "diff.txt", text: printDiff(diff, { isLong: true }) },
      ];
    }
    case "explain": {
      const { path } = printing;
      if (path === undefined) return [{ name: "explain.txt", text: explainAll(printed) }];
      const facts = isExplained(printed, path) ? [] : await printing.lookFor?.(path, places);
      return [{ name: "explain.txt", text: explainPath(printed, path, facts) }];
    }
  }
  return unreachable(printing.what);
}

function toJson(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** Reads places back; what is none is left out. */
export function parsePlaces(text: string | undefined): SpecPlaces {
  const parsed: unknown = text === undefined ? {} : JSON.parse(text);
  if (typeof parsed !== "object" || parsed === null) return {};
  return Object.fromEntries(Object.entries(parsed).filter((pair): pair is [string, SpecPlace] => isPlace(pair[1])));
}

function isPlace(value: unknown): value is SpecPlace {
  return typeof value === "object" && value !== null && "place" in value && "key" in value && "isDefault" in value;
}
