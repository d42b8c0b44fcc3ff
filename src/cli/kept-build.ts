import { createHash } from "node:crypto";
import os from "node:os";
import type { ImageTree } from "../adapters/images/open-source.ts";
import { type StagedLayer, stageLayer } from "../adapters/images/stage-layer.ts";
import { openSpool, type Spool } from "../adapters/layers/spool.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { LayerContents } from "../image/layer-archive.ts";
import { layerEntry } from "../plan/closure-exchange.ts";
import { type KnownClosure, openKnownClosure } from "./known-closure.ts";

/** What a command that builds one spec again and again keeps between two builds. */
export interface KeptBuild {
  /** Sources that stay open, by their texts: nobody edits a builder. */
  readonly sources: Map<string, ImageTree>;
  /** Builders that an engine has finished, as sources by their names. */
  readonly builders: Map<string, string>;
  /** The application's installed dependencies, as a source; undefined: none were made. */
  dependencies: string | undefined;
  readonly known: KnownClosure;
  /** Of these findings, those that no build before has told. */
  untold(found: readonly Diagnostic[]): readonly Diagnostic[];
  /** Trees that others may change while they are open, by id: directories of this machine. */
  readonly live: Set<string>;
  /** True where an engine made the last image, as only it could. */
  isByEngine: boolean;
  /** True where the last image was loaded without the layers that the engine had. */
  isPartial: boolean;
  /** Digests of layers that the engine has. */
  readonly loaded: Set<string>;
  /** The last layer of a name, or a new one where its contents are others. `spool`: of the build that asks. */
  stage(layer: LayerToStage, spool: Spool): Promise<StagedLayer>;
  /** Forgets what an engine has finished: it is to be made anew. */
  forgetFinished(): void;
  close(): void;
}

interface LayerToStage {
  readonly name: string;
  readonly archive: AsyncIterable<Uint8Array>;
  readonly contents: LayerContents;
}

/** Keeps nothing at first. */
export function openKeptBuild(): KeptBuild {
  const sources = new Map<string, ImageTree>();
  const builders = new Map<string, string>();
  const layers = new Map<string, { readonly key: string; readonly layer: StagedLayer; readonly spool: Spool }>();
  const live = new Set(["app", "context"]);
  const known = openKnownClosure(live);
  const dropLayers = (): void => {
    for (const { spool } of layers.values()) spool.close();
    layers.clear();
  };
  let told = new Set<string>();
  return {
    sources,
    builders,
    dependencies: undefined,
    known,
    live,
    isByEngine: false,
    isPartial: false,
    loaded: new Set(),
    untold(found) {
      const texts = found.map((one) => JSON.stringify(one));
      const fresh = found.filter((_, index) => !told.has(texts[index] ?? ""));
      told = new Set(texts);
      return fresh;
    },
    async stage({ name, archive, contents }, spool) {
      const key = keyOf(contents, live);
      const last = layers.get(name);
      if (key !== undefined && last?.key === key) return { ...last.layer, own: contents };
      if (key === undefined) return { ...(await stageLayer(name, archive, spool)), own: contents };
      const kept = openSpool(os.tmpdir());
      try {
        const layer = await stageLayer(name, archive, kept);
        last?.spool.close();
        layers.set(name, { key, layer, spool: kept });
        return { ...layer, own: contents };
      } catch (failure) {
        kept.close();
        throw failure;
      }
    },
    forgetFinished() {
      for (const source of [...builders.values(), ...(this.dependencies === undefined ? [] : [this.dependencies])]) {
        sources.get(source)?.close();
        sources.delete(source);
      }
      builders.clear();
      // The same entries may stand for other bytes in another builder.
      dropLayers();
      this.dependencies = undefined;
      known.forget();
    },
    close() {
      for (const tree of sources.values()) tree.close();
      sources.clear();
      dropLayers();
    },
  };
}

/** The contents of a layer that nobody edits, as one word; undefined for others. */
function keyOf({ entries, epochSeconds }: LayerContents, live: ReadonlySet<string>): string | undefined {
  if (entries.some(({ kind, tree }) => kind === "file" && tree !== undefined && live.has(tree.id))) return undefined;
  const hash = createHash("sha256").update(String(epochSeconds));
  for (const entry of entries) hash.update(JSON.stringify(layerEntry(entry)));
  return hash.digest("hex");
}
