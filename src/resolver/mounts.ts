import type { HealthProbe, Plugins } from "../closure/model/plugins.ts";
import type { ClosureRequest } from "../closure/model/request.ts";
import { invariant } from "../diagnostics/invariant.ts";
import type { LayerPlan } from "../image/layers.ts";
import type { ManifestEntry } from "../inspect/manifest/manifest.ts";
import type { SpecLocation, SpecLocations } from "../inspect/manifest/reasons.ts";
import { parseClosureRequest } from "../plan/closure-exchange.ts";
import type { AbsPath, RootFs } from "../rootfs/rootfs.ts";

/** Writes the layers of a closure as archives, beside the resolver. */
export interface LayersWriter {
  /** Writes each layer, and reads back what came of it. To be called once. */
  write(plans: readonly LayerPlan[]): Promise<void>;
  close(): Promise<void>;
}

/** The layers that an earlier step of the resolver wrote. */
export interface ReadLayers {
  /** The content of a file; undefined where its layer, or the file in it, is not there. */
  read(file: { readonly folder: string; readonly path: string }): Uint8Array | undefined;
  /** The tree of some layers, lowest first. */
  root(names: readonly string[]): RootFs;
}

/** A file of one of the mounted trees. */
export interface MountedFile {
  readonly tree: number;
  readonly path: AbsPath;
}

/** A file that a command makes. Without a time it has that of the clock. */
export interface OutputFile {
  readonly name: string;
  /** The text, whole or in parts. */
  readonly text: string | Iterable<string>;
  readonly epochSeconds?: number;
}

/** The mounts of the engine for a step of the resolver, and the folder that the step fills. */
export interface ResolverMounts {
  /** The static program that checks the health of a server; undefined: there is none. */
  readonly healthProbe: HealthProbe | undefined;
  /** A file such as `request/request.json`; undefined when it is not there. */
  read(path: string): Uint8Array | undefined;
  /** The bytes of a file that is there. */
  sizeOf(path: string): number;
  /** The tree `roots/INDEX`. */
  tree(index: number): RootFs;
  /** Regular files of a tree and their bytes. */
  countTree(index: number): { readonly files: number; readonly bytes: number };
  /** Indexes of those files that have file capabilities. */
  findFileCapabilities(files: readonly MountedFile[]): ReadonlySet<number>;
  /** The layers of `closure/layers`. */
  openLayers(): Promise<ReadLayers>;
  /** Starts to write `out/layers`, of trees by id in the order of their mounts. */
  startLayers(writing: { readonly treeIds: readonly string[]; readonly epochSeconds: number }): LayersWriter;
  /** Writes a file to `out`. */
  write(file: OutputFile): void;
  /** Gives `out` and `out/layers` a time, after the last file. */
  setTimes(epochSeconds: number): void;
}

/** A step of the resolver: its mounts, and every plug-in. */
export interface Step extends ResolverMounts {
  readonly plugins: Plugins;
}

/** A file that has to be there. */
export function readBytes(mounts: ResolverMounts, path: string): Uint8Array {
  const bytes = mounts.read(path);
  invariant(bytes !== undefined, `the step has no file ${path}`);
  return bytes;
}

/** The text of a file that has to be there. */
export function readText(mounts: ResolverMounts, path: string): string {
  return Buffer.from(readBytes(mounts, path)).toString("utf8");
}

/** The text of `closure.json`, which an earlier step of the resolver left. */
export function readClosureText(mounts: ResolverMounts): string {
  return readText(mounts, "closure/closure.json");
}

/** The request, its trees in their order, and every plug-in. */
export interface MountedRequest {
  readonly request: ClosureRequest;
  readonly roots: readonly RootFs[];
  readonly plugins: Plugins;
}

/** Opens the request of the step. */
export function openRequest(step: Step): MountedRequest {
  const request = parseClosureRequest(readBytes(step, "request/request.json"));
  return { request, roots: request.trees.map((_, index) => step.tree(index)), plugins: step.plugins };
}

/** The places of the spec by pointer; none where the step has none. */
export function readSpecPlaces(mounts: ResolverMounts): SpecLocations {
  const bytes = mounts.read("request/locations.json");
  return parseSpecLocations(bytes === undefined ? undefined : Buffer.from(bytes).toString("utf8"));
}

/** Reads files that the layers are known to have. */
export async function layerFiles(mounts: ResolverMounts): Promise<(entry: ManifestEntry) => Uint8Array> {
  const layers = await mounts.openLayers();
  return (entry) => {
    const bytes = layers.read(entry);
    invariant(bytes !== undefined, `${entry.path} is not in the layer ${entry.folder}`);
    return bytes;
  };
}

/** JSON with two spaces and a final newline. */
export function toJson(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** Reads places back; what is none is left out. */
function parseSpecLocations(text: string | undefined): SpecLocations {
  const parsed: unknown = text === undefined ? {} : JSON.parse(text);
  if (typeof parsed !== "object" || parsed === null) return {};
  return Object.fromEntries(
    Object.entries(parsed).filter((pair): pair is [string, SpecLocation] => isSpecLocation(pair[1])),
  );
}

function isSpecLocation(value: unknown): value is SpecLocation {
  return typeof value === "object" && value !== null && "place" in value && "key" in value && "isDefault" in value;
}
