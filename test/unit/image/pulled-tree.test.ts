import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import * as fc from "fast-check";
import { extract } from "tar-stream";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { ClosureEntry } from "../../../src/closure/model/closure.ts";
import { readTar } from "../../../src/formats/tar/read.ts";
import { comparePulled } from "../../../src/image/compare-pulled.ts";
import { layerArchive } from "../../../src/image/layer-archive.ts";
import { planLayers } from "../../../src/image/layers.ts";
import { pulledTree } from "../../../src/image/pulled-tree.ts";
import { decodeName, nameBytes } from "../../../src/rootfs/names.ts";
import { type AbsPath, childOf, rootPath, toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { archive, type Member, memberBytes } from "../../support/archive.ts";

const epochSeconds = 315_532_800;
const reason = { from: "#/app", why: "is it", evidence: "user" } as const;
const layerOrder = ["system", "interpreter", "dependencies", "app"] as const;

function unpack(archives: readonly Uint8Array[]): ReturnType<typeof pulledTree> {
  const tree = pulledTree();
  for (const [layer, bytes] of archives.entries()) {
    const reader = readTar((member) => tree.unpack(member, layer));
    reader.push(bytes);
    reader.end();
  }
  return tree;
}

/** Differs from the plan, or cannot be unpacked: one line. */
function judge(entries: readonly ClosureEntry[], archives: readonly Buffer[]): string {
  try {
    const difference = comparePulled(unpack(archives), { entries, epochSeconds }, (layer, { offset, length }) =>
      (archives[layer] ?? Buffer.alloc(0)).subarray(offset, offset + length),
    );
    return difference === undefined ? "the same" : `${difference.path} ${difference.how}`;
  } catch (failure) {
    return failure instanceof Error ? `${failure.name}: ${failure.message}` : "";
  }
}

async function write(entries: readonly ClosureEntry[], layers: Parameters<typeof planLayers>[1] = layerOrder) {
  const plans = planLayers(entries, layers);
  const archives: Buffer[] = [];
  for (const plan of plans) {
    const pieces: Uint8Array[] = [];
    for await (const piece of layerArchive({ entries: plan.entries, roots: new Map(), epochSeconds })) {
      pieces.push(Buffer.from(piece));
    }
    archives.push(Buffer.concat(pieces));
  }
  return {
    archives,
    written: [...new Map(plans.flatMap((plan) => plan.entries.map((one) => [one.path, one]))).values()],
  };
}

const nameByte = fc.integer({ min: 1, max: 255 }).filter((byte) => byte !== 0x2f);
const legalName = fc
  .oneof(
    { weight: 4, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 12 }).map((bytes) => Buffer.from(bytes)) },
    { weight: 2, arbitrary: fc.array(nameByte, { minLength: 90, maxLength: 255 }).map((bytes) => Buffer.from(bytes)) },
    {
      weight: 3,
      arbitrary: fc
        .constantFrom("a", "b", "é", " ", "-", "a.", "..a", "\n", "PaxHeaders.0", ".wh", "wh.")
        .map((text) => Buffer.from(text)),
    },
  )
  .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0 || byte === 0x2f ? 0x5f : byte))))
  .map((bytes) => decodeName(bytes))
  .filter((name) => name !== "." && name !== ".." && !name.startsWith(".wh.") && nameBytes(name).length <= 255);

interface Drawn {
  readonly name: string;
  readonly parent: number;
  readonly kind: "file" | "directory" | "symlink" | "other name";
  readonly content: Uint8Array;
  readonly target: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly layer: (typeof layerOrder)[number];
}

const id = fc.oneof(fc.constantFrom(0, 65_532, 2 ** 21, 1_000_660_000, 2 ** 32 - 2), fc.nat(70_000));
const drawn: fc.Arbitrary<Drawn> = fc.record({
  name: legalName,
  parent: fc.nat(),
  kind: fc.constantFrom("file", "directory", "directory", "symlink", "other name"),
  content: fc.uint8Array({ maxLength: 1200 }),
  target: fc.oneof(
    legalName,
    legalName.map((name) => `../${name}/x`),
    fc.constant("/a/b/".repeat(60)),
  ),
  mode: fc.nat(0o7777),
  uid: id,
  gid: id,
  layer: fc.constantFrom(...layerOrder),
});

/** Any legal tree, parents first. */
function treeOf(parts: readonly Drawn[]): readonly ClosureEntry[] {
  const directories: AbsPath[] = [rootPath];
  const files: ClosureEntry[] = [];
  const entries = new Map<string, ClosureEntry>();
  const seen = new Set<string>();
  for (const { name, parent, kind, content, target, mode, uid, gid, layer } of parts) {
    const path = childOf(directories[parent % directories.length] ?? rootPath, name);
    if (seen.has(lossy(path)) || nameBytes(path).length > 3000) continue;
    seen.add(lossy(path));
    const first = files[parent % Math.max(1, files.length)];
    const common = { path, mode, uid, gid, layer, reason, sizeBytes: 0 };
    if (kind === "directory") {
      directories.push(path);
      entries.set(path, { ...common, kind });
    } else if (kind === "symlink") entries.set(path, { ...common, kind, target, mode: 0o777 });
    else if (kind === "other name" && first !== undefined) {
      const { hardLinkTo: _, ...same } = first;
      entries.set(path, { ...same, path, hardLinkTo: first.path });
    } else {
      const base64 = Buffer.from(content).toString("base64");
      const entry: ClosureEntry = { ...common, kind: "file", sizeBytes: content.length, content: { base64 } };
      files.push(entry);
      entries.set(path, entry);
    }
  }
  return [...entries.values()];
}

/** Names as that library decodes them. */
const lossy = (text: string): string => nameBytes(text).toString("utf8");

const paxSchema = z
  .record(z.string(), z.string())
  .nullish()
  .transform((records) => records ?? {});

/** The tree as a library unpacks it that Pith does not use: a line for each path. */
async function unpackElsewhere(archives: readonly Buffer[]): Promise<ReadonlyMap<string, string>> {
  const lines = new Map<string, string>();
  for (const bytes of archives) {
    const reader = Readable.from([bytes]).pipe(extract());
    for await (const member of reader) {
      const { name, type, mode, linkname } = member.header;
      const pax = paxSchema.parse(member.header.pax);
      const path = `/${name.replace(/\/$/u, "")}`;
      const content = await buffer(member);
      // What does not fit into its header, that library leaves to its caller.
      const common = `${pax["uid"] ?? String(member.header.uid)} ${pax["gid"] ?? String(member.header.gid)}`;
      if (type === "link") lines.set(path, lines.get(`/${linkname ?? ""}`) ?? "leads nowhere");
      else if (type === "symlink") lines.set(path, `symlink ${linkname ?? ""} ${common}`);
      else lines.set(path, `${type ?? ""} ${(mode ?? 0).toString(8)} ${common} ${content.toString("base64")}`);
    }
  }
  return lines;
}

function linesOf(entries: readonly ClosureEntry[]): ReadonlyMap<string, string> {
  return new Map(
    entries.map(({ path, kind, mode, uid, gid, target = "", content }) => {
      const common = `${String(uid)} ${String(gid)}`;
      const bytes = content !== undefined && "base64" in content ? content.base64 : "";
      const line =
        kind === "symlink" ? `symlink ${lossy(target)} ${common}` : `${kind} ${mode.toString(8)} ${common} ${bytes}`;
      return [lossy(path), line];
    }),
  );
}

describe("any tree of any legal names", () => {
  it("is what a puller unpacks of its layers, and another program too", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(drawn, { maxLength: 40 }),
        fc.constantFrom("single" as const, "per-package" as const, layerOrder, ["system", "app"] as const),
        async (parts, layers) => {
          const entries = treeOf(parts);
          const { archives, written } = await write(entries, layers);
          expect(judge(written, archives)).toBe("the same");
          const there = await unpackElsewhere(archives);
          expect(there).toEqual(linesOf(entries));
        },
      ),
      { numRuns: 150 },
    );
  });

  it("differs where one member is not asked for", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(drawn, { minLength: 3, maxLength: 12 }), fc.nat(), async (parts, pick) => {
        const { archives, written } = await write(treeOf(parts), "single");
        const fewer = written.filter((_, index) => index !== pick % written.length);
        expect(judge(fewer, archives)).not.toBe("the same");
      }),
      { numRuns: 50 },
    );
  });
});

const entry = (path: string, rest: Partial<ClosureEntry>): ClosureEntry => {
  const common = { kind: "file", mode: 0o644, uid: 0, gid: 0, sizeBytes: 0, layer: "app", reason } as const;
  return { path: toAbsPath(path), ...common, ...rest };
};
const plan: readonly ClosureEntry[] = [
  entry("/etc", { kind: "directory", mode: 0o755 }),
  entry("/etc/hosts", { sizeBytes: 2, content: { text: "a\n" } }),
  entry("/etc/link", { kind: "symlink", mode: 0o777, target: "hosts" }),
  entry("/etc/same", { sizeBytes: 2, content: { text: "a\n" }, hardLinkTo: toAbsPath("/etc/hosts") }),
];
const at = { mtimeSeconds: epochSeconds };
const members: readonly Member[] = [
  { name: "etc/", ...at },
  { name: "etc/hosts", content: "a\n", ...at },
  { name: "etc/link", link: "hosts", mode: 0o777, ...at },
  { name: "etc/same", hardLink: "etc/hosts", ...at },
];
const change = (name: string, rest: Partial<Member>): readonly Member[] =>
  members.map((one) => (one.name === name ? { ...one, ...rest } : one));
const over = (...upper: readonly Member[]): readonly Buffer[] => [archive(members), archive(upper)];

const damages: Readonly<Record<string, readonly Buffer[]>> = {
  nothing: [archive(members)],
  "a whiteout of a lower layer": over({ name: ".wh.etc", ...at }),
  "a whiteout of one file": over({ name: "etc/.wh.hosts", ...at }),
  "an opaque directory": over({ name: "etc/.wh..wh..opq", ...at }),
  "a file over a directory": over({ name: "etc", ...at }),
  "a directory over a file": over({ name: "etc/hosts/", ...at }),
  "another mode in a higher layer": over({ name: "etc/", mode: 0o700, ...at }),
  "a name through a link of a lower layer": over({ name: "etc/link/x", ...at }),
  "a link that leads out, and a name through it": over(
    { name: "out", link: "/../../etc", mode: 0o777, ...at },
    { name: "out/new", ...at },
  ),
  "a hard link to nothing": over({ name: "x", hardLink: "etc/none", ...at }),
  "a hard link across layers": over({ name: "x", hardLink: "etc/hosts", ...at }),
  "a second file in place of the other name": [
    archive([...members.slice(0, 3), { name: "etc/same", content: "a\n", ...at }]),
  ],
  "a device 0:0, which some engines take for a whiteout": [
    Buffer.concat([
      memberBytes({ name: "etc/", ...at }),
      memberBytes({ name: "etc/hosts", edit: (h) => h.write("3", 156), ...at }),
      archive([]),
    ]),
  ],
  "a setuid bit": [archive(change("etc/hosts", { mode: 0o4644 }))],
  "another owner": [archive(change("etc/hosts", { uid: 7 }))],
  "another time": [archive(change("etc/hosts", { mtimeSeconds: 1 }))],
  "other bytes of the same length": [archive(change("etc/hosts", { content: "b\n" }))],
  "more bytes": [archive(change("etc/hosts", { content: "a\na" }))],
  "a link elsewhere": [archive(change("etc/link", { link: "passwd" }))],
  "a directory that no member brings": [archive(members.slice(1))],
  "a lost file": [archive(members.slice(0, 3))],
  "a name that leaves the root": over({ name: "../x", ...at }),
  "an absolute name": over({ name: "/x", ...at }),
  "a path longer than Linux opens": over({ name: `${"d/".repeat(2100)}x`, ...at }),
};

it("tells every damage of what a puller gets", () => {
  const told = Object.entries(damages).map(([what, archives]) => `${what}: ${judge(plan, archives)}`);
  expect(told.join("\n")).toMatchInlineSnapshot(`
    "nothing: the same
    a whiteout of a lower layer: /etc is missing
    a whiteout of one file: /etc/hosts is missing
    an opaque directory: /etc/hosts is missing
    a file over a directory: /etc is a file and not a directory
    a directory over a file: /etc/hosts is a directory and not a file
    another mode in a higher layer: /etc has the mode 700 and not 755
    a name through a link of a lower layer: UnpackFault: a name passes through a file
    a link that leads out, and a name through it: /out is there unasked
    a hard link to nothing: UnpackFault: a hard link leads to no file
    a hard link across layers: /x is there unasked
    a second file in place of the other name: /etc/hosts is not the same file as /etc/same
    a device 0:0, which some engines take for a whiteout: /etc/hosts is a character-device and not a file
    a setuid bit: /etc/same has the mode 4644 and not 644
    another owner: /etc/same belongs to 7:0
    another time: /etc/same has another time
    other bytes of the same length: /etc/same has other bytes
    more bytes: /etc/same has 3 bytes
    a link elsewhere: /etc/link leads elsewhere
    a directory that no member brings: /etc has another time
    a lost file: /etc/same is missing
    a name that leaves the root: UnpackFault: a name leaves its directory
    an absolute name: UnpackFault: a name begins at the root
    a path longer than Linux opens: UnpackFault: a path has 4201 bytes"
  `);
});
