import { expect, it } from "vitest";
import { parseManifest } from "../../../../src/formats/zip/jar.ts";
import { readZipEntries, readZipEntry } from "../../../../src/formats/zip/zip.ts";
import { expandArgFiles, splitArgFile } from "../../../../src/runtimes/java/arg-files.ts";
import { readJavaCommand } from "../../../../src/runtimes/java/arguments.ts";
import { writeZip } from "../../../support/write-zip.ts";

const readerOf = (bytes: Uint8Array) => (offset: number, length: number) =>
  Promise.resolve(bytes.subarray(offset, offset + length));

it("reads a zip file behind a program", async () => {
  const bytes = writeZip({ "a.txt": "first", "b/c.txt": "second ".repeat(100) }, "#!/bin/sh\nexec java -jar $0\n");
  const read = readerOf(bytes);
  const entries = (await readZipEntries(read, bytes.length)) ?? [];
  expect(entries.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
    ["a.txt", 5],
    ["b/c.txt", 700],
  ]);
  const texts = await Promise.all(entries.map((entry) => readZipEntry(read, entry, 1000)));
  expect(texts.map((text) => text && Buffer.from(text).toString().slice(0, 6))).toEqual(["first", "second"]);
});

it("answers undefined for what is no zip file, and for entries that lie about their size", async () => {
  expect(await readZipEntries(readerOf(new Uint8Array(100)), 100)).toBeUndefined();
  expect(await readZipEntries(readerOf(new Uint8Array()), 0)).toBeUndefined();
  const bytes = writeZip({ bomb: "0".repeat(100_000) });
  const [entry] = (await readZipEntries(readerOf(bytes), bytes.length)) ?? [];
  if (entry === undefined) throw new Error("no entry");
  expect(await readZipEntry(readerOf(bytes), { ...entry, sizeBytes: 10 }, 1000)).toBeUndefined();
  expect(await readZipEntry(readerOf(bytes), { ...entry, offset: 7 }, 200_000)).toBeUndefined();
  expect(await readZipEntry(readerOf(bytes), { ...entry, offset: -7 }, 200_000)).toBeUndefined();
});

it("survives every cut and every changed byte of a zip file", async () => {
  const bytes = writeZip({ "META-INF/MANIFEST.MF": "Main-Class: a.Main\n" });
  for (let at = 0; at < bytes.length; at++) {
    const changed = bytes.map((byte, index) => (index === at ? byte ^ 0xff : byte));
    for (const piece of [bytes.subarray(0, at), changed]) {
      const entries = (await readZipEntries(readerOf(piece), piece.length)) ?? [];
      for (const entry of entries) await readZipEntry(readerOf(piece), entry, 1000);
    }
  }
});

it("joins continued lines of a manifest and stops at its first section", () => {
  expect(parseManifest("Class-Path: one.jar tw\n o.jar\nMain-Class: A\n\nName: x\nMain-Class: B\n")).toEqual({
    mainClass: "A",
    classPath: ["one.jar", "two.jar"],
    bootClassPath: [],
  });
});

it("reads the launcher's options up to the class, the jar or the module", () => {
  const { classPath, mainClass, jar } = readJavaCommand([
    "--class-path=a:b",
    "--add-opens",
    "x/y=z",
    "Main",
    "-cp",
    "c",
  ]);
  expect([classPath, mainClass, jar]).toEqual(["a:b", "Main", undefined]);
  expect(readJavaCommand(["-jar", "-Xmx1g", "x.jar", "y"]).jar).toBe("x.jar");
  expect(readJavaCommand(["-p", "mods", "-m", "m/Main", "x"])).toMatchObject({
    modulePaths: ["mods"],
    mainClass: undefined,
  });
  const { files, nativeAgents, libraryPath, extraPaths } = readJavaCommand([
    "-agentpath:/opt/a.so=x",
    "-Djava.library.path=/opt/n:/opt/m",
    "-Djava.util.logging.config.file=log.properties",
    "-Dlogback.configurationFile=classpath:log.xml",
    "-XX:SharedArchiveFile=a.jsa",
    "-Xbootclasspath/a:x.jar",
    "--patch-module=java.base=p.jar",
  ]);
  expect(files.map(({ path }) => path)).toEqual(["log.properties", "a.jsa"]);
  expect([nativeAgents, libraryPath]).toEqual([["/opt/a.so"], ["/opt/n", "/opt/m"]]);
  expect(extraPaths.map(({ path }) => path)).toEqual(["x.jar", "p.jar"]);
});

it("splits argument files as the launcher does", () => {
  expect(splitArgFile("-cp \"a b\\\n   c\" # not this\n'x\\\\y' a#b\n")).toEqual(["-cp", "a bc", "x\\y", "a#b"]);
});

it("puts argument files in their places, before the class only", async () => {
  const read = (path: string) => Promise.resolve(path === "f" ? "-cp x" : undefined);
  expect(await expandArgFiles(["@f", "@@g", "Main", "@f"], read)).toEqual({
    args: ["-cp", "x", "@g", "Main", "@f"],
    files: ["f"],
  });
  expect((await expandArgFiles(["--disable-@files", "@f"], read)).files).toEqual([]);
});
