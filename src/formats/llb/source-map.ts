import type { Position, Span } from "../../diagnostics/diagnostic.ts";
import { splitLocation } from "./definition.ts";
import type { SourceFile } from "./graph.ts";
import { bytesField, type Fields, intField, join, mapField, messageField, stringField } from "./wire.ts";

/** Where operations come from: spans of our own files, and locations of foreign graphs with the files they name. */
export interface SourceMapParts {
  readonly spans: ReadonlyMap<string, readonly Span[]>;
  readonly foreign: readonly {
    readonly locations: ReadonlyMap<string, readonly Uint8Array[]>;
    readonly infos: readonly Uint8Array[];
  }[];
  readonly sourceFiles: readonly SourceFile[];
  readonly language: string;
}

/** First and last line and character, as clients print them: both ends are always set and lines count from 1. */
export interface LineRange {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

/** A span that ends before the first character of a line does not touch that line. */
export function lineRangeOf(span: Span): LineRange {
  const point = ({ line, column }: Position): LineRange["start"] => ({ line, character: Math.max(0, column - 1) });
  const isOpen = span.end.column <= 1 && span.end.line > span.start.line;
  return {
    start: point(span.start),
    end: isOpen ? { line: span.end.line - 1, character: 0 } : point(span.end),
  };
}

/** Fields of pb.Source; none when no operation has a place. */
export function encodeSourceMap(parts: SourceMapParts): Fields {
  const infos = new Map<string, { readonly index: number; readonly info: Uint8Array }>();
  const indexOf = (info: Uint8Array): number => {
    const key = Buffer.from(info).toString("latin1");
    const known = infos.get(key);
    if (known !== undefined) return known.index;
    infos.set(key, { index: infos.size, info });
    return infos.size - 1;
  };
  const locations = new Map<string, Map<string, Fields>>();
  const add = (digest: string, location: Fields): void => {
    const list = locations.get(digest) ?? new Map<string, Fields>();
    locations.set(digest, list);
    list.set(Buffer.from(join(location)).toString("latin1"), location);
  };
  const encoded = new Map(
    parts.sourceFiles.map((file) => [
      file.name,
      join([...stringField(1, file.name), ...bytesField(2, file.bytes), ...stringField(4, parts.language)]),
    ]),
  );
  for (const [digest, spans] of parts.spans) {
    for (const [name, info] of encoded) {
      const ranges = sortedRanges(spans.filter((span) => span.file === name));
      if (ranges.length > 0) add(digest, [...intField(1, indexOf(info)), ...ranges]);
    }
  }
  for (const graph of parts.foreign) {
    for (const [digest, list] of graph.locations) {
      for (const { sourceIndex, rest } of list.map(splitLocation)) {
        // The daemon uses the number unchecked.
        const info = graph.infos[sourceIndex];
        if (info !== undefined) add(digest, [...intField(1, indexOf(info)), ...rest]);
      }
    }
  }
  return [
    ...mapField(1, locations, (list) =>
      messageField(
        2,
        [...list.values()].flatMap((location) => messageField(1, location)),
      ),
    ),
    ...[...infos.values()].flatMap(({ info }) => messageField(2, [info])),
  ];
}

/** pb.Range. */
export function encodeRange(range: LineRange): Fields {
  const point = ({ line, character }: LineRange["start"]): Fields => [...intField(1, line), ...intField(2, character)];
  return [...messageField(1, point(range.start)), ...messageField(2, point(range.end))];
}

function sortedRanges(spans: readonly Span[]): Fields {
  const ranges = spans.map(lineRangeOf).toSorted(compareRanges);
  const texts = ranges.map((range) => JSON.stringify(range));
  return ranges
    .filter((_, index) => texts.indexOf(texts[index] ?? "") === index)
    .flatMap((range) => messageField(2, encodeRange(range)));
}

function compareRanges(left: LineRange, right: LineRange): number {
  return (
    left.start.line - right.start.line ||
    left.start.character - right.start.character ||
    left.end.line - right.end.line ||
    left.end.character - right.end.character
  );
}
