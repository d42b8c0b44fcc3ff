import { openJar } from "../../../src/formats/zip/jar.ts";
import { jars } from "../../../src/packages/jars/jars.ts";
import { memoryRootFs } from "../../../src/rootfs/memory.ts";
import { processFiles } from "../../../src/rootfs/process-files.ts";
import { toAbsPath } from "../../../src/rootfs/rootfs.ts";
import { callsLoadLibrary, stringLiterals } from "../../../src/runtimes/java/class-file.ts";
import { jarsIn } from "../../../src/runtimes/java/native-libraries.ts";
import { readArchive } from "../../../src/runtimes/python/archives.ts";
import { writeZip } from "../../support/write-zip.ts";
import { must, type Target } from "../target.ts";

const entryLimit = 2 ** 20;
const classHead = Buffer.from("cafebabe00000041", "hex");
const properties = "groupId=org.example\nartifactId=a\nversion=1.2\n";
const inner = writeZip({ "META-INF/maven/org.example/b/pom.properties": properties, "x.so": "\u007fELF" });
const jar = writeZip({
  "META-INF/MANIFEST.MF": "Manifest-Version: 1.0\r\nMain-Class: a.B\r\nClass-Path: b.jar c/\r\n  d.jar\r\n\r\n",
  "META-INF/maven/org.example/a/pom.properties": properties,
  "a/B.class": classHead,
  "BOOT-INF/lib/b.jar": inner,
});
const zipapp = writeZip(
  { "__main__.py": "import a.b\n", "a/__init__.py": "", "a/b.py": "from . import c\n" },
  "#!python\n",
);

/** Jars and zip files of Python: entries as long as asked for at most, and packages with names and versions. */
export const zips: Target = {
  name: "zip",
  seeds: [jar, zipapp, inner, stored("a.txt", Buffer.from("text")), wide(writeZip({ a: "b" }))],
  words: [
    Buffer.from("504b0102", "hex"),
    Buffer.from("504b0304", "hex"),
    Buffer.from("504b0506", "hex"),
    Buffer.from("504b0606", "hex"),
    Buffer.from("504b0607", "hex"),
    Buffer.from("ffffffff", "hex"),
    "META-INF/MANIFEST.MF",
    "Class-Path: ",
    "\r\n ",
    ".jar",
    ".py",
    "../",
  ],
  async run(bytes) {
    const path = toAbsPath("/app/a.jar");
    const root = memoryRootFs([[path, { content: bytes }]]);
    const seen: string[] = [];
    const opened = await openJar(root, path);
    if (opened !== undefined) {
      const before = opened.budget.leftBytes;
      for await (const one of jarsIn(opened)) {
        for (const entry of one.entries.slice(0, 100)) {
          const content = await one.read(entry, entryLimit);
          must(content === undefined || content.length <= entryLimit, "entries are as long as asked for");
        }
        seen.push(String(one.entries.length > 2), String(one.manifest?.mainClass !== undefined));
      }
      must(opened.budget.leftBytes <= before, "a budget only shrinks");
    }
    for await (const { name, version, purl } of jars.read(root, [path])) {
      must(name !== "" && version !== "" && purl.startsWith("pkg:maven/"), "packages have names and versions");
    }
    const archive = await readArchive(processFiles(root), path);
    for (const source of archive?.sources ?? []) {
      must(
        source.path.startsWith(`${path}/`) && !source.path.split("/").includes(".."),
        "sources lie in their archive",
      );
    }
    return `${seen.slice(0, 6).join(" ")} ${String(archive?.sources.length ?? "none")}`;
  },
};

/** Classes of Java: texts that are in their constants. */
export const classes: Target = {
  name: "Java classes",
  seeds: [
    Buffer.concat([classHead, Buffer.from("0004010003612e620700010800010a00020003", "hex")]),
    Buffer.concat([
      classHead,
      Buffer.from("0003010010", "hex"),
      Buffer.from("java/lang/System"),
      Buffer.from("070001", "hex"),
    ]),
    Buffer.concat([classHead, Buffer.from("0005050000000000000001030000000001000161", "hex")]),
  ],
  words: [
    classHead,
    "loadLibrary",
    "java/lang/System",
    Buffer.from("0100", "hex"),
    Buffer.from("0800", "hex"),
    Buffer.from("ffff", "hex"),
  ],
  run(bytes) {
    const texts = stringLiterals(bytes);
    must(
      texts.every((text) => Buffer.byteLength(text) <= 3 * bytes.length),
      "texts are in the class",
    );
    return `${String(callsLoadLibrary(bytes))} ${String(Math.min(texts.length, 3))}`;
  },
};

/** An archive of one entry that is not compressed. */
function stored(name: string, content: Buffer): Buffer {
  const bytes = Buffer.from(writeZip({ [name]: content }));
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(name.length, 26);
  const central = bytes.subarray(bytes.indexOf("PK\u0001\u0002"), bytes.lastIndexOf("PK\u0005\u0006"));
  central.writeUInt16LE(0, 10);
  central.writeUInt32LE(content.length, 20);
  const end = Buffer.from(bytes.subarray(-22));
  end.writeUInt32LE(30 + name.length + content.length, 16);
  return Buffer.concat([local, Buffer.from(name), content, central, end]);
}

/** The same archive with an end of 64 bits. */
function wide(bytes: Uint8Array): Buffer {
  const end = Buffer.from(bytes).subarray(-22);
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(1n, 24);
  record.writeBigUInt64LE(1n, 32);
  record.writeBigUInt64LE(BigInt(end.readUInt32LE(12)), 40);
  record.writeBigUInt64LE(BigInt(end.readUInt32LE(16)), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(bytes.length - 22), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([bytes.slice(0, -22), record, locator, end]);
}
