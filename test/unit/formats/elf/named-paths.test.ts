import { expect, it } from "vitest";
import type { ElfFile } from "../../../../src/formats/elf/elf-file.ts";
import { installationOf, isNamedBy, isPiped, pathsOf } from "../../../../src/formats/elf/named-paths.ts";
import { isElfFile, parseElf } from "../../../../src/formats/elf/parse.ts";
import { toAbsPath } from "../../../../src/rootfs/rootfs.ts";
import { rawElf, sourceOf } from "../../../support/raw-elf.ts";

async function holding(content: string): Promise<ElfFile> {
  const section = { name: ".rodata", type: 1, offset: 0x200, size: content.length };
  const file = rawElf({ sizeBytes: 0x200 + content.length, sections: [section], contents: [[0x200, content]] });
  const parsed = await parseElf(sourceOf(file), file.length);
  if (!isElfFile(parsed)) throw new Error("not parsed");
  return parsed;
}

it.each([
  ["/usr/bin/x", "/usr"],
  ["/usr/sbin/x", "/usr"],
  ["/opt/tool/lib/x/y.so", "/opt/tool"],
  ["/opt/tool/lib64/y.so", "/opt/tool"],
  ["/opt/tool/lib32/y.so", "/opt/tool"],
  ["/opt/tool/libx32/y.so", "/opt/tool"],
  ["/opt/tool/libexec/y", "/opt/tool"],
  ["/opt/lib/tool/bin/x", "/opt"],
  ["/bin/x", ""],
  ["/lib/y.so", ""],
  ["/srv/x", "/usr"],
  ["/opt/cabin/x", "/usr"],
  ["/opt/library/x", "/usr"],
  ["/opt/bin", "/usr"],
])("%s was installed below %j", (path, installation) => {
  expect(installationOf(toAbsPath(path))).toBe(installation);
});

it.each([
  ["alone", "x\0helper\0", true],
  ["behind a directory in quotes", 'exec "%shelper" now\0', true],
  ["in a command line", "%s/helper --now\0", true],
  ["with its own directory before it", "x\0./helper\0", true],
  ["inside of another name", "x\0myhelper\0helpers\0", false],
  ["in a sentence", "the helper is missing\0", false],
  ["at the end of a command line", "%s/helper\0", false],
])("a name that stands %s is one that the object names: %s", async (_, content, isNamed) => {
  expect(await isNamedBy(await holding(content), "helper")).toBe(isNamed);
});

it("paths are absolute, behind a name or a scheme, or below the place of installation", async () => {
  const elf = await holding(
    [
      "",
      "/etc/one.conf",
      "prefix=/opt/two",
      "file:///srv/three",
      "lib/four/five.so",
      "share/six",
      "~/.seven/config:/etc/seven.conf",
      "/etc/one.conf",
      "",
    ].join("\0"),
  );
  const paths = (await pathsOf(elf, "/usr")).map(({ text }) => text);
  expect(paths).toEqual(expect.arrayContaining(["/etc/one.conf", "/opt/two", "/srv/three", "/etc/seven.conf"]));
  expect(paths.filter((text) => text === "/etc/one.conf")).toHaveLength(1);
});

it("a program behind a bar is one that a shell starts, and a single letter there is an operand", async () => {
  const elf = await holding("\0%s -x | sort -u\0a | w | x\0");
  expect([await isPiped(elf, "sort"), await isPiped(elf, "w")]).toEqual([true, false]);
});
