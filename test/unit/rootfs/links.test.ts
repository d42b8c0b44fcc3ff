import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { resolveLinks } from "../../../src/rootfs/links.ts";
import { type MemoryEntry, memoryRootFs } from "../../../src/rootfs/memory.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";

const chain: [string, MemoryEntry][] = Array.from({ length: 41 }, (_, index) => [
  `/chain/${index}`,
  { target: `${index + 1}` },
]);
const root = memoryRootFs([
  ...chain,
  ["/chain/41", { content: "end" }],
  ["/usr/lib/x86/libz.so.1", { target: "libz.so.1.3" }],
  ["/usr/lib/x86/libz.so.1.3", { content: "z" }],
  ["/lib", { target: "usr/lib" }],
  ["/opt/real/bin/prog", { content: "p" }],
  ["/opt/real/lib/libp.so", { content: "p" }],
  ["/link", { target: "/opt/real/bin" }],
  ["/out", { target: "../../../etc/passwd" }],
  ["/a", { target: "b" }],
  ["/b", { target: "/a" }],
]);

async function dump(path: string, base?: string): Promise<string> {
  const found = await resolveLinks(root, path, base === undefined ? undefined : toAbsPath(base));
  if (found === undefined || found === "loop") return String(found);
  return `${found.real} (${found.visited.join(" ")})`;
}

describe("resolveLinks", () => {
  it.each([
    ["/lib/x86/libz.so.1", "/usr/lib/x86/libz.so.1.3 (/lib /usr /usr/lib /usr/lib/x86 /usr/lib/x86/libz.so.1)"],
    ["/link/../lib/libp.so", "/opt/real/lib/libp.so (/link /opt /opt/real /opt/real/bin /opt/real/lib)"],
    ["/link", "/opt/real/bin (/link /opt /opt/real)"],
    ["/", "/ ()"],
    ["/..", "/ ()"],
    ["/opt/real/", "/opt/real (/opt)"],
    ["/opt/real/bin/prog/", "undefined"],
    ["/opt/real/bin/prog/x", "undefined"],
    ["/out", "undefined"],
    ["/a", "loop"],
    ["/chain/0", "loop"],
  ])("%s leads to %s", async (path, expected) => {
    expect(await dump(path)).toBe(expected);
  });

  it("counts forty links as enough", async () => {
    expect(await dump("/chain/1")).toMatch(/^\/chain\/41 /u);
  });

  it("starts relative paths at a base, through its links", async () => {
    expect(await dump("../lib/libp.so", "/link")).toBe(
      "/opt/real/lib/libp.so (/link /opt /opt/real /opt/real/bin /opt/real/lib)",
    );
  });
});

const component = fc.constantFrom("a", "b", "c", "..", ".");
const texts = fc.array(component, { minLength: 1, maxLength: 4 }).map((parts) => parts.join("/"));
const target = fc.tuple(fc.boolean(), texts).map(([isAbsolute, text]) => (isAbsolute ? `/${text}` : text));
const entry = fc.oneof(fc.record({ content: fc.constant("x") }), fc.record({ target }), fc.constant<MemoryEntry>({}));
const names = fc
  .array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 3 })
  .map((parts) => `/${parts.join("/")}`);

test.prop([fc.array(fc.tuple(names, entry), { maxLength: 8 }), texts])(
  "what is found is no link, is reached through directories, and is found again by its real name",
  async (entries, path) => {
    const root = memoryRootFs(entries);
    const found = await resolveLinks(root, path);
    if (found === undefined || found === "loop") return;
    expect(found.stat.kind).not.toBe("symlink");
    for (const step of found.visited) expect((await root.lstat(step))?.kind).toMatch(/^(?:symlink|directory)$/u);
    expect((await resolveLinks(root, found.real)) ?? "missing").toMatchObject({ real: found.real, stat: found.stat });
  },
);
