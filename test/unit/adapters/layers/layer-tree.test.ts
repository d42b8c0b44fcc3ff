import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { MessageChannel } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { bytesExtent } from "../../../../src/adapters/layers/extent.ts";
import { serveLayerWriter } from "../../../../src/adapters/layers/layer-writer.ts";
import { openArchives } from "../../../../src/adapters/layers/open-layers.ts";
import { pulledLayers } from "../../../../src/adapters/layers/pulled-layers.ts";
import { readHeaders } from "../../../../src/adapters/layers/read-headers.ts";
import { verifyArchive } from "../../../../src/adapters/layers/verify-archive.ts";
import { writeArchive } from "../../../../src/adapters/layers/write-archive.ts";
import { openWrittenLayers } from "../../../../src/adapters/layers/written-layers.ts";
import { zstdFrames } from "../../../../src/adapters/layers/zstd-frames.ts";
import { formatPaxRecord } from "../../../../src/formats/tar/pax.ts";
import type { WrittenEntry } from "../../../../src/image/layer-archive.ts";
import { type FileStat, type RootFs, rootPath, toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { walk } from "../../../../src/rootfs/walk.ts";
import { archive, type Member, special } from "../../../support/archive.ts";

const file = (name: string, content = name): Member => ({ name, content });

function rootOf(layers: readonly (readonly Member[])[]): RootFs {
  return openArchives(layers.map((members) => bytesExtent(archive(members))));
}

/** The paths that layers make, directories with a slash behind them; or why they are refused. */
async function tree(...layers: readonly (readonly Member[])[]): Promise<string> {
  try {
    const lines: string[] = [];
    for await (const { path: at, stat } of walk(rootOf(layers), rootPath)) {
      if (at !== "/") lines.push(`${at}${stat.kind === "directory" ? "/" : ""}`);
    }
    return lines.join(" ");
  } catch (failure) {
    return failure instanceof Error ? failure.message : "";
  }
}

async function stat(at: string, ...layers: readonly (readonly Member[])[]): Promise<FileStat | undefined> {
  return rootOf(layers).lstat(toAbsPath(at));
}

describe("a name that passes through links of its layer", () => {
  it("goes where they lead: from their directory, or from the root", async () => {
    const deep = [{ name: "d/x/" }, { name: "x/" }];
    expect(await tree([...deep, { name: "d/rel", link: "x" }, file("d/rel/a")])).toBe("/d/ /d/rel /d/x/ /d/x/a /x/");
    expect(await tree([...deep, { name: "d/abs", link: "/x" }, file("d/abs/a")])).toBe("/d/ /d/abs /d/x/ /x/ /x/a");
    expect(await tree([...deep, { name: "d/up", link: "../x/." }, file("d/up/a")])).toBe("/d/ /d/up /d/x/ /x/ /x/a");
    expect(await tree([...deep, { name: "d/x/up", link: "../../x" }, file("d/x/up/a")])).toBe(
      "/d/ /d/x/ /d/x/up /x/ /x/a",
    );
    expect(await tree([...deep, { name: "l", link: "/d/../x//" }, file("l/a")])).toBe("/d/ /d/x/ /l /x/ /x/a");
  });

  it("may pass through forty of them", async () => {
    const chain = (length: number): readonly Member[] => [
      { name: "l0/" },
      ...Array.from({ length }, (_, index) => ({ name: `l${String(index + 1)}`, link: `l${String(index)}` })),
      file(`l${String(length)}/a`),
    ];
    expect(await tree(chain(40))).toContain("/l0/a");
    expect(await tree(chain(41))).toContain("whose links never end");
  });
});

describe("a whiteout", () => {
  it("hides what lower layers have, and nothing of its own", async () => {
    const lower = [file("d/a"), file("d/b"), file("d/e/c"), file("f")];
    expect(await tree(lower, [file(".wh.f", "")])).toBe("/d/ /d/a /d/b /d/e/ /d/e/c");
    expect(await tree(lower, [file("d/.wh.a", ""), file("d/.wh.e", "")])).toBe("/d/ /d/b /f");
    expect(await tree(lower, [file("d/n"), file(".wh.d", "")])).toBe("/d/ /d/n /f");
    expect(await tree(lower, [file("d/e/n"), file("d/.wh..wh..opq", "")])).toBe("/d/ /d/e/ /d/e/n /f");
    expect(await tree(lower, [file("d/.wh..wh..opq", ""), file("d/a")])).toBe("/d/ /d/a /f");
    expect(await tree(lower, [file("d/a", "new"), file("d/.wh.a", "")])).toBe("/d/ /d/a /d/b /d/e/ /d/e/c /f");
    expect(await tree(lower, [file(".wh.d", "")], [file("d/a")])).toBe("/d/ /d/a /f");
    expect(await tree(lower, [file("d/.wh..wh..opq", "")], [file("d/x")], [file("d/.wh..wh..opq", "")])).toBe("/d/ /f");
  });

  it("of what is not there, or of aufs itself, hides nothing", async () => {
    const lower = [file("d/a")];
    expect(await tree(lower, [file(".wh.x", ""), file("x/.wh.y", ""), file("x/.wh..wh..opq", "")])).toBe("/d/ /d/a");
    expect(await tree(lower, [file("d/.wh..wh.a", ""), file(".wh..wh.plnk", "")])).toBe("/d/ /d/a");
    expect(await tree(lower, [file("wh.d"), file(".whd")])).toBe("/.whd /d/ /d/a /wh.d");
  });

  it("names something", async () => {
    for (const name of [".wh.", ".wh..", ".wh..."]) {
      expect(await tree([file("a")], [file(`d/${name}`, "")])).toContain("removes no name that a file can have");
    }
    expect(await tree([file("....")], [file(".wh.....", "")])).toBe("");
    expect(await tree([file(".wh.d/a")])).toContain("which is a whiteout");
  });
});

describe("a name", () => {
  const long = (length: number, part = "n"): string => part.repeat(length);

  it("is as long as the name of a file may be, and a path as long as a path", async () => {
    expect(await tree([file(long(255), "")])).toBe(`/${long(255)}`);
    expect(await tree([file(long(256), "")])).toContain("has a part longer than 255 bytes");
    expect(await tree([file(`${long(256)}/a`, "")])).toContain("has a part longer than 255 bytes");
    expect(await tree([file("é".repeat(128), "")])).toContain("has a part longer than 255 bytes");
    const deep = `${long(2047, "a/")}aa`;
    expect((await stat(`/${deep}`, [file(deep, "")]))?.kind).toBe("file");
    expect(await tree([file(`${long(2047, "a/")}aaa`, "")])).toContain("is longer than 4096 bytes");
  });

  it("is shown up to a hundred bytes", async () => {
    expect(await tree([file(`../${long(97)}`)])).toBe(`"../${long(97)}" leaves its directory`);
    expect(await tree([file(`../${long(98)}`)])).toBe(`"../${long(97)}..." leaves its directory`);
  });

  it("of a link's text is shorter than a path", async () => {
    const pax = (length: number): string => String(length);
    const linked = async (length: number): Promise<string> => {
      const bytes = Buffer.concat([
        special("x", formatPaxRecord("linkpath", Buffer.from(long(length)))),
        archive([{ name: "l", link: "x" }]),
      ]);
      try {
        const found = await openArchives([bytesExtent(bytes)]).lstat(toAbsPath("/l"));
        return pax(found?.target?.length ?? -1);
      } catch (failure) {
        return failure instanceof Error ? failure.message : "";
      }
    };
    expect(await linked(4095)).toBe("4095");
    expect(await linked(4096)).toBe('"l" is a link of 4096 bytes, which no file can be');
  });
});

describe("a member", () => {
  const typed = (type: string, major: number, minor: number): Member => ({
    name: "c",
    edit(header) {
      header.write(type, 156);
      header.write(major.toString(8).padStart(7, "0"), 329);
      header.write(minor.toString(8).padStart(7, "0"), 337);
    },
  });

  it("may be any kind of file, but for what some engines take for a whiteout", async () => {
    expect((await stat("/c", [typed("3", 1, 3)]))?.kind).toBe("device");
    expect((await stat("/c", [typed("3", 0, 1)]))?.kind).toBe("device");
    expect((await stat("/c", [typed("3", 1, 0)]))?.kind).toBe("device");
    expect((await stat("/c", [typed("4", 0, 0)]))?.kind).toBe("device");
    expect((await stat("/c", [typed("6", 0, 0)]))?.kind).toBe("fifo");
    expect(await tree([typed("3", 0, 0)])).toContain('"c" is the device 0:0');
  });

  it("gives a directory its attributes, the last one that names it", async () => {
    const directory = (name: string, mode: number): Member => ({ name, mode, uid: mode, mtimeSeconds: mode });
    expect(await stat("/d", [file("d/a")])).toMatchObject({ mode: 0o755, uid: 0, mtimeSeconds: 0 });
    expect(await stat("/d", [file("d/a"), directory("d/", 0o700)])).toMatchObject({ mode: 0o700, uid: 0o700 });
    expect(await stat("/d", [directory("d/", 0o700)], [directory("d/", 0o711), file("d/a")])).toMatchObject({
      mode: 0o711,
      mtimeSeconds: 0o711,
    });
    expect(await stat("/", [directory("./", 0o711)])).toMatchObject({ mode: 0o711, uid: 0o711 });
    expect(await tree([directory("d/", 0o700), file("d/a")], [directory("d/", 0o711)])).toBe("/d/ /d/a");
  });

  it("may have a capability, and other names", async () => {
    const capability = special("x", formatPaxRecord("SCHILY.xattr.security.capability", Buffer.from("x")));
    const bytes = Buffer.concat([capability, archive([file("a"), { name: "b", hardLink: "a" }, file("c")])]);
    const root = openArchives([bytesExtent(bytes)]);
    const [a, b, c] = await Promise.all(["/a", "/b", "/c"].map((at) => root.lstat(toAbsPath(at))));
    expect([a?.hasFileCapability, b?.hasFileCapability, c?.hasFileCapability]).toEqual([true, true, undefined]);
    expect([a?.inode !== undefined, a?.inode === b?.inode, c?.inode]).toEqual([true, true, undefined]);
  });
});

describe("a layer that is written", () => {
  const made = (at: string, text = "made"): WrittenEntry => ({
    path: toAbsPath(at),
    kind: "file",
    mode: 0o644,
    uid: 0,
    gid: 0,
    sizeBytes: Buffer.byteLength(text),
    content: { text },
  });
  const plan = { name: "app", entries: [made("/a"), made("/b")], epochSeconds: 0 };

  async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "pith-written-"));
    try {
      return await work(folder);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  }

  it("is closed, also where it cannot be finished", async () => {
    await inFolder(async (folder) => {
      const open = () =>
        fs.readdirSync("/proc/self/fd").filter((one) => {
          try {
            return fs.readlinkSync(`/proc/self/fd/${one}`).startsWith(folder);
          } catch {
            return false;
          }
        });
      const writing = { hostPath: `${folder}/app.tar`, roots: new Map(), epochSeconds: 0 };
      await writeArchive(plan, writing);
      await expect(writeArchive(plan, writing)).rejects.toThrow("EEXIST");
      const { content: _, ...named } = made("/a");
      const uncopied = { ...named, tree: { id: "none", path: toAbsPath("/a") } };
      const broken = { ...writing, hostPath: `${folder}/broken.tar` };
      await expect(writeArchive({ name: "app", entries: [uncopied] }, broken)).rejects.toThrow();
      expect(open()).toEqual([]);
    });
  });

  it("has its large files beside its small ones, in their order", async () => {
    await inFolder(async (folder) => {
      const large = "x".repeat(1024 * 1024 - 512 * 3);
      const entries = [made("/a"), made("/b", large), made("/c", `${large}more and more`.repeat(2)), made("/d")];
      const members: string[] = [];
      await writeArchive(
        { name: "app", entries },
        {
          hostPath: `${folder}/app.tar`,
          roots: new Map(),
          epochSeconds: 7,
          onMember: ({ name, sizeBytes }) => members.push(`${name.toString()} ${String(sizeBytes)}`),
        },
      );
      const sizes = entries.map(({ path: at, sizeBytes }) => `${at.slice(1)} ${String(sizeBytes)}`);
      expect(members).toEqual(["./ 0", ...sizes]);
      expect(fs.statSync(`${folder}/app.tar`).mtimeMs).toBe(7000);
    });
  });

  it("is written by a thread that is told once, and unpacked as a puller would", async () => {
    await inFolder(async (folder) => {
      const { port1, port2 } = new MessageChannel();
      fs.writeFileSync(`${folder}/file`, "copied");
      serveLayerWriter(port1, { hostPath: folder, trees: new Map([["tree", folder]]), epochSeconds: 0 });
      const copied = { ...made("/copied", "copied"), tree: { id: "tree", path: toAbsPath("/file") } };
      const { content: _, ...entry } = copied;
      const answer = new Promise((resolve) => void port2.once("message", resolve));
      port2.postMessage([
        { name: "system", entries: [made("/a", "old")] },
        { name: "app", entries: [made("/a"), entry] },
      ]);
      expect(await answer).toBe("written");
      port1.close();
      const layers = openWrittenLayers(folder);
      const read = (name: string, at: string) => Buffer.from(layers.read({ folder: name, path: at }) ?? []).toString();
      expect([read("system", "/a"), read("app", "/a"), read("app", "/copied")]).toEqual(["old", "made", "copied"]);
    });
  });

  const root = { name: "./" };
  const verify = (members: readonly Member[], entries: readonly WrittenEntry[] = plan.entries): string => {
    const seen: string[] = [];
    const onMember = ({ name }: { readonly name: Buffer }) => void seen.push(name.toString());
    try {
      verifyArchive({ ...plan, entries, onMember }, bytesExtent(archive(members)));
      return seen.join(" ");
    } catch (failure) {
      return (failure instanceof Error ? failure.message : "").replace(/^.*layer app: | after writing it.*$/gu, "");
    }
  };
  const [a, b] = [file("a", "made"), file("b", "made")];

  it("is compared member by member, the root first", () => {
    expect(verify([a, root, b])).toBe("/a comes before its directory");
    expect(verify([root, a, b])).toBe("./ a b");
    expect(verify([root, a, root, b])).toBe("/ is there twice");
    expect(verify([root, a])).toBe("/b is missing");
    expect(verify([root, a, a, b])).toBe("/a is there twice");
    expect(verify([root, a, b, file("c")])).toBe("/c is there unasked");
    expect(verify([root, a, { ...b, uid: 7 }])).toBe("/b belongs to 7:0");
    expect(verify([root, a, { ...b, mtimeSeconds: 7 }])).toBe("/b has another time");
    expect(verify([root, a, { ...b, mode: 0o600 }])).toBe("/b has mode 600");
    expect(verify([root, a, file("b", "mad")])).toBe("/b has 3 bytes instead of 4");
    expect(verify([root, a, file("b", "mode")])).toBe("/b has other bytes");
    expect(verify([root, a, { name: "b", hardLink: "a" }])).toBe("/b is not the same file as /b");
  });

  it("has names of one file as links to the first of them", () => {
    const linked = [made("/a"), { ...made("/b"), hardLinkTo: toAbsPath("/a") }];
    expect(verify([root, a, { name: "b", hardLink: "a" }], linked)).toBe("./ a b");
    expect(verify([root, a, b], linked)).toBe("/b is not the same file as /a");
    expect(verify([root, a, { name: "b", hardLink: "c" }], linked)).toBe("/b is not the same file as /a");
  });

  it("is refused as a defect where no puller unpacks it", () => {
    const pulled = pulledLayers();
    const unpack = (members: readonly Member[]): void =>
      readHeaders(bytesExtent(archive(members)), (member) => pulled.unpack(member, 0));
    expect(() => unpack([{ name: "h", hardLink: "none" }])).toThrow(/^internal error: cannot unpack "\/h": /u);
    unpack([a]);
    expect(() => pulled.compare(plan)).toThrow('internal error: cannot finish the image: "/b" is missing');
    unpack([b]);
    pulled.compare(plan);
  });
});

it("a zstd frame has a head of the length that its first byte tells", async () => {
  for (let bits = 0; bits < 256; bits++) {
    const isSingle = (bits & 0x20) !== 0;
    const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][bits >> 6] ?? 0;
    const dictionaryBytes = [0, 1, 2, 4][bits % 4] ?? 0;
    const head = Buffer.alloc((isSingle ? 0 : 1) + dictionaryBytes + sizeBytes, 0xff);
    // A raw block, a run, one of each kind of length, and the last.
    const blocks = Buffer.from("180000aabbcc828401dd0c0000ee010000", "hex");
    const checksum = Buffer.alloc((bits & 4) === 0 ? 0 : 4, 0xcc);
    const frame = Buffer.concat([Buffer.from("28b52ffd", "hex"), Buffer.of(bits), head, blocks, checksum]);
    const found: Buffer[] = [];
    async function* source(): AsyncGenerator<Uint8Array> {
      yield Buffer.concat([frame, frame]);
    }
    for await (const one of zstdFrames(source())) {
      const parts: Buffer[] = [];
      for await (const part of one) parts.push(Buffer.from(part));
      found.push(Buffer.concat(parts));
    }
    expect(found).toEqual([frame, frame]);
  }
});
