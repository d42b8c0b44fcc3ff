import fs from "node:fs";
import process from "node:process";
import type { HealthProbe } from "../../closure/model/plugins.ts";
import type { ResolverMounts } from "../../resolver/mounts.ts";
import { startLayerWriter } from "../layers/layer-writer.ts";
import { countFiles } from "./count-files.ts";
import { readFileCapabilities } from "./file-capabilities.ts";
import { openDirectory } from "./open-directory.ts";

/**
 * Opens the mounts of a resolver's step below the folder `base`. `layerThread`: the program of the thread that writes
 * layers.
 */
export function openMounts(base: string, layerThread: URL): ResolverMounts {
  const out = `${base}/out`;
  const rootOf = (index: number): string => `${base}/roots/${String(index)}`;
  return {
    healthProbe: findHealthProbe(`${base}/bin/probe`),
    read: (path) => readFile(`${base}/${path}`),
    sizeOf: (path) => fs.statSync(`${base}/${path}`).size,
    tree: (index) => openDirectory(rootOf(index)),
    countTree: (index) => countFiles(rootOf(index)),
    findFileCapabilities(files) {
      const hostPaths = files.map(({ tree, path }) => `${rootOf(tree)}${path}`);
      const found = readFileCapabilities(`${base}/bin/filecaps`, hostPaths);
      return new Set(hostPaths.flatMap((hostPath, index) => (found.has(hostPath) ? [index] : [])));
    },
    // Loaded for those who ask: a build that writes layers reads none.
    async openLayers() {
      const { openWrittenLayers } = await import("../layers/written-layers.ts");
      return openWrittenLayers(`${base}/closure/layers`);
    },
    startLayers({ treeIds, epochSeconds }) {
      const hostPath = `${out}/layers`;
      fs.mkdirSync(hostPath, { mode: 0o755, recursive: true });
      const sources = new Map(treeIds.map((id, index) => [id, rootOf(index)]));
      return startLayerWriter(layerThread, { hostPath, trees: sources, epochSeconds });
    },
    write({ name, text, epochSeconds }) {
      const hostPath = `${out}/${name}`;
      fs.mkdirSync(out, { mode: 0o755, recursive: true });
      const descriptor = fs.openSync(hostPath, "w", 0o644);
      for (const part of typeof text === "string" ? [text] : text) fs.writeFileSync(descriptor, part);
      fs.closeSync(descriptor);
      if (epochSeconds !== undefined) fs.utimesSync(hostPath, epochSeconds, epochSeconds);
    },
    setTimes(epochSeconds) {
      for (const directory of [`${out}/layers`, out]) fs.utimesSync(directory, epochSeconds, epochSeconds);
    },
  };
}

function readFile(hostPath: string): Uint8Array | undefined {
  return fs.existsSync(hostPath) ? fs.readFileSync(hostPath) : undefined;
}

/** The static probe of the frontend's image, which is there for the image's own architecture. */
function findHealthProbe(hostPath: string): HealthProbe | undefined {
  if (!fs.existsSync(hostPath)) return undefined;
  const architecture = process.arch === "x64" ? "amd64" : process.arch;
  return { architecture, read: () => fs.readFileSync(hostPath) };
}
