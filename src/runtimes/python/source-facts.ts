import { evaluatesFiles } from "../../languages/evaluated-files.ts";
import { cachedByContent } from "../../rootfs/content-cache.ts";
import type { AbsPath } from "../../rootfs/rootfs.ts";
import { decodesByName, wantsEveryCodec } from "./codecs.ts";
import { gateWordsIn } from "./gates.ts";
import { areaOf, type Installation } from "./installation.ts";
import { pythonEvaluation } from "./made-code.ts";
import { codeOfNotebook, notebook } from "./notebooks.ts";
import { type SourceScan, scanSource } from "./source-scan.ts";
import { joinedSharesIn } from "./source-text.ts";

/** All that is ever asked about the text of a source. */
export interface SourceFacts {
  readonly scan: SourceScan;
  /**
   * Words of the gates that stand in it; empty unless imports are traced through the standard library, and in that
   * library itself, which opens no gate.
   */
  readonly gateWords: ReadonlySet<string>;
  readonly wantsEveryCodec: boolean;
  /** It decodes text in an encoding that only the run tells. */
  readonly decodesByName: boolean;
  /** It runs as code what it reads from files that it names. */
  readonly evaluatesFiles: boolean;
  /** Directories that it looks for in one called `share`. */
  readonly joinedShares: readonly string[];
}

const scanned = cachedByContent<SourceFacts | undefined>();
const traced = cachedByContent<SourceFacts | undefined>();

/** Reads a text. `isTraced` asks for what only the level `reachable` needs. */
export function factsOf(text: string, { isTraced }: { readonly isTraced: boolean }): SourceFacts {
  const read = {
    scan: scanSource(text),
    joinedShares: joinedSharesIn(text),
    evaluatesFiles: evaluatesFiles(text, pythonEvaluation),
  };
  if (!isTraced) return { ...read, gateWords: new Set(), wantsEveryCodec: false, decodesByName: false };
  const codecs = { wantsEveryCodec: wantsEveryCodec(text), decodesByName: decodesByName(text) };
  return { ...read, gateWords: gateWordsIn(text), ...codecs };
}

/** Reads a source of a process; undefined when it is missing or too large. */
export async function readFacts(path: AbsPath, installation: Installation): Promise<SourceFacts | undefined> {
  const { proc, files } = installation;
  const target = await files.targetOf(path);
  if (target === undefined) return undefined;
  const isTraced = proc.stdlib === "reachable" && areaOf(installation, path) !== "stdlib";
  const cached = isTraced ? traced : scanned;
  return cached(proc.contentCache, { root: proc.root, path: target }, async () => {
    const text = await files.readText(target);
    if (text === undefined) return undefined;
    return factsOf(notebook.test(target) ? codeOfNotebook(text) : text, { isTraced });
  });
}
