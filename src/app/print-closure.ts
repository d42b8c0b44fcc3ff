import { explainAll, explainChain, explainPath, reasonsOf, type SpecLines } from "../closure/explain.ts";
import { type Manifest, type ManifestEntry, parseManifest } from "../closure/manifest.ts";
import { compareBytes } from "../rootfs/rootfs.ts";

export interface Printing {
  readonly what: "manifest" | "explain";
  /** Text of `closure.json`. */
  readonly closure: string;
  /** JSON text: places of the spec by pointer. */
  readonly lines: string | undefined;
  /** For `explain`: the one path to explain. */
  readonly path?: string;
  /** The SHA-256 of a file of a layer folder, in hexadecimal; undefined when the files are not at hand. */
  digest(entry: ManifestEntry): string | undefined;
}

/** Prints a closure for people or tools: the name of the file and its text. */
export function printClosure(printing: Printing): { readonly name: string; readonly text: string } {
  const manifest = parseManifest(printing.closure);
  const lines = parseLines(printing.lines);
  if (printing.what === "manifest") {
    return {
      name: "manifest.json",
      text: printForTools(manifest, { lines, digest: (entry) => printing.digest(entry) }),
    };
  }
  const { path } = printing;
  return {
    name: "explain.txt",
    text: path === undefined ? explainAll(manifest, lines) : explainPath(manifest, path, lines),
  };
}

function printForTools(
  manifest: Manifest,
  { lines, digest }: { readonly lines: SpecLines; readonly digest: Printing["digest"] },
): string {
  const reasons = reasonsOf(manifest.entries);
  const packages = new Set(manifest.entries.flatMap((entry) => entry.owner ?? []));
  const layers = manifest.layers.map((name) => {
    const files = manifest.entries.filter((entry) => entry.folder === name && entry.kind === "file");
    const bytes = files.reduce((sum, file) => sum + (file.hardLinkTo === undefined ? file.sizeBytes : 0), 0);
    return { name, files: files.length, bytes };
  });
  const entries = manifest.entries.map((entry) => {
    const sha256 = entry.kind === "file" ? digest(entry) : undefined;
    return {
      path: entry.path,
      kind: entry.kind,
      mode: entry.mode.toString(8).padStart(4, "0"),
      owner: `${entry.uid}:${entry.gid}`,
      ...(entry.kind === "file" ? { size: entry.sizeBytes } : {}),
      ...(sha256 === undefined ? {} : { sha256 }),
      ...(entry.target === undefined ? {} : { target: entry.target }),
      ...(entry.hardLinkTo === undefined ? {} : { hardLinkTo: entry.hardLinkTo }),
      layer: entry.folder,
      ...(entry.owner === undefined ? {} : { package: entry.owner }),
      reasons: explainChain(reasons, entry.path, lines),
    };
  });
  const { version, architecture, epochSeconds, figures, config } = manifest;
  const printed = {
    version,
    architecture,
    epochSeconds,
    figures,
    config,
    packages: [...packages].sort(compareBytes),
    layers,
    entries,
  };
  return `${JSON.stringify(printed, undefined, 2)}\n`;
}

function parseLines(text: string | undefined): SpecLines {
  const parsed: unknown = text === undefined ? {} : JSON.parse(text);
  if (typeof parsed !== "object" || parsed === null) return {};
  return Object.fromEntries(
    Object.entries(parsed).filter((pair): pair is [string, string] => typeof pair[1] === "string"),
  );
}
