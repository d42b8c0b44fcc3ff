import { createHash } from "node:crypto";
import { printLines } from "../../diagnostics/escape.ts";
import { invariant } from "../../diagnostics/invariant.ts";
import { specLocations } from "../../frontend/spec-locations.ts";
import { type LayerContents, pieceBytes, readEntry } from "../../image/layer-archive.ts";
import type { ManifestEntry } from "../../inspect/manifest/manifest.ts";
import { toPrintedManifest } from "../../inspect/manifest/printed-manifest.ts";
import type { RootFs } from "../../rootfs/rootfs.ts";
import { assemblyOptions, readSpec, withImages } from "../assembly.ts";
import type { Command } from "../command.ts";
import { exitCodes } from "../exit-codes.ts";
import { misuse } from "../words.ts";

/** `pith resolve`: what the image of a spec would hold. */
export const resolve: Command = {
  name: "resolve",
  summary: "Print what an image would hold, and write nothing",
  description: `Finds what the spec's programs need in root file systems that are handed over, checks it as a build does, and prints it: the layer,
the bytes, the path and the package of everything. --json prints the manifest, which pith explain and pith diff read.
SOURCEs are those of pith build.`,
  operands: { usage: "[CONTEXT]", least: 0, most: 1 },
  options: assemblyOptions,
  examples: [
    { line: "pith resolve --source main=dir:/", does: "What would ship of this machine?" },
    {
      line: "pith resolve -q --json --source main=oci:builder > manifest.json && pith explain /etc/passwd",
      does: "And why?",
    },
  ],
  async run(call) {
    const { terminal, signal } = call;
    const read = await readSpec(call);
    const { spec, parsed, locations } = read;
    if (read.options.platforms.length > 1) {
      throw misuse("cannot print several platforms at once: what they hold differs", "name one with --platform");
    }
    return withImages(call, read, {
      // The archive says nothing that is asked here, so that nothing of it is made.
      writeLayer: async (_spool, name) => Promise.resolve({ name, diffId: "" }),
      async use([made]) {
        invariant(made !== undefined, "an image has at least one platform");
        const { manifest, contents } = made.image;
        if (!terminal.isJson) {
          for (const entry of manifest.entries) terminal.print(printLines([lineOf(entry)]));
          return exitCodes.fine;
        }
        const digests = await digestFiles(contents, signal);
        const printed = toPrintedManifest(manifest, {
          locations: specLocations({
            spec,
            spanOf: locations.spanOf,
            isWritten: (pointer) => parsed.spans.isWritten(pointer),
          }),
          digest: ({ path }) => digests.get(path),
        });
        terminal.print(`${JSON.stringify(printed, undefined, 2)}\n`);
        return exitCodes.fine;
      },
    });
  },
};

/** The digests of the files of an image by path. All are read into the same bytes: else each piece is new memory. */
async function digestFiles(contents: LayerContents, signal: AbortSignal): Promise<ReadonlyMap<string, string>> {
  const into = new Uint8Array(pieceBytes);
  const roots = new Map(
    Array.from(contents.roots, ([id, root]): [string, Pick<RootFs, "readFile">] => [
      id,
      { readFile: async (path, range) => root.readFile(path, range && { ...range, into }) },
    ]),
  );
  const digests = new Map<string, string>();
  for (const entry of contents.entries) {
    if (entry.kind !== "file") continue;
    signal.throwIfAborted();
    const hash = createHash("sha256");
    for await (const piece of readEntry(entry, { ...contents, roots })) hash.update(piece);
    digests.set(entry.path, hash.digest("hex"));
  }
  return digests;
}

/** A path of the image as people read it: its layer, bytes and package beside it. */
function lineOf({ folder, sizeBytes, path, kind, target, owner }: ManifestEntry): string {
  const what = kind === "directory" ? `${path}/` : target === undefined ? path : `${path} -> ${target}`;
  const size = String(kind === "file" ? sizeBytes : 0).padStart(10);
  return `${folder.padEnd(12)} ${size} ${what}${owner === undefined ? "" : `  ${owner}`}`;
}
